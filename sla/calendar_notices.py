"""Telling in time that the loaded holidays of a calendar end: sixty, thirty and seven days before."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext_lazy

from itsm.hours.models import Calendar
from itsm.hours.queries import WARN_DAYS, ending_soon
from itsm.notices import audience
from itsm.notices.outbox import Notice, put_many
from itsm.notices.templates import add_template
from itsm.people.models import Person

#: Days before the end at which is told; nearer ones tell again.
TOLD_AT = (WARN_DAYS, 30, 7)


def tend(at: datetime) -> int:
    """Tell administrators and service level managers of each calendar whose holidays end soon, once at each distance."""
    today = at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    people = sorted(_people())
    return sum(_tell(calendar, end, today, people, at=at) for calendar, end in ending_soon(on=today))


def _people() -> set[int]:
    staff = set(Person.objects.active().filter(is_staff=True).values_list("pk", flat=True))
    return staff | audience.holders("slm", process="agreement")


def _tell(calendar: Calendar, end: date, today: date, people: list[int], *, at: datetime) -> int:
    left = (end - today).days
    near = min(days for days in TOLD_AT if left <= days)
    facts = {"calendar": {"zh_hant": calendar.name_zh, "en": calendar.name_en}, "end": end.isoformat()}
    return put_many(
        Notice(
            dedupe_key=f"calendar-ends:{calendar.pk}:{end}:{near}:{pk}", event="team", template="calendar_ends", at=at,
            person_id=pk, facts=facts,
        )
        for pk in people
    )  # fmt: skip


def register() -> None:
    """Register the words of the notice and the round."""
    from sla import rounds

    words = gettext_lazy("The holidays of the calendar %(calendar)s are known until %(end)s only: import the next year")
    add_template("calendar_ends", headline=words)
    rounds.add(rounds.Round("calendars", timedelta(hours=6), tend))
