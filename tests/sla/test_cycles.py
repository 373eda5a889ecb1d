"""Regrading, reopening, reclassifying, approval and updates: what goes on, what begins anew, what stays as it was."""

from datetime import timedelta
from typing import Any

import pytest

from catalogue.models import Category, RequestItem, Service
from incidents import services, updates
from incidents.models import Incident
from itsm.people.models import Person
from itsm.records.perform import open_record, perform
from itsm.tickets.comments import reply
from itsm.tickets.models import Ticket
from sla.models import Clock, ClockEvent
from sla.replay import drift
from tests.fixtures import MONDAY

pytestmark = pytest.mark.django_db
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def clock(record: Any, metric: str, cycle: int = 1) -> Clock:
    return Clock.objects.get(record=record.pk, metric=metric, cycle=cycle)


@pytest.fixture(autouse=True)
def _no_drift() -> Any:
    yield
    assert {made.pk: found for made in Clock.objects.all() if (found := drift(made))} == {}


@pytest.fixture
def worked(outage: Any, grade: Any, agent: Person) -> Any:
    """A P3 incident that the desk works on since Monday 10:00."""
    incident = grade(outage, at=MONDAY)
    return perform(incident, "assign_first_line", by=agent, at=MONDAY, assignee=agent)


def closed(record: Any, agent: Person, requester: Person, *, at: Any) -> Any:
    record = perform(record, "resolve", by=agent, at=at, resolution_code="fixed", resolution_note="ok")
    return perform(record, "confirm_resolution", by=requester, at=at + HOUR, confirmation="portal")


def test_a_raised_priority_counts_from_the_original_start_and_is_missed_at_once(worked: Any, agent: Person) -> None:
    incident = perform(
        worked, "regrade", by=agent, at=MONDAY + 5 * HOUR, impact="1", urgency="1", reason="全校無法使用"
    )

    resolution = clock(incident, "resolution")
    assert (resolution.state, resolution.breached_at, resolution.breach_reason) == (
        "running",
        MONDAY + 4 * HOUR,
        "regrade",
    )
    assert incident.due_at == MONDAY + 4 * HOUR


def test_lowering_the_priority_never_erases_a_miss(worked: Any, agent: Person, requester: Person) -> None:
    incident = perform(worked, "regrade", by=agent, at=MONDAY + 5 * HOUR, impact="1", urgency="1", reason="x")
    incident = perform(incident, "regrade", by=agent, at=MONDAY + 6 * HOUR, impact="3", urgency="3", reason="x")
    assert clock(incident, "resolution").due_at == MONDAY + timedelta(days=14)

    closed(incident, agent, requester, at=MONDAY + 7 * HOUR)

    resolution = clock(incident, "resolution")
    assert (resolution.state, resolution.breached_at) == ("missed", MONDAY + 4 * HOUR)


def test_levels_that_fired_do_not_fire_again_after_a_regrade(worked: Any, agent: Person) -> None:
    incident = perform(worked, "regrade", by=agent, at=MONDAY + 3 * HOUR, impact="1", urgency="1", reason="x")
    assert clock(incident, "resolution").fired == [0, 1, 2, 3]
    incident = perform(incident, "regrade", by=agent, at=MONDAY + 3 * HOUR, impact="2", urgency="2", reason="x")

    assert clock(incident, "resolution").next_level in (4, 99)


def test_reopening_begins_a_cycle_and_keeps_the_old_result(worked: Any, agent: Person, requester: Person) -> None:
    incident = closed(worked, agent, requester, at=MONDAY + HOUR)
    assert incident.clock_state == "met"

    incident = perform(incident, "reopen", by=requester, at=MONDAY + 48 * HOUR, reason="又壞了")

    assert (clock(incident, "resolution").state, clock(incident, "resolution").elapsed_seconds) == ("met", 3600)
    again = clock(incident, "resolution", 2)
    assert (again.started_at, again.state, again.fired) == (MONDAY + 48 * HOUR, "running", [])
    assert incident.due_at == again.due_at


def test_a_reclassified_report_keeps_its_receipt_and_is_counted_once(
    outage: Any, agent: Person, service: Service
) -> None:
    perform(outage, "judge_as_request", by=agent, at=MONDAY + HOUR, reason="是申請")

    made = Ticket.objects.get(kind="service_request")
    old, new = clock(outage, "response"), clock(made, "response")
    assert (new.started_at, new.state, new.elapsed_seconds) == (MONDAY, "met", 3600)
    assert (old.state, old.carried_to_id) == ("met", made.pk)
    assert clock(made, "fulfilment").started_at == MONDAY + HOUR
    assert clock(outage, "resolution").state == "cancelled"
    counted = Clock.objects.counted().filter(metric="response").values_list("record", flat=True)
    assert list(counted) == [made.pk]


def test_a_reclassified_late_answer_is_missed_on_the_new_record_without_a_second_escalation(
    outage: Any, agent: Person
) -> None:
    perform(outage, "judge_as_request", by=agent, at=MONDAY + 24 * HOUR, reason="是申請")

    new = clock(Ticket.objects.get(kind="service_request"), "response")
    assert (new.state, new.breached_at, new.escalations.count()) == ("missed", MONDAY + 5 * HOUR, 0)
    assert clock(outage, "response").escalations.count() == 3


