"""Whether the desk can be reached now, and until or from when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from itsm.hours.models import Calendar
from itsm.hours.worktime import Schedule
from itsm.people.models import Team
from itsm.ui.moments import moment_text

OFFICE = "taiwan-office"
LOOK_AHEAD = timedelta(days=14)


@dataclass(frozen=True)
class Reach:
    """How the desk is reached: its telephone if one is named, and whether somebody is there."""

    phone: str
    is_open: bool
    words: str


def reach(*, at: datetime) -> Reach | None:
    """This will say whether the desk is open at that time; nothing when it has no hours."""
    schedule = _schedule()
    if schedule is None:
        return None
    spans = schedule.spans(at, at + LOOK_AHEAD)
    is_open = schedule.is_open(at)
    if not spans:
        words = _("Closed")
    elif is_open:
        words = _("Open now, until %(time)s") % {"time": moment_text(spans[0][1])}
    else:
        words = _("Closed now, opens %(time)s") % {"time": moment_text(spans[0][0])}
    return Reach(settings.SUPPORT_PHONE, is_open, words)


def _schedule() -> Schedule | None:
    """Find the hours of the first desk team that has some, else those of the office."""
    team = Team.objects.active().filter(tier=1, calendar__current__isnull=False).order_by("code").first()
    wanted = {"pk": team.calendar_id} if team else {"code": OFFICE}
    calendar = Calendar.objects.active().with_current().filter(**wanted).first()
    return calendar.current.schedule() if calendar and calendar.current else None
