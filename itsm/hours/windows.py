"""The windows of a day as people write them, checked and turned into seconds since midnight. No Django here."""

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

DAY = 86_400
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")

Window = tuple[int, int]
Windows = tuple[Window, ...]


class BadHours(ValueError):
    """Hours that nobody could keep; the sentence is kept beside its values, so that a page may translate it."""

    def __init__(self, sentence: str, *, where: str = "", **values: object) -> None:
        """This will hold ``sentence % values``, said of ``where``: a weekday, a date or nothing."""
        spoken = sentence % values
        super().__init__(f"{where}: {spoken}" if where else spoken)
        self.sentence, self.where, self.values = sentence, where, values

    def said_of(self, where: str) -> "BadHours":
        """This will say the same of another place."""
        values: dict[str, Any] = self.values
        return BadHours(self.sentence, where=where, **values)


@lru_cache(maxsize=2048)
def seconds_of(text: str) -> int:
    """This will read ``HH:MM`` as seconds since midnight.

    :raises BadHours: if it is no such time
    """
    if not (found := CLOCK.fullmatch(text)):
        raise BadHours("“%(text)s” is not a time of day such as 09:00.", text=text)
    return int(found[1]) * 3600 + int(found[2]) * 60


def clock_of(seconds: int) -> str:
    """This will write seconds since midnight as ``HH:MM``; the end of the day is ``00:00``."""
    return f"{seconds // 3600 % 24:02}:{seconds % 3600 // 60:02}"


def window_of(pair: object, *, where: str = "") -> Window:
    """This will read one pair of times; a window that ends at 00:00 lasts to the end of its day.

    :raises BadHours: if it is not a pair of times, or does not end after it starts
    """
    if not (isinstance(pair, list | tuple) and len(pair) == 2 and all(isinstance(edge, str) for edge in pair)):
        raise BadHours("A window is a pair of times such as 09:00 and 12:00.", where=where)
    try:
        opening, closing = seconds_of(pair[0]), seconds_of(pair[1]) or DAY
    except BadHours as bad:
        raise bad.said_of(where) from None
    if closing <= opening:
        raise BadHours(
            "The window %(window)s does not end after it starts; write a night shift as two windows.",
            where=where,
            window="-".join(pair),
        )
    return opening, closing


def windows_of(pairs: object, *, where: str = "") -> Windows:
    """This will read the windows of one day; an empty list is a closed day.

    :raises BadHours: if a window is wrong, out of order or over another
    """
    if not isinstance(pairs, list | tuple):
        raise BadHours("The windows of a day are a list of pairs of times.", where=where)
    windows = tuple(window_of(pair, where=where) for pair in pairs)
    for earlier, later in pairwise(windows):
        if later[0] < earlier[1]:
            raise BadHours(
                "The windows %(first)s and %(second)s overlap or are out of order.",
                where=where,
                first=text_of(earlier),
                second=text_of(later),
            )
    return windows


def text_of(window: Window) -> str:
    """This will write a window as ``09:00-12:00``."""
    return f"{clock_of(window[0])}-{clock_of(window[1])}"


def pairs_of(windows: Windows) -> list[list[str]]:
    """This will write windows the way they are stored: a list of pairs of ``HH:MM``."""
    return [[clock_of(opening), clock_of(closing)] for opening, closing in windows]


def without(windows: Windows, *, start: int, end: int) -> Windows:
    """This will cut the time from ``start`` to ``end`` (seconds since midnight) out of the windows of a day."""
    parts = [part for a, b in windows for part in ((a, min(b, start)), (max(a, end), b))]
    return tuple(part for part in parts if part[0] < part[1])


def weekly_of(weekly: object) -> tuple[Windows, ...]:
    """This will read the windows of the seven weekdays, Monday ("0") first; a day left out is closed.

    :raises BadHours: if a key is no weekday or the windows of a day are wrong
    """
    if not isinstance(weekly, Mapping):
        raise BadHours("The weekly hours are given by weekday, 0 (Monday) to 6 (Sunday).")
    days: list[Windows] = [()] * 7
    for key, pairs in weekly.items():
        if key not in ("0", "1", "2", "3", "4", "5", "6"):
            raise BadHours("“%(key)s” is not a weekday from 0 (Monday) to 6 (Sunday).", key=key)
        days[int(key)] = windows_of(pairs, where=WEEKDAYS[int(key)])
    return tuple(days)


def date_of(text: object) -> date:
    """This will read ``YYYY-MM-DD``.

    :raises BadHours: if there is no such day
    """
    try:
        day = date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        raise BadHours("“%(text)s” is not a date such as 2026-01-31.", text=text)
    return day


def dated_of(exceptions: object) -> dict[int, Windows]:
    """This will read the windows of single dates, keyed by the ordinal of the day.

    :raises BadHours: if a key is no date or the windows of a day are wrong
    """
    if not isinstance(exceptions, Mapping):
        raise BadHours("The exceptions are given by date.")
    return {date_of(key).toordinal(): windows_of(pairs, where=key) for key, pairs in exceptions.items()}


def zone_of(name: object) -> ZoneInfo:
    """This will find an IANA time zone.

    :raises BadHours: if there is no zone of that name
    """
    try:
        return ZoneInfo(name if isinstance(name, str) else "")
    except (KeyError, ValueError, OSError):
        raise BadHours("“%(name)s” is not a time zone such as Asia/Taipei.", name=name) from None
