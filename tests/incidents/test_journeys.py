"""Whole journeys of incidents and service requests through their machines."""

from datetime import timedelta
from typing import Any

import pytest

from catalogue.models import Category, RequestItem, Service
from incidents import services
from incidents.models import ServiceRequest
from itsm.people.models import Person, Team
from itsm.records.models import Event, Link
from itsm.records.perform import perform
from itsm.records.refusals import MovedOn, NotAllowed, Objected
from itsm.tickets.models import Assignment, HoldReason
from tests.fixtures import MONDAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def outage(requester: Person, service: Service) -> Any:
    """A fault that a requester reported."""
    return services.raise_incident(
        by=requester, requester=requester, title="公文系統無法登入", service=service, at=MONDAY
    )


def classified(incident: Any, agent: Person, category: Category, **more: Any) -> Any:
    """Classify it as P3."""
    return perform(
        incident, "classify", by=agent, at=MONDAY + timedelta(minutes=5), service=incident.service, category=category,
        impact="2", urgency="2", **more,
    )  # fmt: skip


def test_an_incident_goes_from_report_to_closure_by_the_desk(
    outage: Any, agent: Person, requester: Person, category: Category
) -> None:
    incident = classified(outage, agent, category)
    incident = perform(incident, "assign_first_line", by=agent, at=MONDAY + timedelta(minutes=6), assignee=agent)
    incident = perform(
        incident,
        "resolve",
        by=agent,
        at=MONDAY + timedelta(minutes=30),
        resolution_code="fixed",
        resolution_note="已重啟服務",
    )
    incident = perform(
        incident, "confirm_resolution", by=requester, at=MONDAY + timedelta(hours=1), confirmation="portal"
    )

    assert incident.number == "INC-202611-00001"
    assert (incident.state, incident.phase, incident.priority) == ("closed", "done", 3)
    assert list(Event.objects.filter(record=outage.pk).in_order().values_list("name", flat=True)) == [
        "open", "classify", "assign_first_line", "resolve", "confirm_resolution",
    ]  # fmt: skip
    assert incident.first_response_at == MONDAY + timedelta(minutes=5)


def test_a_second_line_engineer_accepts_holds_and_resolves(
    outage: Any, agent: Person, engineer: Person, category: Category, network_team: Team
) -> None:
    incident = classified(outage, agent, category)
    with pytest.raises(Objected) as refusal:
        perform(incident, "escalate_second_line", by=agent, at=MONDAY, team=network_team)
    assert "note" in refusal.value.fields
    incident = perform(incident, "escalate_second_line", by=agent, at=MONDAY, team=network_team, note="已重啟，無效")
    why = HoldReason.objects.get(code="awaiting_user")
    incident = perform(
        incident, "hold", by=engineer, at=MONDAY + timedelta(hours=1), hold_reason=why,
        follow_up_at=MONDAY + timedelta(days=1), comment="請問錯誤訊息為何？",
    )  # fmt: skip
    assert (incident.state, incident.held_from) == ("on_hold", "l2_processing")

    incident = perform(incident, "resume", by=engineer, at=MONDAY + timedelta(hours=2))
    incident = perform(incident, "return_first_line", by=engineer, at=MONDAY + timedelta(hours=3), reason="非網路問題")

    assert (incident.state, incident.bounce_count) == ("l1_processing", 1)
    assert Assignment.objects.filter(ticket=incident.pk).count() == 2


def test_a_case_is_given_only_to_members_of_the_team_that_is_named(
    outage: Any, agent: Person, engineer: Person, category: Category, network_team: Team
) -> None:
    incident = classified(outage, agent, category)
    other = Team.objects.create(code="server", name_zh="主機組", tier=2)

    with pytest.raises(Objected) as refusal:
        perform(incident, "escalate_second_line", by=agent, at=MONDAY, team=other, assignee=engineer, note="無效")
    given = perform(
        incident, "escalate_second_line", by=agent, at=MONDAY, team=network_team, assignee=engineer, note="無效"
    )

    assert str(engineer) in " ".join(refusal.value.reasons)
    assert given.assignee == engineer


