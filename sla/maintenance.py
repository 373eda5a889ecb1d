"""When maintenance falls due, what comes of it, and how much of it was done as planned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

from itsm.records.clock import whole
from itsm.records.refusals import NotAllowed, Objected
from itsm.tickets.models import Outage
from sla import agreements
from sla.models import MaintenanceTurn

if TYPE_CHECKING:
    from itsm.people.models import Person
    from sla.models import MaintenancePlan

STEPS = {
    "week": relativedelta(weeks=1), "month": relativedelta(months=1), "quarter": relativedelta(months=3),
    "half_year": relativedelta(months=6), "year": relativedelta(years=1),
}  # fmt: skip
#: When it begins where the plan names no time, and how long after its end it is waited for.
USUAL_START, GRACE = time(9), timedelta(days=1)
#: Raised so many days before the announcement is due, so that a weekend does not make it late.
AHEAD = timedelta(days=3)
KEEPERS = frozenset({"slm", "service_owner", "engineer", "agent", "incident_manager"})


@dataclass(frozen=True)
class Slot:
    """When a plan falls due: the day, and the instants of its work."""

    day: date
    starts_at: datetime
    ends_at: datetime


def plans_in_force(*, at: datetime) -> list[MaintenancePlan]:
    """List the plans of agreements in force; each comes with its row, service and edition."""
    rows = [row for edition in agreements.in_force(at=at) for row in edition.rows.all()]
    found = [(row, plan) for row in rows for plan in row.maintenance_plans.all()]
    for row, plan in found:
        plan.row = row
    return [plan for _row, plan in found]


def slots(plan: MaintenancePlan, *, start: date, end: date) -> Iterator[Slot]:
    """Give the turns of a plan from ``start`` up to and including ``end``: on its preferred day of the week and hour."""
    first = plan.first_on or plan.row.edition.valid_from
    if first is None:
        return
    step, number = STEPS[plan.interval], _turns_before(first, start, plan.interval)
    while (due := first + step * number) <= end:
        number += 1
        day = due if plan.weekday is None else due + timedelta(days=(plan.weekday - due.weekday()) % 7)
        if start <= day <= end:
            yield _slot(plan, day)


def _turns_before(first: date, start: date, interval: str) -> int:
    """Tell how many turns surely lie before ``start``, so that old plans are not counted from their beginning."""
    longest = {"week": 7, "month": 31, "quarter": 92, "half_year": 184, "year": 366}[interval]
    return max(0, (start - first).days // longest - 1)


def _slot(plan: MaintenancePlan, day: date) -> Slot:
    zone = ZoneInfo(settings.TIME_ZONE)
    starts = datetime.combine(day, plan.window_start or USUAL_START, zone)
    return Slot(day, starts, starts + timedelta(minutes=plan.duration_minutes))


def finish(
    turn: MaintenanceTurn, *, by: Person, at: datetime, started_at: datetime | None = None, ended_at: datetime | None = None,
    note: str = "",
) -> MaintenanceTurn:  # fmt: skip
    """Note that a turn was done; one that interrupts its service says from when to when it was down.

    :raises NotAllowed: if ``by`` does not work on services
    :raises Objected: if it is done already, or the times are missing or wrong
    """
    if not by.role_codes & KEEPERS:
        raise NotAllowed
    with transaction.atomic():
        held = MaintenanceTurn.objects.select_for_update(of=("self",)).select_related("outage").get(pk=turn.pk)
        if held.done_at is not None:
            raise Objected(gettext("This maintenance is done already."))
        if held.outage is not None:
            _took_place(held.outage, started_at, ended_at, at=at)
        held.done_at, held.note = whole(ended_at or at), note.strip()[:500]
        held.save(update_fields=["done_at", "note"])
    return held


def _took_place(outage: Outage, started_at: datetime | None, ended_at: datetime | None, *, at: datetime) -> None:
    """Make the forecast what it was: its overrun counts as downtime."""
    if started_at is None or ended_at is None:
        raise Objected(fields={"ended_at": gettext("Say from when to when the service was down.")})
    if not started_at <= ended_at <= at:
        raise Objected(fields={"ended_at": gettext("The maintenance ended between its start and now.")})
    outage.started_at, outage.ended_at, outage.is_forecast = whole(started_at), whole(ended_at), False
    outage.save(update_fields=["started_at", "ended_at", "is_forecast"])


def outcome(turn: Any, *, at: datetime) -> str:
    """Tell what came of a turn that comes with its evidence: ``done``, ``moved`` to another day, ``missed``, or still ``ahead``."""
    if turn.evidence_at is not None:
        day = turn.evidence_at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
        return "done" if turn.planned_on <= day <= _last_day(turn) else "moved"
    over = turn.missed_at is not None or turn.ends_at + GRACE < at
    return "missed" if over else "ahead"


def _last_day(turn: Any) -> date:
    """Give the last day on which a turn is done as planned: that of its end."""
    ends: date = turn.ends_at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    return ends


def facts(turn: Any, *, at: datetime) -> dict[str, Any]:
    """Lay a turn that comes with its evidence out as plain values, for reports."""
    return {
        "id": turn.pk, "planned_on": turn.planned_on.isoformat(), "state": outcome(turn, at=at),
        "done_at": turn.evidence_at.isoformat() if turn.evidence_at else None, "number": turn.ticket_number or "", "note": turn.note,
        "announced_at": turn.announced_at.isoformat(),
    }  # fmt: skip


def is_announced(turn: Any, *, days: int) -> bool:
    """Tell whether a turn that comes with its evidence was announced ``days`` before it was planned, and before it was done."""
    begins = turn.starts_at if turn.evidence_at is None else min(turn.starts_at, turn.evidence_at)
    return bool(turn.announced_at <= begins - timedelta(days=days))


def is_kept(turn: Any, plan: MaintenancePlan, *, at: datetime) -> bool:
    """Tell whether a turn keeps what its plan promises: done before the next one falls due, and announced in time."""
    if outcome(turn, at=at) not in ("done", "moved") or not is_announced(turn, days=plan.notice_days):
        return False
    done_on = turn.evidence_at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    following = slots(plan, start=turn.planned_on + timedelta(days=1), end=done_on)
    return next(following, None) is None
