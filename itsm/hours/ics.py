"""Special days from an iCalendar file: every event of a whole day closes it; one with times closes that part.

A summary that speaks of a make-up day opens it with the hours of a usual working day. Rules of recurrence are refused:
which days they mean would have to be guessed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar as File  # type: ignore[import-untyped]  # it has no types

from itsm.hours.models import Calendar
from itsm.hours.reading import BadCell, Reading
from itsm.hours.services import NothingChanged, closing, spoken
from itsm.hours.special_days import NAME_LENGTH, Kind, special_day
from itsm.hours.windows import BadHours, Windows, clock_of, windows_of

MAKE_UP = ("補行上班", "補班", "make-up", "makeup")
SUBSTITUTE = ("補假", "substitute", "observed")
LONGEST = 60  # days of one event


def read(text: str, *, calendar: Calendar) -> Reading:
    """This will read the events of a file as special days of ``calendar`` without writing anything."""
    found = Reading()
    try:
        events = File.from_ical(text).walk("VEVENT")
    except (ValueError, IndexError, KeyError):
        found.errors.append(BadCell(1, "BEGIN", "", spoken(BadHours("The file is not iCalendar as it should be."))))
        return found
    for number, event in enumerate(events, start=1):
        summary = str(event.get("SUMMARY", "")).strip()
        try:
            found.days |= dict(_days_of(event, summary, calendar, found.days))
        except BadHours as bad:
            found.errors.append(BadCell(number, "VEVENT", summary, spoken(bad)))
    return found


def _days_of(
    event: Any, summary: str, calendar: Calendar, known: dict[str, Any]
) -> Iterator[tuple[str, dict[str, Any]]]:
    if event.get("RRULE") is not None:
        raise BadHours("Events that recur cannot be read: write each day as an event of its own.")
    begin = event.get("DTSTART")
    if begin is None:
        raise BadHours("The event does not say when it begins (DTSTART).")
    start, end = begin.dt, _end_of(event, begin.dt)
    if isinstance(start, datetime):
        yield _part(start, end, summary, calendar)
        return
    if not 0 < (end - start).days <= LONGEST:
        raise BadHours("An event lasts from one day to %(days)s days.", days=LONGEST)
    for count in range((end - start).days):
        day = start + timedelta(days=count)
        if entry := whole_day(day, summary, calendar):
            if day.isoformat() in known:
                raise BadHours("This date is in the file twice.")
            yield day.isoformat(), entry


def _end_of(event: Any, start: Any) -> Any:
    if event.get("DTEND") is not None:
        end = event["DTEND"].dt
        if isinstance(end, datetime) is not isinstance(start, datetime):
            raise BadHours("The event begins and ends in different ways: give both a time, or neither.")
        return end
    if event.get("DURATION") is not None:
        return start + event["DURATION"].dt
    return start if isinstance(start, datetime) else start + timedelta(days=1)


def whole_day(day: date, summary: str, calendar: Calendar) -> dict[str, Any] | None:
    """Give the entry of a whole day; nothing for a day off that every week has off."""
    weekly = calendar.current.weekly if calendar.current else {}
    usual = windows_of(weekly.get(str(day.weekday()), []))
    if _speaks(summary, MAKE_UP):
        return _entry(_working_day(weekly), Kind.MAKEUP, summary)
    if not usual:
        return None
    return _entry((), Kind.SUBSTITUTE if _speaks(summary, SUBSTITUTE) else Kind.HOLIDAY, summary)


def _part(start: datetime, end: datetime, summary: str, calendar: Calendar) -> tuple[str, dict[str, Any]]:
    zone = ZoneInfo(calendar.zone)
    first, last = (one.astimezone(zone) if one.tzinfo else one.replace(tzinfo=zone) for one in (start, end))
    midnight = last.date() == first.date() + timedelta(days=1) and last.time() == datetime.min.time()
    if last.date() != first.date() and not midnight:
        raise BadHours("A closure for a part of a day ends on the same day.")
    edges = [clock_of(one.hour * 3600 + one.minute * 60) for one in (first, last)]
    name = summary[:NAME_LENGTH]
    key = first.date().isoformat()
    kept: dict[str, dict[str, Any]] = calendar.current.exceptions if calendar.current else {}
    try:
        named = {"name_zh": name, "name_en": "", "county": calendar.county}
        kept = closing(calendar, on=first.date(), start=edges[0], end=edges[1], **named)["exceptions"]
    except NothingChanged:
        if key not in kept:  # closed by the week itself: the event closes nothing
            raise
    return key, kept[key]


def _working_day(weekly: dict[str, Any]) -> Windows:
    windows = next((windows_of(weekly[str(day)]) for day in range(7) if weekly.get(str(day))), ())
    if not windows:
        raise BadHours("A calendar without weekly hours has no make-up days.")
    return windows


def _entry(windows: Windows, kind: Kind, summary: str) -> dict[str, Any]:
    is_chinese = any("\u4e00" <= letter <= "\u9fff" for letter in summary)
    name = summary[:NAME_LENGTH]
    return special_day(windows, kind=kind, name_zh=name, name_en="" if is_chinese else name)


def _speaks(summary: str, words: tuple[str, ...]) -> bool:
    return any(word in summary.lower() for word in words)
