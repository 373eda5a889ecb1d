"""Under an agreement in force, with every way to start, stop and stand still, the walk says what the real clocks said."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as runs
from hypothesis import strategies as st

from catalogue.models import Category, Service
from itsm.hours.instants import epoch_of
from itsm.people.models import Person
from sla.models import Clock
from sla.simulation import judging
from sla.simulation.draft import Draft
from sla.simulation.terms import in_force
from tests.agreements.conftest import Draft as MakeAgreement
from tests.agreements.conftest import clock_promise, sheet
from tests.agreements.conftest import draft as draft
from tests.agreements.conftest import provider as provider
from tests.agreements.conftest import put_in_force as put_in_force
from tests.agreements.conftest import slm as slm
from tests.fixtures import MONDAY
from tests.sla.test_random_lives import DELAYS, MOVES, Life
from tests.sla.test_simulation_lives import outcome, told

pytestmark = pytest.mark.django_db
QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
PROMISES = [
    clock_promise("response", 1800),
    clock_promise("resolution", 6 * 3600, priority=1, pauses="never"),
    clock_promise("resolution", 20 * 3600, priority=2, calendar=None, stops="closed"),
    clock_promise("resolution", 30 * 3600, pauses="any_hold", starts="judged"),
]


@runs(max_examples=20, deadline=None, phases=[Phase.generate], suppress_health_check=QUIET)
@given(start=st.integers(0, 20 * 86_400), moves=st.lists(st.tuples(MOVES, DELAYS), min_size=3, max_size=12))
def test_results_equal_those_of_the_real_clocks_under_an_agreement(
    agent: Person, requester: Person, service: Service, category: Category, put_in_force: MakeAgreement, start: int,
    moves: list[tuple[str, int]],
) -> None:  # fmt: skip
    if in_force().agreed.is_empty:
        put_in_force(sheet(service.code, *PROMISES))
    Clock.objects.filter(next_fire_at__isnull=False).update(state="cancelled", next_fire_at=None)
    life = Life(
        agent=agent, requester=requester, service=service, category=category, start=MONDAY + timedelta(seconds=start)
    )  # fmt: skip
    for move, delay in moves:
        life.go(move, delay)
    life.go("sweep", 0)

    one = told(life.record.pk)[0]
    policy = in_force().policy(Draft.parse({}))
    made = {(row.metric, row.cycle): row for row in judging.judge(one.life, policy, until=epoch_of(life.at))}

    judged = {key: outcome(row) for key, row in one.recorded.items() if row.ended_at is not None}
    assert {row.target for row in made.values()} & {1800, 6 * 3600, 20 * 3600, 30 * 3600}
    assert judged == {key: outcome(made[key]) for key in judged}
    assert made.keys() == one.recorded.keys()
