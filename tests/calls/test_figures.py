"""The three figures by hand: their parts, their rows, and nothing to count."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from itsm.people.models import Person
from itsm.records import kpis
from itsm.records.figures import PART, WHOLE
from itsm.reporting import laid_out, shown, targets, unmeasured
from itsm.reporting.asked import Asked
from itsm.reporting.call_figures import days_of
from itsm.reporting.call_models import CallCount
from itsm.reporting.listing import listed
from tests.calls.conftest import Close, Count
from tests.fixtures import make_person

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
TAIPEI = ZoneInfo("Asia/Taipei")


def instant(day: date, hour: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=TAIPEI)


def over(since: date, last: date, at: datetime | None = None) -> Asked:
    return Asked(since, last + DAY, at or instant(date(2026, 12, 31)))


def figure(name: str) -> kpis.Kpi:
    found = kpis.find(f"desk.{name}")
    assert found is not None
    return found


def test_calls_are_shared_over_days_and_lines(count: Count) -> None:
    count(date(2026, 11, 1), 100, 90, 80, 6)
    count(date(2026, 11, 2), 50, 40, 30, 10, "VIP")
    count(date(2026, 11, 2), 10, 10, 10, 0, "hall")
    count(date(2026, 11, 3), 999, 999, 999, 0)
    asked = over(date(2026, 11, 1), date(2026, 11, 2))

    soon, given_up = (shown.compute(figure(name), asked) for name in ("answered_soon", "abandoned"))

    assert (soon.part, soon.whole, soon.ratio) == (120, 160, Fraction(3, 4))
    assert (given_up.part, given_up.whole) == (16, 160)
    assert shown.value_text(figure("answered_soon"), soon) == "75.00 %"


def test_the_rows_are_the_days_that_were_counted(count: Count, keeper: Person) -> None:
    count(date(2026, 11, 1), 100, 90, 80, 6)
    vip = count(date(2026, 11, 2), 50, 40, 30, 10, "VIP")
    value = shown.compute(figure("abandoned"), over(date(2026, 11, 1), date(2026, 11, 30)))

    part, whole = (listed(value.sides[side], person=keeper) for side in (PART, WHOLE))

    assert (part.total, whole.total, whole.count) == (value.part, value.whole, 2)
    assert part.lines[0]["title"] == "2026-11-02 VIP"
    assert (part.lines[0]["key"], part.lines[0]["amount"]) == (vip.pk, 10)


def test_who_reads_no_reports_reads_no_rows(count: Count, cost: Callable[[date, int], Any], close: Close) -> None:
    count(date(2026, 11, 1), 100, 90, 80, 6)
    cost(date(2026, 11, 1), 300_000)
    engineer, asked = make_person("second", "engineer"), over(date(2026, 11, 1), date(2026, 11, 30))

    for name in ("abandoned", "desk_cost_per_case"):
        found = listed(shown.compute(figure(name), asked).sides[PART], person=engineer)
        assert (found.lines, found.hidden) == ([], 1)


def test_a_day_that_runs_counts_and_the_next_does_not() -> None:
    days = days_of(instant(date(2026, 11, 1)), instant(date(2026, 11, 3), 10))

    assert days == (date(2026, 11, 1), date(2026, 11, 4))
    assert days_of(instant(date(2026, 11, 1)), instant(date(2026, 11, 3))) == (date(2026, 11, 1), date(2026, 11, 3))
    assert days_of(instant(date(2026, 11, 1), 9), instant(date(2026, 11, 1), 10)).length == 0


@pytest.mark.parametrize("name", ["answered_soon", "abandoned", "desk_cost_per_case"])
def test_nothing_entered_gives_a_dash(name: str, close: Close) -> None:
    close(instant(date(2026, 11, 5), 10))

    value = shown.compute(figure(name), over(date(2026, 11, 1), date(2026, 11, 30)))

    assert shown.value_text(figure(name), value) == "-"
    assert (value.part, value.whole) == (0, 0)


def test_calls_of_none_and_costs_of_nothing_closed_give_a_dash(count: Count, cost: Callable[[date, int], Any]) -> None:
    count(date(2026, 11, 1), 0, 0, 0, 0)
    cost(date(2026, 11, 1), 300_000)
    asked = over(date(2026, 11, 1), date(2026, 11, 30))

    values = {name: shown.compute(figure(name), asked) for name in ("answered_soon", "desk_cost_per_case")}

    assert [shown.value_text(figure(name), value) for name, value in values.items()] == ["-", "-"]
    assert values["desk_cost_per_case"].part == 300_000


def test_the_cost_of_whole_months_is_shared_among_what_they_closed(
    cost: Callable[[date, int], Any], close: Close
) -> None:
    cost(date(2026, 9, 1), 300_000)
    cost(date(2026, 10, 1), 310_000)
    for day in (date(2026, 9, 1), date(2026, 9, 30), date(2026, 10, 31)):
        close(instant(day, 23))
    close(instant(date(2026, 11, 1)))
    kpi = figure("desk_cost_per_case")

    value = shown.compute(kpi, over(date(2026, 9, 1), date(2026, 10, 31)))

    assert (value.part, value.whole) == (610_000, 3)
    assert shown.value_text(kpi, value) == "NT$203,333.33"
    assert shown.beside(kpi, value) == "NT$610,000 / 3"
    assert targets.measured(kpi, value) == Fraction(610_000, 3)


def test_a_month_that_lies_partly_in_the_period_adds_its_days(cost: Callable[[date, int], Any], close: Close) -> None:
    cost(date(2026, 9, 1), 300_001)
    cost(date(2026, 10, 1), 310_000)
    inside, outside = close(instant(date(2026, 9, 16), 9)), close(instant(date(2026, 9, 15), 9))

    value = shown.compute(figure("desk_cost_per_case"), over(date(2026, 9, 16), date(2026, 10, 1)))

    assert value.part == 150_001 + 10_000  # the first half has 150,000
    assert [pk for pk, _one in value.sides[WHOLE].pairs()] == [inside.pk]
    assert outside.pk != inside.pk


def test_the_parts_of_a_month_make_the_whole(cost: Callable[[date, int], Any]) -> None:
    cost(date(2026, 10, 1), 100_000)
    firsts = [date(2026, 10, day) for day in (1, 4, 11, 12, 31)] + [date(2026, 11, 1)]

    parts = [
        shown.compute(figure("desk_cost_per_case"), over(since, after - DAY)).part for since, after in pairwise(firsts)
    ]

    assert sum(parts) == 100_000


def test_what_the_desk_did_not_close_is_no_case_of_it(cost: Callable[[date, int], Any], close: Close) -> None:
    cost(date(2026, 11, 1), 300_000)
    one = close(instant(date(2026, 11, 5), 9))
    for state in ("reclassified", "cancelled"):
        close(instant(date(2026, 11, 5), 9), state)

    value = shown.compute(figure("desk_cost_per_case"), over(date(2026, 11, 1), date(2026, 11, 30)))

    assert [pk for pk, _adds in value.sides[WHOLE].pairs()] == [one.pk]


def test_a_month_without_cost_takes_its_cases_away(cost: Callable[[date, int], Any], close: Close) -> None:
    cost(date(2026, 9, 1), 300_000)
    cost(date(2026, 11, 1), 300_000)
    for day in (date(2026, 9, 5), date(2026, 10, 5), date(2026, 11, 5)):
        close(instant(day, 9))
    kpi, asked = figure("desk_cost_per_case"), over(date(2026, 9, 1), date(2026, 11, 30))

    value = shown.compute(kpi, asked)

    assert (value.part, value.whole) == (600_000, 2)
    with override("en"):
        assert "entered for 60 of the 91 days" in shown.coverage(kpi, asked)


def test_problems_and_changes_are_not_what_the_desk_closes(cost: Callable[[date, int], Any], close: Close) -> None:
    from itsm.tickets.models import Ticket

    cost(date(2026, 11, 1), 300_000)
    close(instant(date(2026, 11, 5), 9))
    other = close(instant(date(2026, 11, 6), 9))
    Ticket.objects.filter(pk=other.pk).update(kind="problem")

    assert shown.compute(figure("desk_cost_per_case"), over(date(2026, 11, 1), date(2026, 11, 30))).whole == 1


def test_a_figure_says_how_many_days_have_counts(count: Count) -> None:
    count(date(2026, 11, 1), 10, 10, 10, 0, "a")
    count(date(2026, 11, 1), 10, 10, 10, 0, "b")
    count(date(2026, 11, 9), 10, 10, 10, 0)

    with override("en"):
        said = shown.coverage(figure("abandoned"), over(date(2026, 11, 1), date(2026, 11, 30)))
        so_far = shown.coverage(
            figure("abandoned"), over(date(2026, 11, 1), date(2026, 11, 30), instant(date(2026, 11, 3), 9))
        )

    assert "2 of the 30 days" in said
    assert "1 of the 3 days" in so_far
    assert shown.coverage(figure("late"), over(date(2026, 11, 1), date(2026, 11, 30))) == ""


@pytest.mark.parametrize("numbers", [(10, 9, 9, 2), (10, 5, 6, 0), (-1, 0, 0, 0), (5, 0, 0, -1), (2_000_000, 0, 0, 0)])
def test_the_database_refuses_what_cannot_be(count: Count, numbers: tuple[int, int, int, int]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        count(date(2026, 11, 1), *numbers)

    assert not CallCount.objects.exists()


def test_the_database_refuses_a_second_row_and_half_months(count: Count, cost: Callable[[date, int], Any]) -> None:
    count(date(2026, 11, 1), 1, 1, 1, 0)
    with pytest.raises(IntegrityError), transaction.atomic():
        count(date(2026, 11, 1), 2, 2, 2, 0)
    with pytest.raises(IntegrityError), transaction.atomic():
        cost(date(2026, 11, 2), 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        cost(date(2026, 11, 1), -1)


def test_the_database_refuses_a_line_beside_the_whole_desk(count: Count) -> None:
    count(date(2026, 11, 1), 9, 9, 9, 0)
    line = count(date(2026, 11, 2), 9, 9, 9, 0, "VIP")
    count(date(2026, 11, 2), 9, 9, 9, 0, "hall")

    for day, name in ((date(2026, 11, 1), "VIP"), (date(2026, 11, 2), "")):
        with pytest.raises(IntegrityError, match="calls_by_line_or_whole"), transaction.atomic():
            count(day, 1, 1, 1, 0, name)
    with pytest.raises(IntegrityError, match="calls_by_line_or_whole"), transaction.atomic():
        CallCount.objects.filter(pk=line.pk).update(day=date(2026, 11, 1))


def test_money_is_kept_and_restored_by_the_worker(cost: Callable[[date, int], Any], close: Close) -> None:
    cost(date(2026, 11, 1), 300_000)
    close(instant(date(2026, 11, 5), 9))
    value = shown.compute(figure("desk_cost_per_case"), over(date(2026, 11, 1), date(2026, 11, 30)))

    again = laid_out.restored(laid_out.kept(value) or {})

    assert (again, laid_out.newest(value)["whole"]["more"]) == (value, False)


def test_what_is_measured_now_is_no_longer_said_to_be_unmeasured() -> None:
    with override("en"):
        said = {str(one.label) for one in unmeasured.FIGURES}

    assert not said & {str(figure(name).label) for name in ("answered_soon", "abandoned", "desk_cost_per_case")}
    assert "Helped by an article" in said


def test_an_aim_of_money_is_judged_in_dollars(cost: Callable[[date, int], Any], close: Close) -> None:
    cost(date(2026, 11, 1), 300_000)
    close(instant(date(2026, 11, 5), 9))
    kpi = figure("desk_cost_per_case")
    value = shown.compute(kpi, over(date(2026, 11, 1), date(2026, 11, 30)))

    assert targets.met(kpi, value, Fraction(300_000)) is True
    assert targets.met(kpi, value, Fraction(299_999)) is False
    assert shown.aim_text(kpi, Fraction(500)) == "≤ NT$500"
