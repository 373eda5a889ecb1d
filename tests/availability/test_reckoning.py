"""The figures of a service and month, from the rows that are kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest

from catalogue.models import Service
from itsm.hours.availability import shown
from itsm.people.models import Person
from itsm.tickets.models import Outage
from sla import claims
from sla.availability import reckon
from sla.availability_figures import figures
from sla.availability_terms import Item, Terms, Window
from tests.availability.conftest import DECEMBER, LATER, NOVEMBER, taipei

pytestmark = pytest.mark.django_db
Down = Callable[..., Outage]
CLAUSE = claims.USUAL[0]


def november(service: Service, **more: Any) -> Any:
    return reckon(service, NOVEMBER, DECEMBER, at=more.pop("at", LATER), **more)


@pytest.mark.parametrize(
    ("minutes", "seconds", "text", "met"),
    [(43, 0, "99.900%", True), (43, 12, "99.900%", True), (44, 0, "99.898%", False)],
)
def test_a_month_around_the_clock(
    always: Service, down: Down, minutes: int, seconds: int, text: str, met: bool
) -> None:
    down(taipei(11, 10, 3), taipei(11, 10, 3) + timedelta(minutes=minutes, seconds=seconds))

    found = november(always, terms=Terms(calendar=always.hours, target=Fraction(999, 1000)))

    assert (shown(found.ratio), found.met, found.is_provisional) == (text, met, False)
    assert found.adjusted.agreed == 2_592_000


@pytest.mark.parametrize(("weekday", "counted"), [(6, 0), (None, 0), (0, 3_600)])
def test_a_window_over_midnight_holds_what_begins_after_it(
    always: Service, down: Down, weekday: int | None, counted: int
) -> None:
    start, end = taipei(11, 16, 0, 30), taipei(11, 16, 1, 30)  # a Monday
    down(start, end, kind="planned", planned_from=start, planned_until=end)
    night = Window(weekday, taipei(11, 1, 22).time(), taipei(11, 1, 2).time())

    found = november(always, terms=Terms(calendar=always.hours, windows=(night,)))

    assert found.adjusted.down == counted


def typhoon(service: Service, *, by: Person, slm: Person) -> Any:
    made = claims.claim(
        service, clause=CLAUSE, started_at=taipei(11, 20), ended_at=taipei(11, 20, 6), reason="颱風停電",
        evidence="臺北市政府停班公告", by=by, at=LATER,
    )  # fmt: skip
    return claims.decide(made, approve=True, note="", by=slm, at=LATER)


@pytest.mark.parametrize(("mode", "text"), [("deduct", "98.246%"), ("numerator", "98.263%")])
def test_the_document_service_raw_and_adjusted(
    always: Service, down: Down, agent: Person, slm: Person, mode: Any, text: str
) -> None:
    down(taipei(11, 5, 9), taipei(11, 5, 15))
    down(taipei(11, 5, 14), taipei(11, 5, 19))
    down(
        taipei(11, 16, 18), taipei(11, 16, 19, 30), kind="planned", planned_from=taipei(11, 16, 18),
        planned_until=taipei(11, 16, 19), announced_at=taipei(11, 9, 18),
    )  # fmt: skip
    down(taipei(11, 19, 23), taipei(11, 20, 7))
    typhoon(always, by=agent, slm=slm)

    found = november(always, mode=mode, terms=Terms(calendar=always.hours, target=Fraction(98, 100)))

    assert (found.adjusted.down, shown(found.ratio), found.met) == (45_000, text, True)
    assert (found.raw.agreed, found.raw.down, shown(found.raw.ratio)) == (2_592_000, 70_200, "97.291%")
    assert [row.charged for row in found.rows] == [21_600, 14_400, 1_800, 7_200]
    assert found.reliability.failures == 3


def test_office_hours_only(service: Service, down: Down) -> None:
    down(taipei(11, 23, 11), taipei(11, 23, 14))

    found = november(service)

    assert (found.adjusted.agreed, found.adjusted.down) == (168 * 3600, 7200)
    assert shown(found.ratio) == "98.809%"
    assert found.met is None


@pytest.mark.parametrize(
    ("announced", "window", "counted"),
    [
        (taipei(11, 9, 18), None, 1_800),
        (taipei(11, 9, 19), None, 5_400),
        (None, None, 5_400),
        (None, Window(0, taipei(11, 1, 18).time(), taipei(11, 1, 20).time()), 1_800),
        (None, Window(1, taipei(11, 1, 18).time(), taipei(11, 1, 20).time()), 5_400),
    ],
)
def test_planned_work_is_deducted_only_in_time_and_inside_its_plan(
    always: Service, down: Down, announced: Any, window: Window | None, counted: int
) -> None:
    down(
        taipei(11, 16, 18), taipei(11, 16, 19, 30), kind="planned", planned_from=taipei(11, 16, 18),
        planned_until=taipei(11, 16, 19), announced_at=announced,
    )  # fmt: skip

    found = november(always, terms=Terms(calendar=always.hours, windows=(window,) if window else ()))

    assert found.adjusted.down == counted


def test_forecasts_and_struck_out_rows_do_not_count(always: Service, down: Down) -> None:
    down(taipei(11, 5), taipei(11, 6), is_forecast=True)
    down(taipei(11, 7), taipei(11, 8), struck_out_at=LATER)

    assert november(always).adjusted.down == 0


def test_a_claim_counts_only_when_it_is_approved(always: Service, down: Down, agent: Person, slm: Person) -> None:
    down(taipei(11, 20), taipei(11, 20, 6))
    made = claims.claim(
        always, clause=CLAUSE, started_at=taipei(11, 20), ended_at=taipei(11, 20, 6), reason="x", evidence="公告",
        by=agent, at=LATER,
    )  # fmt: skip
    before = november(always)
    claims.decide(made, approve=True, note="", by=slm, at=LATER)
    after = november(always)

    assert (before.adjusted.down, before.reasons) == (21_600, ["undecided"])
    assert (after.adjusted.down, after.reasons, after.raw.down) == (0, [], 21_600)


def test_an_open_outage_counts_to_the_end_of_the_period_and_makes_it_provisional(always: Service, down: Down) -> None:
    down(taipei(11, 30, 23), None)

    found = november(always)

    assert (found.adjusted.down, found.reasons) == (3_600, ["still_down"])


def test_a_running_month_is_reckoned_up_to_now_and_its_budget_for_the_whole(always: Service, down: Down) -> None:
    down(taipei(11, 10), taipei(11, 10, 0, 10))

    found = november(always, at=taipei(11, 16), terms=Terms(calendar=always.hours, target=Fraction(999, 1000)))

    assert (found.adjusted.agreed, found.reasons) == (15 * 86_400, ["running"])
    assert found.budget.allowed == 2592
    assert found.budget.left == 1992


def test_degraded_time_is_reported_apart_and_by_its_weight(always: Service, down: Down) -> None:
    down(taipei(11, 10), taipei(11, 11), kind="degraded", weight_percent=50)

    found = november(always)

    assert (found.adjusted.down, found.degraded_seconds) == (0, 86_400)
    assert found.weighted == Fraction(2_592_000 - 43_200, 2_592_000)


@pytest.mark.parametrize("mode", ["deduct", "numerator"])
def test_planned_work_in_time_and_approved_exclusions_take_nothing_off_the_weighted_ratios(
    always: Service, down: Down, agent: Person, slm: Person, mode: Any
) -> None:
    plan = {"planned_from": taipei(11, 16, 18), "planned_until": taipei(11, 16, 19), "announced_at": taipei(11, 1)}
    down(taipei(11, 16, 18), taipei(11, 16, 19), kind="planned", **plan)
    down(taipei(11, 20), taipei(11, 20, 6))
    down(taipei(11, 20, 2), taipei(11, 20, 5), kind="degraded", weight_percent=100)
    typhoon(always, by=agent, slm=slm)

    found = november(always, mode=mode)

    assert found.adjusted.down == 0
    assert (found.weighted, found.user_weighted(users=100)) == (1, 1)


def test_every_item_is_judged_and_the_worst_decides(always: Service, down: Down, storage: Any) -> None:
    power, cooling = storage
    down(taipei(11, 10), taipei(11, 10, 1), ci=power)
    items = (Item("電力", "Power", power.pk), Item("空調", "Cooling", cooling.pk))

    found = november(always, terms=Terms(calendar=always.hours, target=Fraction(999, 1000), items=items))

    assert [figure.down for _item, figure in found.items] == [3600, 0]
    assert found.ratio == Fraction(2_592_000 - 3600, 2_592_000)
    assert found.met is False


@pytest.fixture
def storage(make: Any) -> Any:
    """Two resources."""
    return [make("server", name) for name in ("power", "cooling")]


def test_limits_beside_the_ratio(always: Service, down: Down) -> None:
    down(taipei(11, 10), taipei(11, 10, 1))
    down(taipei(11, 12), taipei(11, 12, 3))
    terms = Terms(calendar=always.hours, most_down_seconds=4 * 3600, longest_seconds=3600, most_outages=2)

    found = november(always, terms=terms)

    assert {name: cap.kept for name, cap in found.caps.items()} == {
        "downtime": True,
        "longest_outage": False,
        "outages": True,
    }


def test_the_figures_add_up_and_are_plain_values(always: Service, down: Down) -> None:
    down(taipei(11, 10), taipei(11, 10, 1))
    down(taipei(11, 10, 0, 30), taipei(11, 10, 2))

    values = figures(november(always))

    assert sum(row["charged_s"] for row in values["outages"]) == values["down_s"] == 7200
    assert values["shown"] == "99.722%"
    assert values["ratio"] == "359/360"
    assert (values["target"], values["met"], values["provisional"]) == (None, None, [])


def test_no_more_queries_for_more_rows(always: Service, down: Down, django_assert_num_queries: Any) -> None:
    for day in range(1, 25):
        down(taipei(11, day), taipei(11, day, 1))
    service: Any = Service.objects.select_related("hours__current").get(pk=always.pk)
    service.hours.current.schedule()

    with django_assert_num_queries(2):
        found = november(service, terms=Terms(calendar=service.hours))
        assert len(found.rows) == 24
