"""The simulator under the terms in force says what the real clocks said, over random lives."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as runs
from hypothesis import strategies as st

from catalogue.models import Category, Service
from itsm.hours.instants import epoch_of
from itsm.people.models import Person
from itsm.tickets.models import Ticket
from sla.models import Clock
from sla.simulation import judging, reading
from sla.simulation.draft import Draft
from sla.simulation.terms import in_force
from tests.fixtures import MONDAY
from tests.sla.test_random_lives import DELAYS, MOVES, Life

pytestmark = pytest.mark.django_db
QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


def told(*keys: int) -> list[reading.Told]:
    """Read the lives of some cases, open ones too."""
    rows = Ticket.objects.filter(pk__in=keys).order_by("pk").values_list(*reading.COLUMNS)
    return reading.Reader(firsts=True).read(list(rows))


def outcome(result: Any) -> tuple[Any, ...]:
    return (result.verdict, result.used, result.paused, result.target, result.calendar, result.priority)


@runs(max_examples=30, deadline=None, phases=[Phase.generate], suppress_health_check=QUIET)
@given(start=st.integers(0, 40 * 86_400), moves=st.lists(st.tuples(MOVES, DELAYS), min_size=3, max_size=16))
def test_results_equal_those_of_the_real_clocks_when_nothing_is_changed(
    agent: Person, requester: Person, service: Service, category: Category, start: int, moves: list[tuple[str, int]]
) -> None:
    Clock.objects.filter(next_fire_at__isnull=False).update(state="cancelled", next_fire_at=None)
    life = Life(
        agent=agent, requester=requester, service=service, category=category, start=MONDAY + timedelta(seconds=start)
    )  # fmt: skip
    for move, delay in moves:
        life.go(move, delay)
    life.go("sweep", 0)

    one = told(life.record.pk)[0]
    made = {
        (row.metric, row.cycle): row
        for row in judging.judge(one.life, in_force().policy(Draft.parse({})), until=epoch_of(life.at))
    }

    judged = {key: outcome(row) for key, row in one.recorded.items() if row.ended_at is not None}
    assert judged == {key: outcome(made[key]) for key in judged}
    assert {key for key, row in one.recorded.items() if row.verdict == "missed"} == {
        key for key, row in made.items() if row.verdict == "missed" and key in one.recorded
    }
    assert made.keys() == one.recorded.keys()
