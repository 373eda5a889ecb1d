"""Working time by examples: the vectors of the specification, clock changes, edges, and the end of all hours."""

import threading
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from itsm.hours import taiwan
from itsm.hours.windows import windows_of
from itsm.hours.worktime import NoHours, OutOfReach, Schedule

TAIPEI = ZoneInfo("Asia/Taipei")
HOUR = 3600
NIGHTS = {str(day): [["00:00", "02:30"], ["22:00", "00:00"]] for day in range(7)}


def office(**more: list[list[str]]) -> Schedule:
    """Give the Taiwanese office calendar, with some dates changed (``d20261124=[]``)."""
    exceptions = {day: entry["windows"] for day, entry in taiwan.exceptions(windows_of(taiwan.OFFICE)).items()}
    exceptions |= {f"{key[1:5]}-{key[5:7]}-{key[7:]}": pairs for key, pairs in more.items()}
    return Schedule.parse(zone=taiwan.ZONE, weekly=taiwan.weekly(taiwan.OFFICE), exceptions=exceptions)


def always(zone: str) -> Schedule:
    return Schedule.parse(zone=zone, weekly={}, exceptions={}, always=True)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TAIPEI)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        pytest.param("2026-11-23 11:00", 2, "2026-11-23 14:00", id="over lunch"),
        pytest.param("2026-11-23 17:00", 4, "2026-11-24 12:00", id="over night"),
        pytest.param("2026-11-23 20:00", 1, "2026-11-24 10:00", id="after hours"),
        pytest.param("2026-11-22 10:00", 1, "2026-11-23 10:00", id="weekend"),
        pytest.param("2026-11-23 10:00", 7, "2026-11-23 18:00", id="exactly closing time"),
        pytest.param("2026-02-13 17:00", 4, "2026-02-23 12:00", id="Lunar New Year"),
        pytest.param("2025-02-07 17:00", 4, "2025-02-08 12:00", id="make-up Saturday"),
        pytest.param("2026-04-02 17:30", 1, "2026-04-07 09:30", id="Tomb Sweeping Day"),
        pytest.param("2026-11-21 10:00", 0, "2026-11-23 09:00", id="nothing added while closed"),
        pytest.param("2026-11-23 12:00", 0, "2026-11-23 13:00", id="nothing added at closing time"),
        pytest.param("2026-11-23 09:00", 0, "2026-11-23 09:00", id="nothing added at opening time"),
    ],
)
def test_due_time_of_the_specification(start: str, hours: int, due: str) -> None:
    assert office().add(at(start), seconds=hours * HOUR) == at(due)


def test_a_typhoon_day_moves_the_due_time() -> None:
    calendar = office(d20261124=[])

    assert calendar.add(at("2026-11-23 17:00"), seconds=4 * HOUR) == at("2026-11-25 12:00")


def test_a_closure_from_noon_keeps_the_morning() -> None:
    calendar = office(d20261124=[["09:00", "12:00"]])

    assert calendar.add(at("2026-11-23 17:00"), seconds=5 * HOUR) == at("2026-11-25 10:00")


def test_a_pause_moves_the_due_time_by_its_business_length() -> None:
    calendar, start, target = office(), at("2026-11-23 10:00"), 8 * HOUR
    pause = calendar.between(at("2026-11-23 15:00"), at("2026-11-24 11:00"))

    due = calendar.add(start, seconds=target + pause)

    assert pause == 5 * HOUR
    assert calendar.add(start, seconds=target) == at("2026-11-24 10:00")
    assert due == at("2026-11-24 16:00")
    assert calendar.between(start, at("2026-11-24 11:00")) - pause == 4 * HOUR


def test_november_2026_has_168_office_hours_and_a_lunch_outage_costs_two() -> None:
    calendar = office()

    assert calendar.between(at("2026-11-01"), at("2026-12-01")) == 168 * HOUR
    assert calendar.between(at("2026-11-23 11:00"), at("2026-11-23 14:00")) == 2 * HOUR
    assert always("Asia/Taipei").between(at("2026-11-01"), at("2026-12-01")) == 2_592_000


@pytest.mark.parametrize(("year", "days_off"), [(2025, 118), (2026, 120)])
def test_the_year_has_the_official_number_of_days_off(year: int, days_off: int) -> None:
    calendar, first = office(), date(year, 1, 1)

    closed = [day for day in range(365) if not calendar.windows_on(first + timedelta(day))]

    assert len(closed) == days_off


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", "2025-10-26", 25.0),
        ("Europe/Berlin", "2025-03-30", 23.0),
        ("America/New_York", "2026-03-08", 23.0),
        ("Australia/Lord_Howe", "2026-04-05", 24.5),
        ("Australia/Lord_Howe", "2026-10-04", 23.5),
        ("Asia/Kolkata", "2026-03-29", 24.0),
    ],
)
def test_a_day_of_a_clock_change_has_its_real_length(zone: str, day: str, hours: float) -> None:
    whole = Schedule.parse(zone=zone, weekly={str(n): [["00:00", "00:00"]] for n in range(7)}, exceptions={})
    start = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(zone))
    end = (datetime.fromisoformat(day) + timedelta(1)).replace(tzinfo=ZoneInfo(zone))

    assert whole.between(start, end) == hours * HOUR
    assert always(zone).between(start, end) == hours * HOUR


