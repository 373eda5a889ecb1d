"""Sweeps and moves at once, on real connections: each level once, and the result does not depend on who was first."""

import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection

from incidents import services
from itsm.hours.models import Calendar
from itsm.people.models import Person
from itsm.records.clock import database_now
from itsm.records.models import Event
from itsm.records.perform import perform
from itsm.records.refusals import MovedOn
from itsm.tickets.models import HoldReason
from sla.models import Clock, Escalation, Target
from sla.replay import drift
from sla.sweep import sweep

pytestmark = pytest.mark.django_db(transaction=True)


def together(*acts: Callable[[], Any]) -> None:
    """Start every act at one instant, each in a thread with a connection of its own."""
    gate, faults = threading.Barrier(len(acts)), []

    def go(act: Callable[[], Any]) -> None:
        try:
            gate.wait()
            act()
        except BaseException as fault:  # noqa: BLE001  # told to the test below
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


@pytest.fixture
def working(requester: Person, service: Any, grade: Any, agent: Person) -> Callable[[int], Any]:
    """Make an incident that is worked on and has used all but ``left`` seconds of its resolution target, right now."""
    Target.objects.filter(metric="resolution").update(calendar=Calendar.objects.get(code="always"))

    def make(left: int) -> Any:
        start = database_now() - timedelta(seconds=16 * 3600 - left)
        made: Any = services.raise_incident(by=requester, requester=requester, title="race", service=service, at=start)
        made = grade(made, at=start)
        return perform(made, "assign_first_line", by=agent, at=start, assignee=agent)

    return make


@pytest.mark.parametrize("left", [-5, 0, 1])
def test_resolving_while_four_sweeps_run_gives_the_result_of_its_own_instant(
    working: Any, agent: Person, left: int
) -> None:
    for _round in range(6):
        incident = working(left)

        together(
            partial(perform, incident, "resolve", by=agent, resolution_code="fixed", resolution_note="x"),
            *[sweep] * 4,
        )

        clock = Clock.objects.get(record=incident.pk, metric="resolution")
        assert clock.paused_since is not None
        late = clock.paused_since > clock.started_at + timedelta(hours=16)
        assert (clock.breached_at is not None) == late
        levels = sorted(Escalation.objects.filter(clock=clock).values_list("level", flat=True))
        assert levels == ([0, 1, 2, 3, 99] if late else [0, 1, 2])
        assert drift(clock) == {}


def test_many_sweeps_at_once_fire_each_level_once(working: Any) -> None:
    incidents = [working(-3600) for _number in range(12)]

    together(*[partial(sweep, limit=3)] * 6)

    for incident in incidents:
        rows = Escalation.objects.filter(record=incident.pk, clock__metric="resolution")
        assert sorted(rows.values_list("level", flat=True)) == [0, 1, 2, 3, 99]


def test_a_resume_by_hand_and_one_by_the_system_make_one(working: Any, agent: Person) -> None:
    def by_hand(incident: Any) -> None:
        try:
            perform(incident, "resume", by=agent)
        except MovedOn:
            return

    for _round in range(6):
        incident, why = working(8 * 3600), HoldReason.objects.get(code="user_postponed")
        now = database_now()
        at = now - timedelta(seconds=30)
        perform(incident, "hold", by=agent, at=at, hold_reason=why, follow_up_at=now - timedelta(seconds=5))

        together(partial(by_hand, incident), sweep, sweep, sweep)
        sweep()

        assert Event.objects.filter(record=incident.pk, name="resume").count() == 1
        assert {clock.metric for clock in Clock.objects.filter(record=incident.pk) if drift(clock)} == set()
