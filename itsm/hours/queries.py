"""What one may ask about calendars: until when their holidays are known."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext

from itsm.hours.models import Calendar
from itsm.hours.special_days import last_loaded_year
from itsm.ui.moments import day_text

WARN_DAYS = 60


def ends_on(calendar: Calendar) -> date | None:
    """This will give the last day whose holidays are known; nothing for a calendar that keeps none."""
    current = calendar.current
    year = last_loaded_year(current.exceptions) if current and not current.always_on else None
    return date(year, 12, 31) if year else None


def ending_notice(calendar: Calendar, *, on: date, days: int = WARN_DAYS) -> str:
    """This will say that the known holidays end within ``days`` of ``on``, or nothing if they do not."""
    end = ends_on(calendar)
    if end is None or end > on + timedelta(days=days):
        return ""
    words = {"calendar": calendar.name, "date": day_text(end)}
    return gettext("The holidays of “%(calendar)s” are known until %(date)s only: import the next year.") % words


def ending_soon(*, on: date, days: int = WARN_DAYS) -> list[tuple[Calendar, date]]:
    """This will list the active calendars whose known holidays end within ``days`` of ``on``, soonest first."""
    ends = ((calendar, ends_on(calendar)) for calendar in Calendar.objects.active().with_current())
    near = [(calendar, end) for calendar, end in ends if end is not None and end <= on + timedelta(days=days)]
    return sorted(near, key=lambda pair: (pair[1], pair[0].code))
