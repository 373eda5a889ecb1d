"""Issuing the figures of a month: frozen some working days after its end (five, as a rule); what changes later is a new issue."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext, gettext_lazy

from catalogue.models import Service
from itsm.hours.models import Calendar, CalendarVersion
from itsm.notices import audience
from itsm.notices.outbox import Notice, put_many
from itsm.notices.templates import add_template
from itsm.records.refusals import NotAllowed, Objected
from itsm.tickets.settings_models import house_rules
from sla.availability import reckon
from sla.availability_figures import canonical, differences, figures
from sla.defaults import BUSINESS
from sla.models import AvailabilityIssue

if TYPE_CHECKING:
    from itsm.people.models import Person

#: How many months back a late round looks.
MONTHS_BACK = 2
ISSUER = "slm"


def month_of(day: date) -> tuple[datetime, datetime]:
    """Give the month of a day in the site's zone: its first instant, and that of the month after."""
    zone = ZoneInfo(settings.TIME_ZONE)
    first = day.replace(day=1)
    after = (first + timedelta(days=31)).replace(day=1)
    return tuple(datetime(one.year, one.month, 1, tzinfo=zone) for one in (first, after))  # type: ignore[return-value]  # two of them


def month_before(start: datetime) -> tuple[datetime, datetime]:
    """Give the month before the one that begins at ``start``."""
    return month_of((start.astimezone(ZoneInfo(settings.TIME_ZONE)) - timedelta(days=1)).date())


def freezes_at(end: datetime) -> datetime:
    """Tell when the figures of a period that ends at ``end`` are frozen."""
    calendar = Calendar.objects.with_current().get(code=BUSINESS)
    assert calendar.current is not None  # seeded with its first edition
    return calendar.current.schedule().add_days(end, days=house_rules().freeze_days)


def standing(service: Service, start: datetime, end: datetime) -> AvailabilityIssue | None:
    """Find the newest issue of a service and period."""
    return AvailabilityIssue.objects.latest().filter(service=service, starts_at=start, ends_at=end).first()


def changed_since(issue: AvailabilityIssue, *, at: datetime) -> list[dict[str, Any]]:
    """List what would be said differently today, by the hours that the issue was reckoned by."""
    version = issue.calendar_version
    found = reckon(issue.service, issue.starts_at, issue.ends_at, at=at, version=version)
    return differences(issue.figures, figures(found))


def issue(
    service: Service, start: datetime, end: datetime, *, at: datetime, by: Person | None = None, reason: str = ""
) -> AvailabilityIssue:
    """Freeze the figures of a period; where they are issued already, issue them anew with what differs.

    ``by`` None is the system, which only freezes what was not issued yet. Hours are those of the first issue.

    :raises NotAllowed: if ``by`` is not the service level manager
    :raises Objected: if the period is not over, nothing differs from what was issued, or the reason is missing
    """
    if by is not None and ISSUER not in by.role_codes:
        raise NotAllowed
    if at < end:
        raise Objected(gettext("The period is not over yet."))
    with transaction.atomic():
        Service.objects.select_for_update(no_key=True).get(pk=service.pk)
        last = standing(service, start, end)
        if last is not None and not reason.strip():
            raise Objected(fields={"reason": gettext("Say why the figures are issued anew.")})
        return _write(service, start, end, at=at, by=by, reason=reason.strip(), last=last)


def _write(
    service: Service, start: datetime, end: datetime, *, at: datetime, by: Person | None, reason: str,
    last: AvailabilityIssue | None,
) -> AvailabilityIssue:  # fmt: skip
    found = reckon(service, start, end, at=at, version=last.calendar_version if last else None)
    values = figures(found)
    told = differences(last.figures, values) if last else []
    if last is not None:
        if not told:
            raise Objected(gettext("Nothing differs from what was issued."))
        AvailabilityIssue.objects.filter(pk=last.pk).update(superseded=True)
    return AvailabilityIssue.objects.create(
        service=service, starts_at=start, ends_at=end, number=last.number + 1 if last else 1, is_provisional=found.is_provisional,
        figures=values, differences=told, calendar_version=found.version, issued_at=at, issued_by=by, reason=reason[:500],
    )  # fmt: skip


def tend(at: datetime) -> int:
    """Freeze every month that is due, and tell the service level manager where frozen figures would differ today."""
    start, end = month_before(month_of(at.astimezone(ZoneInfo(settings.TIME_ZONE)).date())[0])
    done = 0
    for _month in range(MONTHS_BACK):
        if freezes_at(end) <= at:
            done += _freeze(start, end, at=at) + _tell(start, end, at=at)
        start, end = month_before(start)
    return done


def _freeze(start: datetime, end: datetime, *, at: datetime) -> int:
    """Issue the period for every live service that has none; months before the installation are left alone."""
    if not CalendarVersion.objects.filter(created_at__lt=end).exists():
        return 0
    issued = AvailabilityIssue.objects.filter(starts_at=start, ends_at=end).values("service")
    services = list(Service.objects.live().exclude(pk__in=issued).select_related("hours__current"))
    for service in services:
        with transaction.atomic():
            Service.objects.select_for_update(no_key=True).get(pk=service.pk)
            if standing(service, start, end) is None:
                _write(service, start, end, at=at, by=None, reason="", last=None)
    return len(services)


def _tell(start: datetime, end: datetime, *, at: datetime) -> int:
    issues = AvailabilityIssue.objects.latest().filter(starts_at=start, ends_at=end)
    told = 0
    for one in issues.select_related("service__hours__current", "calendar_version"):
        found = changed_since(one, at=at)
        if found:
            told += _notify(one, found, at=at)
    return told


def _notify(one: AvailabilityIssue, found: list[dict[str, Any]], *, at: datetime) -> int:
    mark = sha256(canonical({"found": found}).encode()).hexdigest()[:16]
    month = one.starts_at.astimezone(ZoneInfo(settings.TIME_ZONE)).strftime("%Y-%m")
    facts = {"service_zh": one.service.name_zh, "service": one.service.name_en or one.service.name_zh, "month": month}
    return put_many(
        Notice(
            dedupe_key=f"availability:{one.pk}:{mark}:{pk}", event="team", template="availability_differs", at=at, person_id=pk,
            facts=facts,
        )
        for pk in sorted(audience.holders(ISSUER, process="agreement"))
    )  # fmt: skip


def register() -> None:
    """Register the words of the notice and the round."""
    from sla import rounds

    add_template(
        "availability_differs",
        headline=gettext_lazy("The issued availability of %(service)s for %(month)s would differ today: issue it anew"),
    )
    rounds.add(rounds.Round("availability", timedelta(hours=1), tend, "sla.tasks.tend_availability"))
