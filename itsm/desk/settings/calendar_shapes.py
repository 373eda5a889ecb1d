"""The bodies and answers of calendars over REST."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from itsm.api.serializers import Strict, Text
from sla.calendar_preview import Preview

LONGEST_FILE = 1024 * 1024
PREVIEW = "Only tell which open clocks it would move, and publish nothing."


class CalendarShape(serializers.Serializer[Any]):
    """A calendar in the list."""

    code = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = serializers.CharField(allow_blank=True)
    county = serializers.CharField(allow_blank=True)
    zone = serializers.CharField()
    always_on = serializers.BooleanField()
    is_active = serializers.BooleanField()
    version = serializers.IntegerField(allow_null=True, help_text="Number of the version in force.")


class WholeCalendarShape(CalendarShape):
    """A calendar with its hours."""

    weekly = serializers.DictField(help_text='0 is Monday: a list of windows such as ["09:00", "12:00"].')
    exceptions = serializers.DictField(help_text="By date: windows, kind, names and county.")


class MovedClockShape(serializers.Serializer[Any]):
    """An open clock that would be due at another time."""

    record = serializers.CharField(help_text="Number of the case.")
    metric = serializers.CharField()
    before = serializers.DateTimeField(allow_null=True)
    after = serializers.DateTimeField(allow_null=True)
    is_late = serializers.BooleanField(help_text="Late by the new hours.")


class CalendarPreviewShape(serializers.Serializer[Any]):
    """What new hours do to open clocks; the first of them that the caller may know of."""

    counted = serializers.IntegerField(help_text="Open clocks that count by these hours.")
    moved = serializers.IntegerField()
    newly_late = serializers.IntegerField()
    rescued = serializers.IntegerField()
    clocks = MovedClockShape(many=True)


class CalendarAnswerShape(serializers.Serializer[Any]):
    """What came of a change: the preview asked for, or the calendars as they are now."""

    preview = CalendarPreviewShape(allow_null=True)
    calendars = WholeCalendarShape(many=True)


class Changing(Strict):
    """What every change says."""

    reason = Text(max_length=500)
    preview = serializers.BooleanField(required=False, default=False, help_text=PREVIEW)


class Windows(serializers.ListField):
    """Windows of a day: each a pair such as ``["09:00", "12:00"]``."""

    child = serializers.ListField(child=serializers.CharField(max_length=5), min_length=2, max_length=2)


class HoursBody(Changing):
    """The hours of every week."""

    weekly = serializers.DictField(child=Windows(max_length=12), help_text="0 is Monday.")
    zone = Text(max_length=64, required=False, allow_blank=True, default="")
    always_on = serializers.BooleanField(required=False, allow_null=True, default=None, help_text="Null: as it is.")


class ClosureBody(Changing):
    """A day or a part of it on which it is closed."""

    on = serializers.DateField()
    start = Text(max_length=5, required=False, default="00:00", help_text="From, such as 12:00.")
    end = Text(max_length=5, required=False, default="00:00", help_text="Until; 00:00 is the end of the day.")
    name_zh = Text(max_length=60, required=False, allow_blank=True, default="")
    name_en = Text(max_length=60, required=False, allow_blank=True, default="")


class CountyClosureBody(ClosureBody):
    """Work suspended in a county."""

    county = Text(max_length=40)


class DaysBody(Changing):
    """A file of days."""

    text = Text(max_length=LONGEST_FILE, help_text="CSV with date,windows,kind,name_zh,name_en, or iCalendar.")


def told(calendar: Any) -> dict[str, Any]:
    """Lay a calendar out for the list."""
    plain = ("code", "name_zh", "name_en", "county", "zone", "always_on", "is_active")
    made = {name: getattr(calendar, name) for name in plain}
    return made | {"version": calendar.current.number if calendar.current else None}


def whole(calendar: Any) -> dict[str, Any]:
    """Lay a calendar out with its hours."""
    current = calendar.current
    hours = (
        {"weekly": current.weekly, "exceptions": current.exceptions} if current else {"weekly": {}, "exceptions": {}}
    )
    return told(calendar) | hours


def previewed(found: Preview) -> dict[str, Any]:
    """Lay a preview out."""
    clocks = [
        {"record": case.number, "metric": one.clock.metric, "before": one.before, "after": one.after, "is_late": one.is_late}
        for one, case in found.rows
    ]  # fmt: skip
    counts = {name: getattr(found, name) for name in ("counted", "moved", "newly_late", "rescued")}
    return counts | {"clocks": clocks}
