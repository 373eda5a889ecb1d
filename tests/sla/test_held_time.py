"""Who held the clock: the parts follow each other and add up to the whole life, whatever happened."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as runs
from hypothesis import strategies as st

from catalogue.models import Category, Service
from incidents import services
from itsm.hours.instants import epoch_of
from itsm.people.models import Person, Team
from itsm.records.perform import perform
from itsm.tickets.models import HoldReason
from sla.held import keeping, sums
from sla.held.parting import NOBODY, REQUESTER, SECOND_LINE, SUPPLIER, WAITS_FOR, Errand, Hands, Rules, part
from sla.models import Clock
from sla.simulation.life import Key, Step
from sla.simulation_models import HeldLife, HeldTime
from tests.fixtures import MONDAY
from tests.sla.test_random_lives import DELAYS, MOVES, Life

STATES = ("reported", "l1_processing", "l2_processing", "on_hold", "awaiting_confirmation", "closed")
CLOCKS = {
    "reported": "run", "l1_processing": "run", "l2_processing": "run", "on_hold": "by reason",
    "awaiting_confirmation": "stop (soft)", "closed": "stop",
}  # fmt: skip
RULES = Rules(CLOCKS, {1: 1, 2: 2}, WAITS_FOR)
KEY = Key(3, None, None)
TIMES = st.integers(0, 1000)
STEPS = st.lists(
    st.builds(Step, TIMES, st.sampled_from(STATES), st.sampled_from(sorted(WAITS_FOR)), st.just(KEY)), min_size=1
)
HANDS = st.lists(st.builds(Hands, TIMES, st.sampled_from([None, 1, 2]), st.booleans()))
ERRANDS = st.lists(st.builds(Errand, TIMES, st.none() | TIMES, st.integers(1, 3)))


@given(steps=STEPS, hands=HANDS, errands=ERRANDS, began=TIMES, length=st.integers(0, 1000))
def test_the_parts_follow_each_other_and_are_the_whole(
    steps: list[Step], hands: list[Hands], errands: list[Errand], began: int, length: int
) -> None:
    found = part(
        sorted(steps, key=lambda one: one.at),
        sorted(hands, key=lambda one: one.at),
        errands,
        rules=RULES,
        began=began,
        ended=began + length,
    )

    assert sum(one.seconds for one in found) == length
    assert all(before.until == after.since and before.holder != after.holder for before, after in pairwise(found))
    assert all(one.seconds > 0 for one in found)


def test_who_holds_it_is_read_from_state_reason_and_hands() -> None:
    steps = [
        Step(0, "reported", "", KEY),
        Step(10, "l2_processing", "", KEY),
        Step(40, "on_hold", "awaiting_supplier", KEY),
        Step(70, "on_hold", "awaiting_user", KEY),
        Step(80, "awaiting_confirmation", "", KEY),
    ]
    hands = [Hands(10, 2, False), Hands(30, 2, True)]

    found = part(steps, hands, [Errand(50, 60, 7)], rules=RULES, began=0, ended=100)

    assert [(one.seconds, one.holder.party, one.holder.team, one.holder.supplier) for one in found] == [
        (10, NOBODY, None, None),
        (20, NOBODY, 2, None),
        (10, SECOND_LINE, 2, None),
        (10, SUPPLIER, None, None),
        (10, SUPPLIER, None, 7),
        (10, SUPPLIER, None, None),
        (30, REQUESTER, None, None),
    ]


@pytest.mark.django_db
@runs(
    max_examples=15, deadline=None, phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(moves=st.lists(st.tuples(MOVES, DELAYS), min_size=3, max_size=12))
def test_a_real_case_is_parted_without_a_rest(
    agent: Person, requester: Person, service: Service, category: Category, moves: list[tuple[str, int]]
) -> None:
    Clock.objects.filter(next_fire_at__isnull=False).update(state="cancelled", next_fire_at=None)
    life = Life(agent=agent, requester=requester, service=service, category=category, start=MONDAY)
    for move, delay in moves:
        life.go(move, delay)
    life.record.refresh_from_db(fields=["closed_at"])

    found = keeping.of_case(life.record, at=life.at)

    assert found is not None
    assert sum(one.seconds for one in found.stretches) == epoch_of(life.record.closed_at or life.at) - epoch_of(MONDAY)


@pytest.fixture
def closed(agent: Person, requester: Person, service: Service, category: Category) -> object:
    """An incident that waited two hours for its requester and was closed after six."""
    at = MONDAY
    case = services.raise_incident(by=requester, requester=requester, title="x", service=service, at=at)
    given: dict[str, Any] = {"service": service, "category": category, "impact": "2", "urgency": "2"}
    case = perform(case, "classify", by=agent, at=at + timedelta(hours=1), **given)
    case = perform(case, "assign_first_line", by=agent, at=at + timedelta(hours=1), assignee=agent)
    why = HoldReason.objects.get(code="awaiting_user")
    later = at + timedelta(days=30)
    case = perform(case, "hold", by=agent, at=at + timedelta(hours=2), hold_reason=why, follow_up_at=later, comment="?")
    case = perform(case, "resume", by=agent, at=at + timedelta(hours=4))
    case = perform(case, "resolve", by=agent, at=at + timedelta(hours=5), resolution_code="fixed", resolution_note="x")
    return perform(case, "confirm_resolution", by=requester, at=at + timedelta(hours=6), confirmation="portal")


@pytest.mark.django_db
def test_closed_cases_are_kept_parted_and_parted_again_when_they_change(closed: object) -> None:
    from itsm.tickets.models import Ticket

    keeping.work(MONDAY)
    rows = {(row.party, row.team_id is not None): row.seconds for row in HeldTime.objects.all()}
    desk = Team.objects.get(tier=1)

    assert rows == {("nobody", False): 3600, ("desk", True): 7200, ("requester", False): 3 * 3600}
    assert keeping.work(MONDAY) == 0
    everything = sums.held(sums.Chosen(), Ticket.objects.all())
    assert sums.in_all(everything) == {
        "cases": 1, "seconds": 6 * 3600, "desk": 7200, "second_line": 0, "requester": 10800, "supplier": 0, "nobody": 3600,
    }  # fmt: skip
    assert [row["key"] for row in sums.by_group(everything, "team")] == [desk.pk, None]
    Ticket.objects.update(changed_at=MONDAY + timedelta(days=3))
    assert keeping.work(MONDAY) == 1
    assert HeldLife.objects.count() == 1
