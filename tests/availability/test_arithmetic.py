"""The figures of agreed time and downtime: known answers, and random ones against counting every second."""

from datetime import datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itsm.hours import availability as av
from itsm.hours.availability import Figure, Stretch
from itsm.hours.instants import epoch_of
from itsm.hours.intervals import Interval, Intervals, difference, intersection, length, union
from itsm.hours.taiwan import starting_calendars
from itsm.hours.worktime import Schedule

TAIPEI = ZoneInfo("Asia/Taipei")
DAY = 86_400


def at(day: int, hour: int = 0, minute: int = 0, second: int = 0) -> int:
    return epoch_of(datetime(2026, 11, day, hour, minute, second, tzinfo=TAIPEI))


NOVEMBER: Intervals = [(at(1), at(30) + DAY)]


def test_the_length_of_november_around_the_clock() -> None:
    assert length(NOVEMBER) == 2_592_000


@pytest.mark.parametrize(
    ("minutes", "seconds", "shown", "met"),
    [(43, 0, "99.900%", True), (43, 12, "99.900%", True), (43, 13, "99.899%", False), (44, 0, "99.898%", False)],
)
def test_a_target_is_judged_on_the_exact_ratio(minutes: int, seconds: int, shown: str, met: bool) -> None:
    figure = av.reckon(NOVEMBER, outages=[(at(10, 3), at(10, 3, minutes, seconds))]).adjusted

    assert av.shown(figure.ratio) == shown
    assert figure.meets(Fraction(999, 1000)) is met


def test_the_exact_ratio_of_43_minutes() -> None:
    assert av.reckon(NOVEMBER, outages=[(at(10, 3), at(10, 3, 43))]).adjusted.ratio == Fraction(43_157, 43_200)


DOCUMENTS = {
    "outages": [
        (at(5, 9), at(5, 15)),
        (at(5, 14), at(5, 19)),
        (at(16, 18), at(16, 19, 30)),
        (at(19, 23), at(20, 7)),
    ],
    "planned": [(at(16, 18), at(16, 19))],
    "excluded": [(at(20), at(20, 6))],
}


@pytest.mark.parametrize(("mode", "shown"), [("deduct", "98.246%"), ("numerator", "98.263%")])
def test_the_document_service_of_november(mode: av.Mode, shown: str) -> None:
    found = av.reckon(NOVEMBER, mode=mode, **DOCUMENTS)

    assert (found.adjusted.down, av.shown(found.adjusted.ratio)) == (12.5 * 3600, shown)
    assert found.adjusted.meets(Fraction(98, 100))
    assert (found.raw.down, av.shown(found.raw.ratio)) == (19.5 * 3600, "97.291%")


def test_only_opening_hours_count() -> None:
    hours = starting_calendars()["taiwan-office"]
    windows = {day: entry["windows"] for day, entry in hours["exceptions"].items()}
    office = Schedule.parse(zone="Asia/Taipei", weekly=hours["weekly"], exceptions=windows)
    spans = office.spans(datetime(2026, 11, 1, tzinfo=TAIPEI), datetime(2026, 12, 1, tzinfo=TAIPEI))

    found = av.reckon([(epoch_of(a), epoch_of(b)) for a, b in spans], outages=[(at(23, 11), at(23, 14))])

    assert (found.adjusted.agreed, found.adjusted.down) == (168 * 3600, 2 * 3600)
    assert av.shown(found.adjusted.ratio) == "98.809%"
    assert found.failures == [((at(23, 11), at(23, 14)), 7200)]


def test_services_in_series_and_in_parallel() -> None:
    good, fair = Figure(1000, 1), Figure(100, 1)

    assert av.shown(av.combined([good, good], how="series"), decimals=4) == "99.8001%"
    assert av.shown(av.combined([fair, fair], how="parallel"), decimals=4) == "99.9900%"
    assert av.combined([good, fair], how="all_items") == av.combined([good, fair], how="worst") == Fraction(99, 100)
    assert av.combined([good, fair], how="mean_time") == Fraction(1098, 1100)
    assert av.combined([good, Figure(0, 0)], how="series") is None
    assert av.combined([], how="worst") is None


def test_no_agreed_time_is_neither_all_nor_nothing() -> None:
    figure = av.reckon([], outages=[(0, 10)]).adjusted

    assert (figure.ratio, figure.meets(Fraction(1)), av.shown(figure.ratio)) == (None, None, "-")


@pytest.mark.parametrize(
    ("target", "allowed_minutes"), [("99", 432), ("99.5", 216), ("99.9", "43.2"), ("99.95", "21.6"), ("99.99", "4.32")]
)
def test_targets_as_time_of_thirty_days(target: str, allowed_minutes: object) -> None:
    left = av.budget(Figure(30 * DAY, 60), target=Fraction(target) / 100)

    assert left.allowed == Fraction(str(allowed_minutes)) * 60
    assert left.left == left.allowed - 60


