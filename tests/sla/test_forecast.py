"""Predicting misses: what is learnt, that it says so when it knows too little, and that weeks are judged unseen."""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from incidents import services
from itsm.hours.instants import epoch_of
from itsm.people.models import Person
from sla.forecast import history, nightly, telling
from sla.forecast.learning import TooLittle, learn, score, solved
from sla.forecast.traits import DAY, Queues, Traits, traits
from sla.simulation_models import BreachModel, BreachRisk, BreachWeek
from tests.fixtures import MONDAY
from tests.simulator.conftest import level_manager as level_manager
from tests.simulator.conftest import settled as settled

CALM, LATE = Traits(0, 0, 0, 1, 2), Traits(4, 0, 0, 1, 2)


def drawn(count: int, *, seed: int = 1) -> list[tuple[Traits, bool]]:
    """Samples of which one in ten of the calm and four in five of the late ones miss."""
    chance = Random(seed)
    return [(kind, chance.random() < odds) for _one in range(count) for kind, odds in ((CALM, 0.1), (LATE, 0.8))]


def test_the_shares_that_were_seen_are_what_is_said() -> None:
    learnt = learn(drawn(2000), cases=4000)

    assert learnt.chance(CALM) == pytest.approx(0.1, abs=0.02)
    assert learnt.chance(LATE) == pytest.approx(0.8, abs=0.02)


def test_the_reason_is_what_differs_from_the_usual() -> None:
    learnt = learn(drawn(500), cases=1000)

    assert learnt.reasons(LATE) == [("share", 4, True)]
    assert learnt.reasons(CALM) == [("share", 0, False)]


@pytest.mark.parametrize(
    ("samples", "cases"), [([], 0), (drawn(40), 99), ([(CALM, False)] * 500, 500), ([(LATE, True)] * 500, 500)]
)
def test_with_too_little_history_nothing_is_learnt(samples: list[Any], cases: int) -> None:
    with pytest.raises(TooLittle):
        learn(samples, cases=cases)


def test_what_is_kept_is_read_again() -> None:
    learnt = learn(drawn(200), cases=400)

    again = type(learnt).read(learnt.keep())

    assert again.chance(LATE) == pytest.approx(learnt.chance(LATE), abs=1e-4)


def test_unseen_samples_are_judged_by_their_distance_and_by_class() -> None:
    unseen = drawn(500, seed=2)
    usual = sum(missed for _kind, missed in unseen) / len(unseen)

    found = score(learn(drawn(500), cases=1000), unseen, usual=usual)

    assert found.brier < found.plain == pytest.approx(usual * (1 - usual))
    assert sum(row["samples"] for row in found.table) == found.samples == 1000
    assert all(row["said"] == pytest.approx(row["came"], abs=0.05) for row in found.table)


LINE = st.lists(st.integers(-9, 9), min_size=3, max_size=3)


@given(st.lists(LINE, min_size=3, max_size=3), LINE)
def test_equations_are_solved(matrix: list[list[int]], right: list[int]) -> None:
    strong = [[one + (100 if row == place else 0) for place, one in enumerate(line)] for row, line in enumerate(matrix)]

    found = solved(strong, right)

    assert [sum(a * x for a, x in zip(line, found, strict=True)) for line in strong] == pytest.approx(right, abs=1e-6)


@given(
    stays=st.lists(st.tuples(st.integers(1, 2), st.integers(0, 3 * DAY), st.none() | st.integers(0, DAY))),
    at=st.integers(0, 4 * DAY),
)
def test_queues_are_counted_as_by_hand(stays: list[tuple[int, int, int | None]], at: int) -> None:
    rows = [(team, since, None if lasted is None else since + lasted) for team, since, lasted in stays]

    found = Queues(rows)

    for team in (1, 2):
        there = [row for row in rows if row[0] == team and row[1] <= at and (row[2] is None or at < row[2])]
        assert found.length(team, at) == len(there)
        assert found.arrivals(team, at) == sum(row[0] == team and at - DAY <= row[1] <= at for row in rows)


def test_traits_are_classes() -> None:
    at = epoch_of(MONDAY)

    assert traits(share=0.8, queue=3, arrivals=0, at=at, zone=ZoneInfo("Asia/Taipei"), priority=None) == Traits(
        3, 1, 0, 1, 2
    )


@pytest.mark.django_db
def test_judged_clocks_are_looked_at_before_their_end(settled: Callable[..., Any]) -> None:
    settled(1)
    settled(80)

    found = history.past(
        since=MONDAY - timedelta(days=1), until=MONDAY + timedelta(days=30), waiting=history.queues(since=MONDAY)
    )

    assert found.cases == 2
    assert [(one.share, missed) for one, missed in found.samples] == [
        (0, True), (1, True), (2, True), (3, True), (4, True),
    ]  # fmt: skip  # of the one that took an hour of sixteen no look came in time


@pytest.fixture
def lived(settled: Callable[..., Any]) -> Callable[[int], None]:
    """Make so many weeks with cases that are kept and missed."""

    def make(weeks: int) -> None:
        for week in range(weeks):
            for hours in (2, 30, 80, 100):
                settled(hours, at=MONDAY - timedelta(weeks=weeks - week))

    return make


@pytest.mark.django_db
def test_nothing_is_said_before_there_is_history(
    settled: Callable[..., Any], level_manager: Person, client: Client
) -> None:
    settled(2)

    nightly.work(MONDAY)
    telling.work(MONDAY)

    assert BreachModel.objects.get().weights == {}
    assert not BreachRisk.objects.exists()
    client.force_login(level_manager)
    assert "Too little history" in client.get("/forecast/").content.decode()


@pytest.mark.django_db
def test_open_cases_get_a_chance_with_reasons_and_weeks_are_judged(
    lived: Callable[[int], None], requester: Person, service: Any, level_manager: Person, client: Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("sla.forecast.learning.LEAST_CASES", 8)
    lived(6)
    case = services.raise_incident(by=requester, requester=requester, title="x", service=service, at=MONDAY)

    assert nightly.work(MONDAY + timedelta(hours=6)) > 1
    assert nightly.work(MONDAY + timedelta(hours=7)) == 0
    assert telling.work(MONDAY + timedelta(hours=6)) == 1

    found = telling.of_case(case, at=MONDAY + timedelta(hours=6))
    assert found is not None
    assert 1 <= found["percent"] <= 99
    assert telling.of_case(case, at=MONDAY + timedelta(hours=7)) is None
    week = BreachWeek.objects.latest("week")
    assert (week.cases, week.samples) == (4, sum(row["samples"] for row in week.table))
    client.force_login(level_manager)
    assert f"{week.brier:.3f}" in client.get("/forecast/").content.decode()


@pytest.mark.django_db
def test_a_queue_says_the_chance_quietly(agent: Person, requester: Person, service: Any, client: Client) -> None:
    from django.utils import timezone

    now = timezone.now()
    case = services.raise_incident(by=requester, requester=requester, title="x", service=service, at=now)
    BreachRisk.objects.create(record_id=case.pk, chance=0.384, at=now, reasons=[["share", 4, True]])
    client.force_login(agent)

    assert "38 %" in client.get("/desk/q/all/").content.decode()
    assert "38 %" in client.get(f"/t/{case.number}/clocks/").content.decode()
