"""Waiting for a change or a problem stops the clock only on a workaround that is recorded (domain 4.4)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils.translation import override

from catalogue.models import Category, Service
from incidents import services
from itsm.people.models import Person
from itsm.records.links import link
from itsm.records.models import LinkKind
from itsm.records.perform import open_record, perform
from itsm.records.refusals import Objected
from itsm.tickets.models import HoldReason, Ticket
from problems.models import Problem
from sla.clocks import ledger
from sla.replay import drift
from sla.simulation.judging import judge
from sla.simulation.reading import COLUMNS, Reader
from sla.simulation.terms import in_force
from tests.fixtures import MONDAY

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def case(service: Service, category: Category, requester: Person, agent: Person) -> Any:
    """An incident that an agent works on."""
    made: Any = services.raise_incident(by=requester, requester=requester, title="印表機", service=service, at=MONDAY)
    made = perform(made, "classify", by=agent, at=MONDAY, service=service, category=category, impact="2", urgency="2")
    return perform(made, "assign_first_line", by=agent, at=MONDAY, assignee=agent)


def waits(case: Any, agent: Person, code: str, **given: Any) -> Any:
    why = HoldReason.objects.get(code=code)
    return perform(case, "hold", by=agent, at=MONDAY + HOUR, hold_reason=why, follow_up_at=MONDAY + 48 * HOUR, **given)


def clock(case: Any) -> Any:
    return case.clocks.get(metric="resolution")


def test_without_a_workaround_the_clock_runs_on_while_a_change_is_awaited(case: Any, agent: Person) -> None:
    held = waits(case, agent, "awaiting_change")

    assert (held.state, clock(held).state) == ("on_hold", "running")
    with override("en"):
        said = [line.label for one in ledger(held, at=MONDAY + 2 * HOUR) for line in one.rows]
    assert "Runs on · Waiting for a change window" in said


def test_a_workaround_that_restored_the_service_stops_the_clock_until_it_goes_on(case: Any, agent: Person) -> None:
    held = waits(case, agent, "awaiting_change", workaround=True, reason="改走備援印表機")

    with override("en"):
        said = {line.label: line.text for one in ledger(held, at=MONDAY + 2 * HOUR) for line in one.rows}
    assert "Paused · Waiting for a change window (a workaround has restored the service)" in said
    assert clock(held).state == "paused"
    resumed = perform(held, "resume", by=agent, at=MONDAY + 3 * HOUR)
    stopped = clock(resumed)
    assert (stopped.state, stopped.paused_seconds, drift(stopped)) == ("running", 3600, {})  # lunch does not count


def test_the_next_hold_does_not_inherit_the_workaround(case: Any, agent: Person) -> None:
    held = waits(case, agent, "awaiting_change", workaround=True, reason="改走備援印表機")
    resumed = perform(held, "resume", by=agent, at=MONDAY + HOUR)

    again = waits(resumed, agent, "awaiting_change")

    assert clock(again).state == "running"


def test_a_service_that_is_down_is_not_restored_by_a_workaround(case: Any, service: Service, agent: Person) -> None:
    case.outages.create(service=service, started_at=MONDAY, affected_users=3)

    with override("en"), pytest.raises(Objected, match="Service is still interrupted"):
        waits(case, agent, "awaiting_change", workaround=True, reason="改走備援印表機")


def test_a_workaround_wants_words_or_a_known_error(case: Any, agent: Person) -> None:
    with override("en"), pytest.raises(Objected, match="Say in the note which workaround it is"):
        waits(case, agent, "awaiting_change", workaround=True)


def test_other_reasons_ask_for_no_workaround(case: Any, agent: Person) -> None:
    with override("en"), pytest.raises(Objected, match="does not depend on a workaround"):
        waits(case, agent, "appointment", workaround=True, reason="改走備援印表機")


def with_problem(case: Any, agent: Person, service: Service) -> None:
    made = open_record(
        Problem, by=None, at=MONDAY, channel="portal", origin="trend", title=case.title, description="每週重複",
        requester=agent, service=service, received_at=MONDAY,
    )  # fmt: skip
    link(case, made, kind=LinkKind.ESCALATED_TO_PROBLEM, by=None, at=MONDAY)


def test_a_problem_is_awaited_without_running_time_once_the_requester_accepts_a_workaround(
    case: Any, service: Service, agent: Person
) -> None:
    with_problem(case, agent, service)
    with override("en"), pytest.raises(Objected, match="how the requester accepted it"):
        waits(case, agent, "awaiting_problem", workaround=True)

    held = waits(case, agent, "awaiting_problem", workaround=True, reason="先重開機；使用者來電同意")

    assert (clock(held).state, clock(held).pause_reason) == ("paused", "awaiting_problem+workaround")


def test_a_problem_is_awaited_on_running_time_otherwise(case: Any, service: Service, agent: Person) -> None:
    with_problem(case, agent, service)

    assert clock(waits(case, agent, "awaiting_problem")).state == "running"


def test_a_late_clock_is_not_stopped_by_a_workaround_either(case: Any, agent: Person) -> None:
    why = HoldReason.objects.get(code="awaiting_change")
    given: dict[str, Any] = {
        "hold_reason": why,
        "follow_up_at": MONDAY + 90 * HOUR,
        "workaround": True,
        "reason": "備援",
    }

    with override("en"), pytest.raises(Objected, match="Less than a tenth"):
        perform(case, "hold", by=agent, at=MONDAY + 31.75 * HOUR, **given)


@pytest.mark.parametrize(("given", "paused"), [({}, 0), ({"workaround": True, "reason": "備援"}, 3600)])
def test_the_simulator_judges_such_waiting_as_the_clocks_do(
    case: Any, agent: Person, requester: Person, given: dict[str, Any], paused: int
) -> None:
    held = waits(case, agent, "awaiting_change", **given)
    resumed = perform(held, "resume", by=agent, at=MONDAY + 3 * HOUR)
    done = perform(
        resumed, "resolve", by=agent, at=MONDAY + 4 * HOUR, resolution_code="fixed", resolution_note="x"
    )  # fmt: skip
    perform(done, "confirm_resolution", by=requester, at=MONDAY + 4 * HOUR, confirmation="portal")

    [told] = Reader().read(list(Ticket.objects.filter(pk=case.pk).values_list(*COLUMNS)))
    judged = {row.metric: row.paused for row in judge(told.life, in_force().policy())}

    assert (judged["resolution"], told.recorded["resolution", 1].paused) == (paused, paused)