def test_an_overdrawn_budget_is_negative() -> None:
    left = av.budget(Figure(1000, 20), target=Fraction(99, 100))

    assert left.left == -10
    assert left.used == 2
    assert av.budget(Figure(1000, 20), target=Fraction(1)).used is None


def test_means_of_two_failures() -> None:
    found = av.reckon([(0, 1000)], outages=[(100, 150), (140, 160), (500, 540), (990, 1000)], excluded=[(990, 1000)])

    means = av.reliability(found, repairs=[30, 50])

    assert [means.failures, means.mtrs, means.mtbf, means.mttr, means.mtbsi] == [2, 50, 445, 40, 495]
    assert found.adjusted.ratio == Fraction(445, 495)
    assert av.reliability(av.reckon([(0, 10)], outages=[])).mtbf is None


def test_caps_of_a_year() -> None:
    found = av.reckon([(0, 1000)], outages=[(0, 100), (450, 600)])

    assert av.longest(found) == 150
    assert av.most_in_one(found, parts=[(0, 500), (500, 1000)]) == 150
    assert av.Cap(150, 150).kept
    assert not av.Cap(151, 150).kept


def test_degraded_time_counts_by_its_weight_and_the_heavier_of_two() -> None:
    figure, down = Figure(1000, 100), [(0, 100)]
    degraded = [Stretch((50, 200), Fraction(1, 2)), Stretch((150, 300), Fraction(1, 4))]

    assert av.weighted(figure, down, counting=[(0, 1000)], degraded=degraded) == Fraction(825, 1000)
    assert av.weighted(Figure(0, 0), [], counting=[], degraded=[]) is None


def test_outages_are_weighed_by_the_users_they_reach() -> None:
    outages = [Stretch((0, 100), users=50), Stretch((200, 300))]

    found = av.user_weighted(Figure(1000, 200), counting=[(0, 1000)], outages=outages, users=100)

    assert found == Fraction(850, 1000)


def test_a_user_loses_the_time_of_two_outages_at_once_only_once() -> None:
    outages = [Stretch((0, 100)), Stretch((50, 150), users=50), Stretch((50, 100))]

    found = av.user_weighted(Figure(1000, 150), counting=[(0, 1000)], outages=outages, users=100)

    assert found == 1 - Fraction(100 * 100 + 50 * 50, 100 * 1000)


@pytest.mark.parametrize(
    ("ratio", "decimals", "text"),
    [
        (Fraction(1), 3, "100.000%"),
        (Fraction(99_999_999, 100_000_000), 3, "99.999%"),
        (Fraction(2, 3), 0, "66%"),
        (Fraction(-1, 8), 1, "-12.5%"),
        (Fraction(0), 2, "0.00%"),
    ],
)
def test_percentages_are_cut_off(ratio: Fraction, decimals: int, text: str) -> None:
    assert av.shown(ratio, decimals=decimals) == text


spans = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=6)


def seconds(spans: list[Interval]) -> set[int]:
    """Count every second, the slow and plain way."""
    return {second for start, end in spans for second in range(start, end)}


@settings(deadline=None)
@given(spans, spans)
def test_stretches_are_sets_of_seconds(one: Intervals, other: Intervals) -> None:
    a, b = seconds(one), seconds(other)

    assert seconds(union(one)) == a
    assert seconds(intersection(one, other)) == a & b
    assert seconds(difference(one, other)) == a - b
    assert length(union(one)) == len(a)
    assert all(x[1] < y[0] for x, y in zip(union(one), union(one)[1:], strict=False))


@settings(max_examples=300, deadline=None)
@given(spans, spans, spans, spans, st.sampled_from(av.MODES))
def test_a_period_is_what_its_seconds_say(
    agreed: Intervals, outages: Intervals, planned: Intervals, excluded: Intervals, mode: av.Mode
) -> None:
    time, free, lost = seconds(agreed), seconds(planned) | seconds(excluded), seconds(outages)

    found = av.reckon(agreed, outages=outages, planned=planned, excluded=excluded, mode=mode)

    assert found.adjusted.agreed == len(time - free if mode == "deduct" else time)
    assert found.adjusted.down == len((time & lost) - free)
    assert (found.raw.agreed, found.raw.down) == (len(time), len(time & lost))
    assert sum(counted for _span, counted in found.failures) == found.adjusted.down


@settings(deadline=None)
@given(spans, spans, spans, st.integers(0, 60))
def test_a_longer_period_is_the_sum_of_its_parts(
    agreed: Intervals, outages: Intervals, planned: Intervals, cut: int
) -> None:
    parts = [
        av.reckon(intersection(agreed, [part]), outages=outages, planned=planned).adjusted
        for part in ((0, cut), (cut, 60))
    ]

    assert parts[0] + parts[1] == av.reckon(agreed, outages=outages, planned=planned).adjusted
