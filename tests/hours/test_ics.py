"""Special days from an iCalendar file: whole days close, parts close a part, make-up days open; odd events are named."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from itsm.hours.intake import import_days, is_icalendar, read_file
from itsm.hours.models import Calendar
from itsm.hours.services import NothingChanged, close_county

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def event(summary: str, *lines: str) -> str:
    return "\r\n".join(["BEGIN:VEVENT", f"SUMMARY:{summary}", *lines, "END:VEVENT"])


def file(*events: str) -> str:
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//office//days//", *events, "END:VCALENDAR", ""])


GOOD = file(
    event("中華民國開國紀念日", "DTSTART;VALUE=DATE:20270101", "DTEND;VALUE=DATE:20270102"),
    event("農曆春節", "DTSTART;VALUE=DATE:20270205", "DTEND;VALUE=DATE:20270210"),
    event("補行上班", "DTSTART;VALUE=DATE:20270220"),
    event("Children's Day, substitute", "DTSTART;VALUE=DATE:20270405"),
    event("颱風停班", "DTSTART:20270714T050000Z", "DTEND:20270714T160000Z"),
)


@pytest.fixture
def office() -> Calendar:
    """The seeded calendar of the office."""
    return Calendar.objects.with_current().get(code="taiwan-office")


def test_events_become_special_days(office: Calendar) -> None:
    found = read_file(GOOD, calendar=office)

    assert found.errors == []
    assert {day: (entry["kind"], entry["windows"]) for day, entry in found.days.items()} == {
        "2027-01-01": ("holiday", []),
        "2027-02-05": ("holiday", []),
        "2027-02-08": ("holiday", []),
        "2027-02-09": ("holiday", []),
        "2027-02-20": ("makeup", [["09:00", "12:00"], ["13:00", "18:00"]]),
        "2027-04-05": ("substitute", []),
        "2027-07-14": ("partial", [["09:00", "12:00"]]),
    }
    assert found.days["2027-04-05"]["name_en"] == "Children's Day, substitute"


def test_the_days_of_a_file_are_published_once(office: Calendar) -> None:
    version = import_days(office, text=GOOD, by_name="王小明", at=NOW, reason="2027")

    assert (version.number, version.exceptions["2027-01-01"]["name_zh"]) == (2, "中華民國開國紀念日")
    with pytest.raises(NothingChanged):
        import_days(office, text=GOOD, by_name="王小明", at=NOW, reason="2027")


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["DTSTART;VALUE=DATE:20270101", "RRULE:FREQ=YEARLY"], "recur"),
        ([], "DTSTART"),
        (["DTSTART;VALUE=DATE:20270101", "DTEND;VALUE=DATE:20280101"], "60 days"),
        (["DTSTART:20270714T050000Z", "DTEND:20270716T050000Z"], "same day"),
        (["DTSTART:20270714T220000Z", "DTEND:20270714T230000Z"], "closed then already"),
        (["DTSTART;VALUE=DATE:20270101", "DTEND:20270101T050000Z"], "different ways"),
    ],
)
def test_an_event_that_cannot_be_read_is_named_and_nothing_guessed(
    office: Calendar, lines: list[str], words: str
) -> None:
    with translation.override("en"):
        (error,) = read_file(file(event("Odd", *lines)), calendar=office).errors

        assert (error.line, error.value) == (1, "Odd")
        assert words in error.reason


def test_what_is_no_icalendar_is_said(office: Calendar) -> None:
    assert is_icalendar("\ufeffBEGIN:VCALENDAR\r\n")
    assert not is_icalendar("date,windows")
    assert read_file("BEGIN:VCALENDAR\nnonsense", calendar=office).errors


def test_a_county_closes_all_its_calendars_or_says_that_none_is_open(office: Calendar) -> None:
    Calendar.objects.filter(code__in=["taiwan-office", "service-hours"]).update(county="臺北市")

    made = close_county(
        "臺北市", on=date(2026, 11, 24), start="12:00", by_name="x", at=NOW, reason="颱風", name_zh="颱風停班"
    )

    assert sorted(one.calendar.code for one in made) == ["service-hours", "taiwan-office"]
    assert {one.exceptions["2026-11-24"]["county"] for one in made} == {"臺北市"}
    with pytest.raises(NothingChanged):
        close_county("臺北市", on=date(2026, 11, 24), start="12:00", by_name="x", at=NOW, reason="颱風")
    with pytest.raises(NothingChanged):
        close_county("花蓮縣", on=date(2026, 11, 24), by_name="x", at=NOW, reason="颱風")
