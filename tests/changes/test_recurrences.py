"""Recurring windows: days of their own zone, nights over midnight, months' nth weekdays, and summer time."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from changes.recurrences import LAST, Recurrence
from changes.slots import Stretch

MONDAY_EVENING = Recurrence(frozenset({0}), time(18), timedelta(hours=2), "Asia/Taipei", since=date(2026, 11, 2))


def spoken(rule: Recurrence, start: datetime, end: datetime) -> list[str]:
    return [f"{one.start:%m-%d %H:%M}+{one.length}" for one in rule.between(start, end)]


def test_every_monday_from_six_to_eight_in_taipei() -> None:
    found = spoken(MONDAY_EVENING, datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 12, 8, tzinfo=UTC))

    assert found == ["11-23 10:00+2:00:00", "11-30 10:00+2:00:00", "12-07 10:00+2:00:00"]


def test_an_opening_that_began_before_is_given_whole() -> None:
    night = Recurrence(frozenset({5}), time(22), timedelta(hours=8), "Asia/Taipei", since=date(2026, 1, 1))
    early = datetime(2026, 11, 21, 18, tzinfo=UTC)

    assert list(night.between(early, early + timedelta(hours=1))) == [
        Stretch(datetime(2026, 11, 21, 14, tzinfo=UTC), datetime(2026, 11, 21, 22, tzinfo=UTC))
    ]


def test_every_second_week_is_counted_from_its_first_day() -> None:
    rule = Recurrence(frozenset({0}), time(9), timedelta(hours=1), "UTC", since=date(2026, 11, 2), weeks=2)
    found = spoken(rule, datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC))

    assert found == ["11-02 09:00+1:00:00", "11-16 09:00+1:00:00", "11-30 09:00+1:00:00"]


def test_the_last_sunday_of_the_month_until_it_ends() -> None:
    rule = Recurrence(
        frozenset({6}), time(2), timedelta(hours=4), "UTC", since=date(2026, 1, 1), until=date(2026, 11, 30),
        week_of_month=LAST,
    )  # fmt: skip
    found = spoken(rule, datetime(2026, 10, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))

    assert found == ["10-25 02:00+4:00:00", "11-29 02:00+4:00:00"]


def test_a_night_with_a_change_of_clocks_keeps_its_hours() -> None:
    rule = Recurrence(frozenset({6}), time(1), timedelta(hours=4), "Europe/Paris", since=date(2026, 1, 1))
    spring = list(rule.between(datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 3, 29, 12, tzinfo=UTC)))

    assert spring == [Stretch(datetime(2026, 3, 29, 0, tzinfo=UTC), datetime(2026, 3, 29, 4, tzinfo=UTC))]


@pytest.mark.parametrize(
    "wrong", [{"weekdays": frozenset()}, {"weekdays": frozenset({7})}, {"length": timedelta()}, {"length": timedelta(days=8)}]
)  # fmt: skip
def test_a_rule_that_never_opens_is_refused(wrong: dict[str, object]) -> None:
    good: dict[str, object] = {"weekdays": frozenset({0}), "opens": time(1), "length": timedelta(hours=1)}

    with pytest.raises(ValueError, match="recurring window"):
        Recurrence(**{**good, **wrong}, zone="UTC", since=date(2026, 1, 1))  # type: ignore[arg-type]
