"""What stands behind the results: breaches with cause and record, exclusions with evidence, planned maintenance."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from itsm.flow import Words
from itsm.hours.intervals import intersection, length
from itsm.service_reports.amounts import SECONDS, Figure, Row, counted
from itsm.service_reports.periods import Span, local
from itsm.service_reports.promises import lost, overtime
from itsm.service_reports.sources import Found, Judged
from itsm.tickets.models import Outage
from sla.availability import Availability
from sla.maintenance import GRACE, is_announced, is_kept, slots
from sla.maintenance import facts as turn_facts
from sla.models import AgreementRow, ExclusionClaim, MaintenancePlan

#: Under what a late case stands among what does not count, once its miss was lifted.
CLAUSE_OF_LIFTING = Words("Miss lifted by the service level manager", "服務等級管理流程負責人核定逾時不計")
Put = Callable[[str, Figure], str]


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
    """List what was claimed not to count, with evidence, decision and the agreed time in it; then misses that were lifted."""
    made = []
    for claim in facts.claims[found.service.pk]:
        inside = length(intersection(found.agreed, [found.clipped(claim.started_at, claim.ended_at)]))
        row: list[Row] = [("claim", claim.pk, inside)] if inside else []
        made.append({
            "clause_zh": claim.clause_zh, "clause_en": claim.clause_en, "state": claim.state, "from": claim.started_at.isoformat(),
            "until": claim.ended_at.isoformat(), "reason": claim.reason, "evidence": claim.evidence, "objection": claim.objection,
            "files": sorted(one.name for one in claim.files.all()),
            "figure": put(f"{found.service.code}.claim.{claim.pk}", counted(row, SECONDS)),
        })  # fmt: skip
    return made + [_lifted(put, found.service.code, one, facts) for one in facts.lifted[found.service.pk]]


def _lifted(put: Put, code: str, one: Judged, facts: Found) -> dict[str, Any]:
    """Tell of a late case that the service level manager took out, with the reason."""
    lift, words = facts.lifts[one.key], CLAUSE_OF_LIFTING
    return {
        "clause_zh": words.zh_hant, "clause_en": words.en, "state": ExclusionClaim.State.APPROVED.value, "number": one.number,
        "from": one.started_at.isoformat(), "until": _iso(one.due_at), "reason": lift.facts["why"],
        "evidence": f"{one.number} {one.title}".strip(), "objection": "", "files": [],
        "figure": put(f"{code}.over.{one.key}", overtime(one)) if one.elapsed >= one.target else None,
    }  # fmt: skip


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


def maintenance(
    put: Put, row: AgreementRow, found: Availability, facts: Found, *, span: Span, at: datetime
) -> list[dict[str, Any]]:
    """Tell of each maintenance plan what was due in the period, and what its tickets say of each turn."""
    told = plans(row, facts.turns[found.service.pk], span=span, at=at)
    code = found.service.code
    return [
        plan | {"figure": put(f"{code}.maintenance.{place}", counted(done))} for place, (plan, done) in enumerate(told, 1)
    ]  # fmt: skip


def plans(
    row: AgreementRow, turns: Iterable[Any], *, span: Span, at: datetime
) -> Iterator[tuple[dict[str, Any], list[Row]]]:
    """Give each plan of a row with its turns of a span, and those of them that were done; ``turns`` are those that were raised."""
    days = local(span[0]).date(), local(span[1] - timedelta(seconds=1)).date()
    by_subject = _by_subject(turns)
    for plan in row.maintenance_plans.all():
        plan.row = row
        raised = by_subject.get(plan.subject_zh, [])
        told = [*(_turn(one, plan, at=at) for one in raised), *_unraised(plan, raised, days=days, at=at)]
        told.sort(key=lambda turn: turn["planned_on"])
        done: list[Row] = [("maintenance", turn["id"], 1) for turn in told if turn["state"] in ("done", "moved")]
        yield {
            "subject_zh": plan.subject_zh, "subject_en": plan.subject_en, "interval": plan.interval, "notice_days": plan.notice_days,
            "turns": told, "due": [turn["planned_on"] for turn in told], "state": _state({turn["state"] for turn in told}),
        }, done  # fmt: skip


def _by_subject(turns: Iterable[Any]) -> dict[str, list[Any]]:
    made: dict[str, list[Any]] = {}
    for turn in turns:
        made.setdefault(turn.subject_zh, []).append(turn)
    return made


def _turn(turn: Any, plan: MaintenancePlan, *, at: datetime) -> dict[str, Any]:
    """Lay a turn out with whether it was announced in time and keeps what the plan promises."""
    told = turn_facts(turn, at=at)
    return told | {"in_time": is_announced(turn, days=plan.notice_days), "kept": is_kept(turn, plan, at=at)}


def _unraised(
    plan: MaintenancePlan, known: Iterable[Any], *, days: tuple[date, date], at: datetime
) -> Iterator[dict[str, Any]]:
    """Give the days on which the plan fell due and no turn was raised: nothing says that they were done or announced."""
    raised = {turn.planned_on for turn in known}
    first, last = days
    since = max(first, plan.row.edition.valid_from or first)
    for slot in slots(plan, start=since, end=last):
        if slot.day not in raised:
            state = "missed" if slot.ends_at + GRACE < at else "ahead"
            yield {
                "id": None, "planned_on": slot.day.isoformat(), "state": state, "done_at": None, "number": "", "note": "",
                "announced_at": None, "in_time": False, "kept": False,
            }  # fmt: skip


def _state(states: set[str]) -> str:
    """Give the worst of what came of the turns."""
    return next((one for one in ("missed", "ahead", "moved", "done") if one in states), "not_due")
