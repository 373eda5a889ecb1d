"""What stands behind the results: breaches with cause and record, exclusions with evidence, planned maintenance."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any

from itsm.hours.intervals import intersection, length
from itsm.service_reports.amounts import SECONDS, Figure, Row, counted
from itsm.service_reports.periods import Span, local, month_after
from itsm.service_reports.promises import lost, overtime
from itsm.service_reports.sources import Found, Judged
from itsm.tickets.models import Outage
from sla.availability import Availability
from sla.models import AgreementRow, MaintenancePlan

Put = Callable[[str, Figure], str]
STEPS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}


def breaches(put: Put, found: Availability, facts: Found) -> list[dict[str, Any]]:
    """List the outages that were charged, then the cases that missed their target, each with its cause."""
    code = found.service.code
    made = [_outage(put, code, row.outage, row.charged, facts) for row in found.rows if row.charged]
    return made + [_case(put, code, one, facts) for one in facts.judged[found.service.pk] if not one.met]


def _outage(put: Put, code: str, outage: Outage, seconds: int, facts: Found) -> dict[str, Any]:
    case = outage.ticket
    open_case = case is not None and not case.confidential
    return {
        "what": "outage", "number": case.number if case else "", "title": case.title if case and open_case else "",
        "metric": outage.kind, "from": outage.started_at.isoformat(), "until": _iso(outage.ended_at),
        "figure": put(f"{code}.outage.{outage.pk}", lost(outage.pk, seconds)), "cause": outage.source,
        "links": facts.causes.get(outage.ticket_id or 0, []), "note": outage.evidence,
    }  # fmt: skip


def _case(put: Put, code: str, one: Judged, facts: Found) -> dict[str, Any]:
    known = one.elapsed >= one.target
    return {
        "what": "case", "number": one.number, "title": one.title, "metric": one.metric, "from": one.started_at.isoformat(),
        "until": _iso(one.due_at), "figure": put(f"{code}.over.{one.key}", overtime(one)) if known else None, "cause": one.reason,
        "links": facts.causes.get(one.record, []), "note": facts.notes.get(one.record, ""),
    }  # fmt: skip


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def exclusions(put: Put, found: Availability, facts: Found) -> list[dict[str, Any]]:
    """List what was claimed not to count, with evidence, decision, and the agreed time that lies in it."""
    made = []
    for claim in facts.claims[found.service.pk]:
        inside = length(intersection(found.agreed, [found.clipped(claim.started_at, claim.ended_at)]))
        row: list[Row] = [("claim", claim.pk, inside)] if inside else []
        made.append({
            "clause_zh": claim.clause_zh, "clause_en": claim.clause_en, "state": claim.state, "from": claim.started_at.isoformat(),
            "until": claim.ended_at.isoformat(), "reason": claim.reason, "evidence": claim.evidence, "objection": claim.objection,
            "figure": put(f"{found.service.code}.claim.{claim.pk}", counted(row, SECONDS)),
        })  # fmt: skip
    return made


def planned(put: Put, found: Availability) -> list[dict[str, Any]]:
    """List the planned work of the period: when, whether it was announced in time, and what of it counts as downtime."""
    made = []
    for row in found.rows:
        one = row.outage
        if one.kind != Outage.Kind.PLANNED:
            continue
        made.append({
            "number": one.ticket.number if one.ticket else "",
            "title": one.ticket.title if one.ticket and not one.ticket.confidential else one.evidence,
            "from": one.started_at.isoformat(), "until": _iso(one.ended_at), "in_time": found.terms.in_time(one),
            "planned_until": _iso(one.planned_until),
            "figure": put(f"{found.service.code}.planned.{one.pk}", counted([("outage", one.pk, row.charged)], SECONDS)),
        })  # fmt: skip
    return made


def maintenance(put: Put, row: AgreementRow, found: Availability, span: Span) -> list[dict[str, Any]]:
    """Tell of each maintenance plan what was due in the period and what was done."""
    made = []
    for place, plan in enumerate(row.maintenance_plans.all(), 1):
        due = [day.isoformat() for day in due_days(plan, span, since=row.edition.valid_from)]
        rows: list[Row] = [("outage", one.pk, 1) for one in _work(plan, found.outages, span)]
        made.append({
            "subject_zh": plan.subject_zh, "subject_en": plan.subject_en, "interval": plan.interval, "due": due,
            "figure": put(f"{found.service.code}.maintenance.{place}", counted(rows)), "state": _state(due, rows, span, found),
        })  # fmt: skip
    return made


def _work(plan: MaintenancePlan, outages: Iterable[Outage], span: Span) -> list[Outage]:
    """List the planned work that began in the period on what the plan is for."""
    return [
        one for one in outages
        if one.kind == Outage.Kind.PLANNED and span[0] <= one.started_at < span[1] and plan.ci_id in (None, one.ci_id)
    ]  # fmt: skip


def _state(due: list[str], rows: list[Row], span: Span, found: Availability) -> str:
    if len(rows) >= max(len(due), 1):
        return "done"
    if not due:
        return "not_due"
    return "missed" if found.until >= span[1] else "ahead"


def due_days(plan: MaintenancePlan, span: Span, *, since: date | None) -> list[date]:
    """List the days of a period on which a plan falls due, counted from its first day or the agreement's."""
    first, end = local(span[0]).date(), local(span[1]).date()
    begins = plan.first_on or since or first
    if plan.interval == MaintenancePlan.Interval.WEEK:
        days = [first + timedelta(days=n) for n in range((end - first).days)]
        return [day for day in days if day >= begins and (day - begins).days % 7 == 0]
    step, made = STEPS[plan.interval], []
    month = first.replace(day=1)
    while month < end:
        away = (month.year - begins.year) * 12 + month.month - begins.month
        day = min(begins.day, (month_after(month) - timedelta(days=1)).day)
        if away >= 0 and away % step == 0:
            made.append(month.replace(day=day))
        month = month_after(month)
    return [day for day in made if first <= day < end]
