"""Dates, times and durations in words, in both languages, without the template engine's filters."""

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from html import escape

from django.utils.safestring import SafeString
from django.utils.timezone import get_current_timezone
from django.utils.translation import get_language, gettext, ngettext

WEEKDAYS_ZH = "一二三四五六日"
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MINUTE, HOUR, DAY = 60, 3600, 86400
ROC = 1911


class UnreadableDate(Exception):
    """The text is not a date in any of the accepted ways of writing."""


def english() -> bool:
    """This will tell whether the page is in English."""
    return (get_language() or "").startswith("en")


def _shown_day(day: date) -> date:
    """Give the day that a clock on the reader's wall shows: of an aware moment the one in the active zone."""
    return day.astimezone(get_current_timezone()) if isinstance(day, datetime) and day.tzinfo else day


def day_text(day: date) -> str:
    """This will write a date with its weekday: ``2026/11/23 (一)`` or ``Mon 23 Nov 2026``; a moment's in the active zone."""
    day = _shown_day(day)
    if english():
        return f"{WEEKDAYS_EN[day.weekday()]} {day.day} {MONTHS_EN[day.month - 1]} {day.year}"
    return f"{day.year}/{day.month:02d}/{day.day:02d} ({WEEKDAYS_ZH[day.weekday()]})"


def moment_text(moment: datetime) -> str:
    """This will write an aware moment in the active zone: ``2026/11/23 (一) 09:05``."""
    local = moment.astimezone(get_current_timezone())
    return f"{day_text(local)}{',' if english() else ''} {local.hour:02d}:{local.minute:02d}"


def short_text(moment: datetime, *, now: datetime) -> str:
    """This will write a moment for a table: the time when today, else the day (and the year when another)."""
    zone = get_current_timezone()
    local, today = moment.astimezone(zone), now.astimezone(zone)
    clock = f"{local.hour:02d}:{local.minute:02d}"
    if local.date() == today.date():
        return clock
    if local.year != today.year:
        return f"{local.year}/{local.month:02d}/{local.day:02d}"
    return (
        f"{local.day} {MONTHS_EN[local.month - 1]} {clock}"
        if english()
        else f"{local.month:02d}/{local.day:02d} {clock}"
    )


