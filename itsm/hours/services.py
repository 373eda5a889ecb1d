"""Publishing hours: every edit of a calendar is a new version, told to those who reckon by the old one."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable, Mapping
from datetime import date, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from itsm.hours.models import Calendar, CalendarQuerySet, CalendarVersion
from itsm.hours.special_days import Kind, checked, special_day
from itsm.hours.windows import DAY, BadHours, pairs_of, seconds_of, weekly_of, without, zone_of
from itsm.hours.worktime import NoHours

Listener = Callable[[CalendarVersion, CalendarVersion], None]
on_publish: list[Listener] = []  # called as listener(old, new) inside the transaction that publishes


class NothingChanged(BadHours):
    """The hours given are those in force."""


def spoken(error: BadHours) -> str:
    """This will say in the reader's language what is wrong with the hours."""
    sentence = gettext(error.sentence) % error.values
    if not error.where:
        return sentence
    return gettext("%(where)s: %(sentence)s") % {"where": gettext(error.where), "sentence": sentence}


@transaction.atomic
def publish(
    calendar: Calendar,
    *,
    weekly: Mapping[str, Any],
    exceptions: Mapping[str, Any],
    by_name: str,
    at: datetime,
    reason: str,
    zone: str = "",
    always_on: bool | None = None,
) -> CalendarVersion:
    """This will put new hours in force as the next version and tell every listener of ``on_publish``.

    ``weekly`` is ``{"0": [["09:00", "12:00"]]}``, Monday first; ``exceptions`` maps dates to windows, kind and names.
    Zone and ``always_on`` stay as they are unless given.

    :raises BadHours: with the sentence that says what is wrong with them
    :raises NothingChanged: if these hours are in force already
    """
    held = Calendar.objects.select_for_update(no_key=True).get(pk=calendar.pk)
    old = held.current
    version = drafted(held, weekly=weekly, exceptions=exceptions, zone=zone, always_on=always_on)
    version.tz_release, version.created_at = tz_release(), at
    version.created_by_name, version.reason = by_name, reason
    version.save(force_insert=True)
    _put_in_force(version, old=old, seen=calendar)
    return version


@transaction.atomic
def publish_from(
    calendar: Calendar, hours: Callable[[Calendar], Mapping[str, Any]], *, by_name: str, at: datetime, reason: str
) -> CalendarVersion:
    """This will publish what ``hours`` makes of those in force now; nobody else publishes meanwhile, so no day is lost.

    :raises BadHours: with the sentence that says what is wrong with them
    :raises NothingChanged: if these hours are in force already
    """
    held = Calendar.objects.select_for_update(of=("self",), no_key=True).with_current().get(pk=calendar.pk)
    return publish(calendar, **hours(held), by_name=by_name, at=at, reason=reason)


def drafted(
    calendar: Calendar, *, weekly: Mapping[str, Any], exceptions: Mapping[str, Any], zone: str = "",
    always_on: bool | None = None,
) -> CalendarVersion:  # fmt: skip
    """This will give the version that publishing these hours would make, without saving it.

    :raises BadHours: with the sentence that says what is wrong with them
    :raises NothingChanged: if these hours are in force already
    """
    old = calendar.current
    version = CalendarVersion(calendar=calendar, number=old.number + 1 if old else 1)
    version.zone = zone_of(zone or calendar.zone).key
    version.always_on = calendar.always_on if always_on is None else always_on
    version.weekly = {str(day): pairs_of(windows) for day, windows in enumerate(weekly_of(weekly)) if windows}
    version.exceptions = checked(exceptions)
    _refuse(version, old=old)
    return version


def _put_in_force(version: CalendarVersion, *, old: CalendarVersion | None, seen: Calendar) -> None:
    """This will point the calendar, and the copy of it that the caller has ``seen``, to the version, and tell of it."""
    for row in (version.calendar, seen):
        row.current, row.zone, row.always_on = version, version.zone, version.always_on
    version.calendar.save(update_fields=["current", "zone", "always_on"])
    if old:
        for listener in on_publish:
            listener(old, version)


def _refuse(version: CalendarVersion, *, old: CalendarVersion | None) -> None:
    """This will raise what speaks against a version that is not saved yet."""
    if not version.always_on and not version.weekly and not any(day["windows"] for day in version.exceptions.values()):
        raise NoHours("The calendar never opens: give it at least one window.")
    says = ("zone", "always_on", "weekly", "exceptions")
    if old and all(getattr(old, name) == getattr(version, name) for name in says):
        raise NothingChanged("These hours are in force already.")


