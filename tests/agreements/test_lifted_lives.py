"""Lifted misses under random lives: a clock equals its replay, and no later result of it brings a lifted miss back."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as runs
from hypothesis import strategies as st

from catalogue.models import Category, Service
from incidents import services
from itsm.people.models import Person, Team
from itsm.records.perform import perform
from itsm.tickets.models import Ticket
from sla.lifting import lift
from sla.models import Clock, ClockEvent
from sla.replay import drift
from sla.sweep import sweep
from tests.agreements.conftest import Draft, clock_promise, sheet
from tests.agreements.test_random_lives import DELAYS, MOVES, Life
from tests.fixtures import MONDAY, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
MISSING = st.sampled_from(["lift", "sweep"])


class LiftedLife(Life):
    """A life in which the manager lifts whatever miss was recorded first and stands."""

    def _try(self, move: str) -> None:
        if move != "lift":
            return super()._try(move)
        found = Clock.objects.filter(record=self.record.pk, is_deadline=False, breached_at__isnull=False)
        clock = found.order_by("pk").first()
        if clock is not None:
            lift(self.record, clock, reason="演練期間不計", by=self.people["slm"], at=self.at)
        return None


@pytest.fixture
def levels(db: None) -> Person:
    """The service level manager, who has no part in any case."""
    return make_person("levels", "slm")


@given(moves=st.lists(st.tuples(st.one_of(MOVES, MISSING), DELAYS), min_size=6, max_size=20))
@runs(
    max_examples=25, deadline=None, phases=[Phase.generate], derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
def test_what_was_lifted_stays_lifted_and_every_clock_equals_its_replay(
    moves: list[tuple[str, int]], put_in_force: Draft, agent: Person, engineer: Person, requester: Person, levels: Person,
    service: Service, category: Category, network_team: Team,
) -> None:  # fmt: skip
    if not Clock.objects.exists():  # one agreement between teams for every life
        promises = (clock_promise("acceptance", 60), clock_promise("handling", 600, pauses="any_hold"))
        put_in_force(
            sheet(service.code, *promises), type="ola", provider_team=network_team, consumer=None, level="corporate"
        )
    Clock.objects.filter(next_fire_at__isnull=False).update(state="cancelled", next_fire_at=None)
    case: Any = services.raise_incident(by=requester, requester=requester, title="life", service=service, at=MONDAY)
    case = perform(case, "classify", by=agent, at=MONDAY, service=service, category=category, impact="1", urgency="1")
    case = perform(case, "assign_first_line", by=agent, at=MONDAY, assignee=agent)
    life = LiftedLife(
        case, {"agent": agent, "engineer": engineer, "requester": requester, "slm": levels}, network_team, MONDAY
    )

    for move, delay in [*moves, ("lift", 7 * 86_400)]:
        life.go(move, delay)
    sweep(at=life.at)

    clocks = list(Clock.objects.filter(record=case.pk))
    lifted = set(ClockEvent.objects.filter(clock__in=clocks, kind="lift").values_list("clock_id", flat=True))
    assert {clock.metric: found for clock in clocks if (found := drift(clock))} == {}
    assert {clock.pk for clock in clocks if clock.lifted_at is not None} == lifted
    for clock in clocks:
        if clock.pk in lifted:
            assert (clock.breached_at, clock.is_open or clock.state == "lifted") == (None, True)
    assert Ticket.objects.get(pk=case.pk).clock_state != "missed" or any(clock.breached_at for clock in clocks)