def iso(moment: datetime) -> str:
    """This will write a moment for machines, in UTC to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def span(seconds: float) -> str:
    """This will write a duration in words, rounded down to minutes: ``3 小時 40 分``, ``3 h 40 min``."""
    minutes, _rest = divmod(int(abs(seconds)), MINUTE)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return gettext("%(days)s d %(hours)s h") % {"days": days, "hours": hours}
    if hours:
        return gettext("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes}
    return gettext("%(minutes)s min") % {"minutes": minutes} if minutes else gettext("under 1 min")


def relative_text(moment: datetime, *, now: datetime) -> str:
    """This will say how long ago or how soon: ``18 分鐘前``, ``in 3 hours``; over 30 days gives the date."""
    seconds = int((now - moment).total_seconds())
    distance = abs(seconds)
    if distance < MINUTE:
        return gettext("just now")
    if distance >= 30 * DAY:
        return day_text(moment.astimezone(get_current_timezone()))
    if distance < HOUR:
        count = distance // MINUTE
        words = ngettext("%(count)s minute", "%(count)s minutes", count)
    elif distance < DAY:
        count = distance // HOUR
        words = ngettext("%(count)s hour", "%(count)s hours", count)
    else:
        count = distance // DAY
        words = ngettext("%(count)s day", "%(count)s days", count)
    pattern = gettext("%(span)s ago") if seconds > 0 else gettext("in %(span)s")
    return pattern % {"span": words % {"count": count}}


def when(moment: datetime | None, *, now: datetime | None = None) -> SafeString:
    """This will make a ``<time>``: relative (the absolute in its title) when ``now`` is given, else absolute."""
    if moment is None:
        return SafeString('<span class="none">—</span>')
    absolute = escape(moment_text(moment))
    shown = absolute if now is None else escape(relative_text(moment, now=now))
    return SafeString(f'<time datetime="{iso(moment)}" title="{absolute}">{shown}</time>')


def stretch(start: datetime | None, end: datetime | None) -> SafeString:
    """This will make two ``<time>`` of a stretch; the day is written once where both lie on the same."""
    if start is None or end is None:
        return SafeString(f"{when(start)} – {when(end)}")
    zone = get_current_timezone()
    one, other = start.astimezone(zone), end.astimezone(zone)
    if one.date() != other.date():
        return SafeString(f"{when(start)} – {when(end)}")
    closes = (
        f'<time datetime="{iso(end)}" title="{escape(moment_text(end))}">{other.hour:02d}:{other.minute:02d}</time>'
    )
    return SafeString(f'<span class="nowrap">{when(start)} – {closes}</span>')


def minguo_text(day: date) -> str:
    """This will write a date in the Republic's calendar: ``民國115年11月23日``; before 1912 as 民國前; a moment's in the active zone."""
    day = _shown_day(day)
    year = day.year - ROC
    era = f"民國{year}年" if year > 0 else f"民國前{1 - year}年"
    return f"{era}{day.month}月{day.day}日"


def both_years(day: date) -> str:
    """This will write a date in both calendars, as official documents want it."""
    return f"{day.year}/{day.month:02d}/{day.day:02d} ({minguo_text(day)})"


def month_text(day: date) -> str:
    """This will write a month: ``2026 年 11 月`` or ``Nov 2026``."""
    return f"{MONTHS_EN[day.month - 1]} {day.year}" if english() else f"{day.year} 年 {day.month} 月"


def kept_text(text: str) -> str:
    """This will write for people what is kept as an ISO date or an ISO moment with its zone; any other text stays."""
    if not re.match(r"\d{4}-\d{2}-\d{2}(T|$)", text):
        return text
    try:
        if len(text) == 10:
            return day_text(date.fromisoformat(text))
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return moment_text(moment) if moment.tzinfo else text


@lru_cache(maxsize=256)
def read_date(text: str) -> date:
    """This will read 2026/8/3, 2026-08-03, 20260803, 115/8/3, 1150803 or 民國115年8月3日; a year under 1000 is Minguo.

    :raises UnreadableDate: if it is none of these or no such day exists
    """
    found = re.fullmatch(
        r"(?:民國|中華民國)?\s*(\d{2,4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?", text.strip()
    )
    found = found or re.fullmatch(r"(\d{4}|\d{3})(\d{2})(\d{2})", text.strip())
    if not found:
        raise UnreadableDate(gettext("This is not a date: %(text)s") % {"text": text})
    year, month, day = (int(part) for part in found.groups())
    try:
        return date(year + ROC if year < 1000 else year, month, day)
    except ValueError as error:
        raise UnreadableDate(gettext("There is no such day: %(text)s") % {"text": text}) from error


def read_span(text: str) -> timedelta:
    """This will read a duration such as ``2h 30m``, ``2 小時 30 分``, ``1.5h`` or ``90`` (minutes).

    :raises UnreadableDate: if it is no duration
    """
    units = {"d": DAY, "天": DAY, "日": DAY, "h": HOUR, "時": HOUR, "小": HOUR, "m": MINUTE, "分": MINUTE}
    if re.fullmatch(r"\s*\d+\s*", text):
        return timedelta(minutes=int(text))
    pairs = re.findall(r"(\d+(?:\.\d+)?)\s*(d|天|日|小時|時|h|m|分)[a-z鐘]*", text.lower())
    left_over = re.sub(r"(\d+(?:\.\d+)?)\s*(d|天|日|小時|時|h|m|分)[a-z鐘]*", "", text.lower()).strip()
    if not pairs or left_over:
        raise UnreadableDate(gettext("This is not a duration: %(text)s") % {"text": text})
    return timedelta(seconds=sum(float(number) * units[unit[0]] for number, unit in pairs))