def close(
    calendar: Calendar,
    *,
    on: date,
    start: str = "00:00",
    end: str = "00:00",
    by_name: str,
    at: datetime,
    reason: str,
    name_zh: str = "",
    name_en: str = "",
    county: str = "",
) -> CalendarVersion:
    """This will close the calendar on one date from ``start`` to ``end`` (``HH:MM``; 00:00 is the end of the day).

    Without times it is closed the whole day. Hours that the day keeps stay open.

    :raises BadHours: if the times are wrong, or the calendar is always open or has no hours yet
    :raises NothingChanged: if it is closed then already
    """
    named = {"name_zh": name_zh, "name_en": name_en, "county": county}
    return publish_from(
        calendar, lambda held: closing(held, on=on, start=start, end=end, **named), by_name=by_name, at=at, reason=reason
    )  # fmt: skip


def closing(calendar: Calendar, *, on: date, start: str = "00:00", end: str = "00:00", **named: str) -> dict[str, Any]:
    """This will give the hours (weekly and exceptions) with one date closed from ``start`` to ``end``.

    :raises BadHours: if the times are wrong, or the calendar is always open or has no hours yet
    :raises NothingChanged: if it is closed then already
    """
    current = calendar.current
    if current is None or current.always_on:
        raise BadHours("Only a calendar with weekly hours can be closed for a time.")
    opens, closes = seconds_of(start), seconds_of(end) or DAY
    if closes <= opens:
        raise BadHours("The closure does not end after it starts.")
    before = current.schedule().windows_on(on)
    after = without(before, start=opens, end=closes)
    if before == after:
        raise NothingChanged("The calendar is closed then already.")
    kind = Kind.PARTIAL if after else Kind.CLOSURE
    day = special_day(after, kind=kind, **named)
    return {"weekly": current.weekly, "exceptions": current.exceptions | {on.isoformat(): day}}


def with_days(calendar: Calendar, days: Mapping[str, Any]) -> dict[str, Any]:
    """This will give the hours in force (weekly and exceptions) with days added or replaced."""
    current = calendar.current
    kept = current.exceptions if current else {}
    return {"weekly": current.weekly if current else {}, "exceptions": kept | dict(days)}


@transaction.atomic
def close_county(
    county: str, *, on: date, start: str = "00:00", end: str = "00:00", by_name: str, at: datetime, reason: str,
    name_zh: str = "", name_en: str = "",
) -> list[CalendarVersion]:  # fmt: skip
    """This will close every active calendar of a county, or none; those closed then already stay as they are.

    :raises BadHours: if the times are wrong
    :raises NothingChanged: if no calendar of the county is open then
    """
    made = []
    for calendar in of_county(county).select_for_update(of=("self",), no_key=True):
        try:
            made.append(
                close(
                    calendar, on=on, start=start, end=end, by_name=by_name, at=at, reason=reason, name_zh=name_zh, name_en=name_en,
                    county=county,
                )
            )  # fmt: skip
        except NothingChanged:
            continue
    if not made:
        raise NothingChanged("No calendar of this county is open then.")
    return made


def drafts_of_county(county: str, *, on: date, **closure: str) -> list[tuple[Calendar, CalendarVersion]]:
    """This will give each calendar of a county with the version that the closure would make, without saving any.

    :raises BadHours: if the times are wrong
    :raises NothingChanged: if no calendar of the county is open then
    """
    made = []
    for calendar in of_county(county):
        try:
            made.append((calendar, drafted(calendar, **closing(calendar, on=on, **closure, county=county))))
        except NothingChanged:
            continue
    if not made:
        raise NothingChanged("No calendar of this county is open then.")
    return made


def of_county(county: str) -> CalendarQuerySet:
    """This will find the active calendars of a county that keep weekly hours."""
    return Calendar.objects.active().with_current().filter(county=county, always_on=False).order_by("pk")


def tz_release() -> str:
    """This will name the edition of the time zone rules in use: the system's, else that of the Python package."""
    for folder in zoneinfo.TZPATH:
        rules = Path(folder) / "tzdata.zi"
        if rules.is_file():
            with rules.open(encoding="utf-8") as lines:
                return lines.readline().removeprefix("# version").strip()[:20]
    return metadata.version("tzdata")
