"""Deadlines that are no clocks: confirmation, waiting, approval and the decision on a major incident."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from catalogue.models import Category, RequestItem
from incidents import services
from itsm.notices.models import Notification
from itsm.people.models import Organisation, Person
from itsm.records.models import Event
from itsm.records.perform import perform
from itsm.tickets.models import ApprovalRequest, HoldReason, Ticket
from sla.models import Clock, Escalation
from sla.sweep import sweep
from tests.fixtures import MONDAY, make_person

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def told(template: str) -> list[str]:
    rows = Notification.objects.filter(template=template).order_by("pk")
    return [row.person.username for row in rows]


def state(record: Any) -> str:
    return str(Ticket.objects.get(pk=record.pk).state)


@pytest.fixture
def worked(outage: Any, grade: Any, agent: Person) -> Any:
    """A P3 incident that the desk works on since 10:00."""
    incident = grade(outage, at=MONDAY)
    return perform(incident, "assign_first_line", by=agent, at=MONDAY, assignee=agent)


@pytest.fixture
def resolved(worked: Any, agent: Person) -> Any:
    """Resolved on Monday at 11:00."""
    return perform(worked, "resolve", by=agent, at=MONDAY + HOUR, resolution_code="fixed", resolution_note="ok")


def test_silence_is_taken_for_yes_after_five_business_days_with_two_reminders(resolved: Any) -> None:
    sweep(at=MONDAY + HOUR + 2 * DAY)
    assert told("remind_confirm") == ["requester"]
    sweep(at=MONDAY + HOUR + 4 * DAY)
    assert told("remind_confirm") == ["requester", "requester"]
    sweep(at=MONDAY + HOUR + 7 * DAY - timedelta(seconds=1))
    assert state(resolved) == "awaiting_confirmation"

    sweep(at=MONDAY + HOUR + 7 * DAY)

    ticket = Ticket.objects.get(pk=resolved.pk)
    assert (ticket.state, ticket.confirmation, ticket.closed_at) == ("closed", "timer", MONDAY + HOUR + 7 * DAY)
    assert Clock.objects.get(record=resolved.pk, metric="auto_confirm").state == "done"


def test_a_late_sweep_closes_at_the_instant_that_was_due_and_only_once(resolved: Any) -> None:
    sweep(at=MONDAY + 9 * DAY)
    sweep(at=MONDAY + 9 * DAY)

    assert Ticket.objects.get(pk=resolved.pk).closed_at == MONDAY + HOUR + 7 * DAY
    assert Event.objects.filter(record=resolved.pk, name="confirm_resolution").count() == 1


def test_an_answer_drops_the_deadline(resolved: Any, requester: Person) -> None:
    perform(resolved, "reject_resolution", by=requester, at=MONDAY + 2 * HOUR, reason="仍有問題")

    sweep(at=MONDAY + 9 * DAY)

    assert state(resolved) == "l1_processing"
    assert not Escalation.objects.exclude(action="").exists()


def test_an_appointment_resumes_by_itself_at_its_time(worked: Any, agent: Person) -> None:
    why, until = HoldReason.objects.get(code="appointment"), MONDAY + 25 * HOUR
    perform(worked, "hold", by=agent, at=MONDAY + HOUR, hold_reason=why, follow_up_at=until)

    sweep(at=until + 5 * HOUR)

    assert state(worked) == "l1_processing"
    assert Event.objects.get(record=worked.pk, name="resume").at == until
    assert Clock.objects.get(record=worked.pk, metric="resolution").pauses[0][:2] == [
        int((MONDAY + HOUR).timestamp()), int(until.timestamp()),
    ]  # fmt: skip
    assert told("hold_ended") == ["agent"]


def test_no_answer_brings_two_reminders_then_a_proposal_to_resolve(worked: Any, agent: Person) -> None:
    why = HoldReason.objects.get(code="awaiting_user")
    perform(
        worked, "hold", by=agent, at=MONDAY, hold_reason=why, follow_up_at=MONDAY + 2 * DAY, comment="請問錯誤訊息？"
    )

    sweep(at=MONDAY + 4 * DAY)
    assert (told("remind_answer"), told("follow_up")) == (["requester", "requester"], ["agent"])
    sweep(at=MONDAY + 7 * DAY)

    ticket = Ticket.objects.get(pk=worked.pk)
    assert (ticket.state, ticket.facts["proposal"]["why"]) == ("l1_processing", "no_answer")


def test_an_approval_is_reminded_daily_and_goes_to_the_lead_above_when_it_expires(
    requester: Person, unit: Organisation, mailbox_item: RequestItem, category: Category
) -> None:
    top = Organisation.objects.create(code="top", name_zh="校長室", lead=make_person("president"))
    unit.parent = top
    unit.save()
    request = services.raise_request(by=requester, requester=requester, item=mailbox_item, category=category, at=MONDAY)
    assert request.state == "pending_approval"

    sweep(at=MONDAY + 9 * DAY)
    assert told("remind_approval") == ["head"] * 9
    sweep(at=MONDAY + 10 * DAY)

    rows = ApprovalRequest.objects.order_by("pk").values_list("approver__username", "decision")
    assert list(rows) == [("head", "expired"), ("president", "open")]
    assert state(request) == "pending_approval"
    assert "requester" in told("approval_expired")
    president = Person.objects.get(username="president")
    approved = perform(request, "approve_request", by=president, at=MONDAY + 11 * DAY)
    assert approved.state == "classified"


def test_the_service_owner_is_asked_in_place_of_somebody_who_left(
    requester: Person, unit: Organisation, mailbox_item: RequestItem, category: Category
) -> None:
    request = services.raise_request(by=requester, requester=requester, item=mailbox_item, category=category, at=MONDAY)
    Person.objects.filter(username="head").update(is_active=False)

    sweep(at=MONDAY + 10 * DAY)

    asked = ApprovalRequest.objects.filter(ticket=request.pk).order_by("pk")
    owner = mailbox_item.service.owner
    assert [(row.approver.username, row.decision) for row in asked] == [("head", "expired"), (owner.username, "open")]
    assert perform(request, "approve_request", by=owner, at=MONDAY + 11 * DAY).state == "classified"


def test_an_undecided_major_incident_is_called_out_after_five_minutes(
    worked: Any, agent: Person, incident_manager: Person
) -> None:
    perform(worked, "propose_major", by=agent, at=MONDAY + HOUR, criterion="many_users")

    sweep(at=MONDAY + HOUR + timedelta(minutes=4, seconds=59))
    assert told("remind_major") == []
    sweep(at=MONDAY + HOUR + timedelta(minutes=5))

    assert "manager" in told("remind_major")


def test_a_p1_that_is_two_hours_old_is_proposed_as_major(outage: Any, grade: Any, agent: Person) -> None:
    incident = grade(outage, at=MONDAY, impact="1", urgency="1")
    perform(incident, "assign_first_line", by=agent, at=MONDAY, assignee=agent)

    sweep(at=MONDAY + 2 * HOUR)

    event = Event.objects.get(record=incident.pk, name="propose_major")
    assert (event.at, event.facts["criterion"]) == (MONDAY + 2 * HOUR, "overdue_p1")


def test_an_action_that_is_refused_is_tried_again_and_says_why(
    resolved: Any, outage: Any, agent: Person, requester: Person
) -> None:
    child: Any = services.raise_incident(by=requester, requester=requester, title="同樣無法登入", at=MONDAY)
    services.attach_child(child, parent=resolved, by=agent, at=MONDAY)
    end = MONDAY + HOUR + 7 * DAY

    sweep(at=end)
    assert state(resolved) == "awaiting_confirmation"
    assert Escalation.objects.get(action="auto_confirm").outcome
    services.detach_child(child, by=agent, at=end)
    sweep(at=end + 2 * HOUR)

    assert state(resolved) == "closed"
    assert datetime.fromisoformat("2026-12-01T00:00:00Z") > Ticket.objects.get(pk=resolved.pk).closed_at  # type: ignore[operator]