def test_roles_and_states_are_refused_with_their_own_answers(
    outage: Any, agent: Person, engineer: Person, category: Category
) -> None:
    with pytest.raises(NotAllowed):
        classified(outage, engineer, category)
    classified(outage, agent, category)
    with pytest.raises(MovedOn):
        classified(outage, agent, category)


def test_a_reclassified_incident_keeps_its_time_of_receipt(outage: Any, agent: Person) -> None:
    perform(outage, "judge_as_request", by=agent, at=MONDAY + timedelta(hours=1), reason="目錄項目")

    link = Link.objects.get(source=outage.pk)
    made = ServiceRequest.objects.get(pk=link.target_id)
    assert (made.state, made.received_at, made.title) == ("submitted", MONDAY, outage.title)
    assert made.number == "SR-202611-00001"
    with pytest.raises(Objected, match=r"."):
        perform(made, "judge_as_incident", by=agent, reason="又轉回")


def test_an_ordered_item_waits_for_the_unit_lead(
    requester: Person, agent: Person, mailbox_item: RequestItem, category: Category, unit: Any
) -> None:
    made = services.raise_request(by=requester, requester=requester, item=mailbox_item, category=category, at=MONDAY)
    assert made.state == "pending_approval"

    approved = perform(made, "approve_request", by=unit.lead, at=MONDAY + timedelta(hours=1))
    working = perform(approved, "assign_first_line", by=agent, at=MONDAY + timedelta(hours=2), assignee=agent)
    with pytest.raises(Objected):
        perform(
            working,
            "fulfil",
            by=agent,
            at=MONDAY + timedelta(hours=3),
            fulfilment_code="delivered",
            fulfilment_note="完成",
        )


def test_a_major_incident_closes_only_with_problem_report_and_review(
    outage: Any, agent: Person, requester: Person, incident_manager: Person, category: Category
) -> None:
    incident = classified(outage, agent, category)
    incident = perform(incident, "assign_first_line", by=agent, at=MONDAY, assignee=agent)
    incident = perform(
        incident, "declare_major", by=incident_manager, at=MONDAY + timedelta(minutes=10), criterion="critical_down",
        lead=incident_manager, comms_owner=agent, next_update_at=MONDAY + timedelta(minutes=40),
    )  # fmt: skip
    assert (incident.priority, incident.major_status) == (1, "declared")
    with pytest.raises(Objected):
        perform(incident, "withdraw", by=requester, at=MONDAY + timedelta(minutes=11), reason="算了")
    incident = perform(
        incident, "resolve", by=agent, at=MONDAY + timedelta(hours=1), resolution_code="fixed", resolution_note="已更換"
    )
    assert incident.major_status == "restored"
    incident = perform(
        incident, "confirm_resolution", by=requester, at=MONDAY + timedelta(hours=2), confirmation="portal"
    )
    assert incident.state == "major_review"
    review: dict[str, Any] = {"reviewed_on": MONDAY.date(), "attendees": "全體", "lessons": "備援", "actions": "更換"}
    with pytest.raises(Objected):
        perform(incident, "complete_major_review", by=incident_manager, at=MONDAY + timedelta(days=1), **review)

    from incidents.updates import write_report

    write_report(
        incident,
        {"impact": "全校", "cause": "電池", "handling": "更換", "actions": "巡檢", "management_told_at": MONDAY},
        by=incident_manager,
        at=MONDAY + timedelta(hours=3),
    )
    incident = perform(incident, "complete_major_review", by=incident_manager, at=MONDAY + timedelta(days=1), **review)

    assert (incident.state, incident.major_status) == ("closed", "reviewed")
    names = list(Event.objects.filter(record=incident.pk).in_order().values_list("name", flat=True))
    assert names[-2:] == ["complete_major_review", "mark_reviewed"]