def test_a_window_edge_that_does_not_exist_moves_forward() -> None:
    nights = Schedule.parse(zone="Europe/Berlin", weekly=NIGHTS, exceptions={})

    due = nights.add(datetime(2026, 3, 29, 0, 0, tzinfo=UTC), seconds=1800)  # 01:00 in Berlin; 02:30 is skipped

    assert due == datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
    assert nights.add(due, seconds=3600) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_a_window_edge_that_occurs_twice_is_the_first() -> None:
    nights = Schedule.parse(zone="Europe/Berlin", weekly=NIGHTS, exceptions={})

    assert nights.is_open(datetime(2026, 10, 25, 0, 29, tzinfo=UTC))  # 02:29 in summer time
    assert not nights.is_open(datetime(2026, 10, 25, 1, 29, tzinfo=UTC))  # 02:29 in winter time


def test_windows_that_a_clock_change_lays_over_each_other_count_once() -> None:
    zone = "America/New_York"
    pairs = [["02:00", "02:30"], ["03:00", "04:00"]]
    calendar = Schedule.parse(zone=zone, weekly={}, exceptions={"2026-03-08": pairs})
    day = datetime(2026, 3, 8, tzinfo=ZoneInfo(zone))

    assert calendar.between(day, day + timedelta(1)) == HOUR


def test_adding_and_counting_are_inverse_at_every_edge() -> None:
    calendar, start = office(), at("2026-11-20 08:59:59")

    for seconds in (1, 3 * HOUR - 1, 3 * HOUR, 3 * HOUR + 1, 8 * HOUR, 8 * HOUR + 1):
        assert calendar.between(start, calendar.add(start, seconds=seconds)) == seconds


def test_the_end_before_the_start_counts_nothing() -> None:
    assert office().between(at("2026-11-24 10:00"), at("2026-11-23 10:00")) == 0


def test_fractions_of_a_second_are_dropped() -> None:
    assert office().add(at("2026-11-23 10:00:00.900"), seconds=60) == at("2026-11-23 10:01:00")


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(TypeError):
        office().add(at("2026-11-23 10:00").replace(tzinfo=None), seconds=60)


@pytest.mark.parametrize("exceptions", [{}, {"2026-01-01": []}, {"2026-01-02": [["09:00", "10:00"]]}])
def test_a_calendar_without_hours_left_says_so(exceptions: dict[str, list[list[str]]]) -> None:
    calendar = Schedule.parse(zone="Asia/Taipei", weekly={}, exceptions=exceptions)

    with pytest.raises(NoHours, match="no opening hours left"):
        calendar.add(at("2026-11-23 10:00"), seconds=0)
    assert calendar.between(at("2026-11-23 10:00"), at("2027-11-23 10:00")) == 0


def test_the_last_hour_of_a_dated_calendar_can_be_reached() -> None:
    calendar = Schedule.parse(zone="Asia/Taipei", weekly={}, exceptions={"2031-05-02": [["09:00", "10:00"]]})

    assert calendar.add(at("2026-11-23 10:00"), seconds=HOUR) == at("2031-05-02 10:00")
    with pytest.raises(NoHours):
        calendar.add(at("2026-11-23 10:00"), seconds=HOUR + 1)


@pytest.mark.parametrize("seconds", [-1, 10**12])
def test_what_nobody_can_reckon_is_refused(seconds: int) -> None:
    for calendar in (office(), always("UTC")):
        with pytest.raises(OutOfReach):
            calendar.add(at("2026-11-23 10:00"), seconds=seconds)


def test_the_table_grows_backwards_and_forwards_and_stays_right() -> None:
    grown, fresh = office(), office()

    grown.add(at("2026-06-01 10:00"), seconds=HOUR)
    grown.add(at("2019-06-03 10:00"), seconds=HOUR)
    grown.add(at("2026-06-01 10:00"), seconds=9000 * HOUR)

    for year in (2018, 2019, 2025, 2026, 2031):
        start, end = at(f"{year}-01-01"), at(f"{year + 1}-01-01")
        assert grown.between(start, end) == fresh.between(start, end)


def test_five_business_days_after_a_closed_start_count_from_the_next_opening() -> None:
    calendar = office()

    assert calendar.add_days(at("2026-11-23 10:30"), days=5) == at("2026-11-30 10:30")
    assert calendar.add_days(at("2026-11-21 10:30"), days=1) == at("2026-11-24 09:00")
    assert calendar.add_days(at("2026-02-13 17:00"), days=1) == at("2026-02-23 17:00")
    assert always("Asia/Taipei").add_days(at("2026-11-21 10:30"), days=5) == at("2026-11-26 10:30")


def test_open_stretches_are_cut_to_what_was_asked() -> None:
    spans = office().spans(at("2026-11-23 10:00"), at("2026-11-24 09:30"))

    assert spans == [
        (at("2026-11-23 10:00"), at("2026-11-23 12:00")),
        (at("2026-11-23 13:00"), at("2026-11-23 18:00")),
        (at("2026-11-24 09:00"), at("2026-11-24 09:30")),
    ]
    assert always("UTC").spans(at("2026-11-24"), at("2026-11-24")) == []


def test_threads_that_share_a_calendar_agree() -> None:
    shared, starts = office(), [at("2020-01-01") + timedelta(days=37 * n) for n in range(60)]
    wanted = [office().add(start, seconds=50 * HOUR) for start in starts]
    answers: list[list[datetime]] = []

    def ask() -> None:
        answers.append([shared.add(start, seconds=50 * HOUR) for start in starts])

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [wanted] * 8