def test_the_system_and_the_requester_never_answer(outage: Any, requester: Person, agent: Person) -> None:
    reply(outage, body="請盡快", by=requester, at=MONDAY + MINUTE)
    assert clock(outage, "response").state == "running"

    reply(outage, body="收到", by=agent, at=MONDAY + 2 * MINUTE)

    assert (clock(outage, "response").state, clock(outage, "response").elapsed_seconds) == ("met", 120)
    assert Ticket.objects.get(pk=outage.pk).first_response_at == MONDAY + 2 * MINUTE


def test_each_public_reply_begins_the_next_update(worked: Any, agent: Person) -> None:
    reply(worked, body="處理中", by=agent, at=MONDAY + HOUR)
    reply(worked, body="仍處理中", by=agent, at=MONDAY + 2 * HOUR)

    assert [row.state for row in Clock.objects.filter(metric="update").order_by("cycle")] == ["met", "met", "running"]
    assert clock(worked, "update", 3).started_at == MONDAY + 2 * HOUR


def test_a_declared_major_incident_owes_its_update_at_the_promised_time(
    worked: Any, agent: Person, incident_manager: Person
) -> None:
    due = MONDAY + HOUR + 20 * MINUTE
    incident = perform(
        worked, "declare_major", by=incident_manager, at=MONDAY + HOUR, criterion="many_users", lead=agent, comms_owner=agent,
        next_update_at=due,
    )  # fmt: skip
    assert clock(incident, "update", 2).due_at == due
    assert clock(incident, "resolution").due_at == MONDAY + 4 * HOUR  # P1 from the original start

    updates.publish(
        incident,
        text_zh="持續處理",
        text_en="",
        next_update_at=due + HOUR,
        by=incident_manager,
        at=MONDAY + 70 * MINUTE,
    )

    assert (clock(incident, "update", 2).state, clock(incident, "update", 3).due_at) == ("met", due + HOUR)
    perform(
        incident,
        "mark_restored",
        by=incident_manager,
        at=MONDAY + 2 * HOUR,
        restored_at=MONDAY + 2 * HOUR,
        how="更換電池",
    )
    assert clock(incident, "update", 3).state == "cancelled"
    assert clock(incident, "update", 4).target_seconds == 30 * 60


def test_fulfilment_counts_from_the_approval(
    requester: Person, mailbox_item: RequestItem, category: Category, agent: Person
) -> None:
    request: Any = services.raise_request(
        by=requester, requester=requester, item=mailbox_item, category=category, at=MONDAY
    )
    assert (clock(request, "fulfilment").state, request.clock_state) == ("paused", "paused")
    assert not Clock.objects.filter(metric="response").exists()
    head = Person.objects.get(username="head")

    request = perform(request, "approve_request", by=head, at=MONDAY + 24 * HOUR)

    fulfilment = clock(request, "fulfilment")
    assert (fulfilment.started_at, fulfilment.target_seconds) == (MONDAY + 24 * HOUR, 8 * 3600)
    assert request.due_at == MONDAY + 48 * HOUR
    assert list(ClockEvent.objects.filter(clock=fulfilment).order_by("pk").values_list("kind", flat=True)) == [
        "start",
        "retarget",
        "pause",
        "rebase",
    ]


def test_a_free_request_is_measured_by_the_general_target_until_its_item_is_known(
    requester: Person, service: Service, password_item: RequestItem, category: Category, agent: Person
) -> None:
    request: Any = services.raise_request(
        by=requester, requester=requester, title="我需要新密碼", service=service, at=MONDAY
    )
    assert clock(request, "response").target_seconds == 4 * 3600
    assert clock(request, "fulfilment").target_seconds == 40 * 3600

    request = perform(
        request,
        "judge_as_request",
        by=agent,
        at=MONDAY + HOUR,
        service=service,
        title="密碼",
        requester=requester,
        contact_channel="portal",
    )
    request = perform(
        request, "classify", by=agent, at=MONDAY + HOUR, request_item=password_item, category=category, priority="4"
    )

    assert clock(request, "response").state == "met"
    assert (clock(request, "fulfilment").target_seconds, clock(request, "fulfilment").started_at) == (4 * 3600, MONDAY)


def test_cancelling_ends_every_clock_without_a_result(worked: Any, agent: Person) -> None:
    incident = perform(worked, "cancel", by=agent, at=MONDAY + HOUR, code="false_alarm", reason="x")

    assert set(Clock.objects.filter(record=incident.pk).exclude(metric="response").values_list("state", flat=True)) == {
        "cancelled"
    }
    assert (incident.due_at, incident.clock_state) == (None, "")


def test_imported_history_has_no_clocks(requester: Person, service: Service) -> None:
    open_record(
        Incident, by=None, at=MONDAY, channel="import", title="舊案", requester=requester, service=service, received_at=MONDAY,
        source="old", source_number="7",
    )  # fmt: skip

    assert not Clock.objects.exists()
