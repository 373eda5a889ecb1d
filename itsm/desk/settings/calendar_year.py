"""The year of a calendar, drawn day by day."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone
from django.utils.dates import MONTHS_3
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from itsm.desk.settings.hours_forms import windows_text
from itsm.draw.days import Day, year
from itsm.flow import pick
from itsm.hours.models import CalendarVersion
from itsm.hours.special_days import Kind
from itsm.ui.moments import day_text


def year_of(version: CalendarVersion, of: int) -> SafeString:
    """Draw the year ``of`` as the version keeps it."""
    first, days = date(of, 1, 1), {}
    for count in range((date(of + 1, 1, 1) - first).days):
        when = first + timedelta(days=count)
        days[when] = _day(version, when)
    title = _("The days of %(year)s") % {"year": of}
    return year(days, of=of, months=_months(), title=title, ident="year", today=timezone.localdate())


def key() -> list[tuple[str, str, str]]:
    """List the kinds of days with their signs, for the key below the drawing."""
    from itsm.draw.days import GLYPHS

    plain = [("open", "", pgettext("hours", "Open")), ("off", "", _("closed every week"))]
    return plain + [(kind.value, GLYPHS[kind.value], str(kind.label)) for kind in Kind]


def _day(version: CalendarVersion, when: date) -> Day:
    entry = version.exceptions.get(when.isoformat())
    if entry is not None and not version.always_on:
        words = windows_text(entry["windows"]) or _("closed")
        name = pick(entry["name_zh"], entry["name_en"])
        return Day(entry["kind"], f"{day_text(when)} {Kind(entry['kind']).label} {name} {words}")
    opens = version.always_on or bool(version.weekly.get(str(when.weekday())))
    return Day("open" if opens else "off")


def _months() -> list[str]:
    if (get_language() or "").startswith("zh"):
        return [f"{number}月" for number in range(1, 13)]
    return [str(MONTHS_3[number]).title() for number in range(1, 13)]
