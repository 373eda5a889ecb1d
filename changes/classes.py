"""The class of a change: hard triggers first, then the score of six questions (domain 5.5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from changes.asks import QUESTIONS, TRIGGERS
from itsm.flow import Move
from itsm.hours.models import Calendar, schedule_of
from itsm.records.remembered import Remembered

#: The bands of the score of six answers: 6 to 12 low, 13 to 20 medium, 21 to 30 high.
MEDIUM, HIGH, LEAST, MOST = 13, 21, 6, 30
#: What is always major, whatever reason is given against it.
ALWAYS = "service_change"
#: A cost (NT$) from which a change is major, and minutes of downtime of a critical service, or of any.
COST_LIMIT, CRITICAL_DOWNTIME, ANY_DOWNTIME, MANY_USERS = 1_000_000, 30, 240, 500
#: Business days between the request and the window, by class.
LEAD_DAYS = {"standard": 0, "minor": 2, "major": 10, "emergency": 0}
HOURS = Remembered(Calendar, read=lambda: Calendar.objects.values_list("current", flat=True).get(code="taiwan-office"))


@dataclass(frozen=True)
class Classed:
    """What the rules find: the class, the rules that made it, and the score with each of its points."""

    change_class: str
    basis: list[str]
    score: int
    answers: dict[str, int]


def band(score: int | None) -> str:
    """Name the band of a score: low, medium or high; empty where there is none."""
    if not score:
        return ""
    return "high" if score >= HIGH else "medium" if score >= MEDIUM else "low"


def judge(points: Mapping[str, int], fired: Iterable[str], *, agreed: int = 0) -> Classed:
    """Find the class by the answers of the risk and the triggers that fired; an agreed risk that is higher counts."""
    answers = {code: points[code] for code in QUESTIONS if points.get(code)}
    score = sum(answers.values())
    basis = [code for code in TRIGGERS if code in set(fired)]
    if max(score, agreed) >= HIGH:
        basis.append("risk_score")
    return Classed("major" if basis else "minor", basis, score, answers)


def computed(change: Any) -> list[str]:
    """Name the triggers that follow from what the change itself says."""
    down = change.expected_downtime_min or 0
    critical = change.service_id is not None and change.service.criticality == 1
    facts = {
        "downtime": down > ANY_DOWNTIME or (critical and down > CRITICAL_DOWNTIME),
        "cost": (change.cost_estimate or 0) > COST_LIMIT,
    }
    return [code for code, holds in facts.items() if holds]


def classed(record: Any, move: Move) -> Classed:
    """Find the class by the answers that ``move`` is given and by what the change says."""
    points = {code: int(move.given(code, 0)) for code in QUESTIONS}
    ticked = [code for code in TRIGGERS if move.given(f"trigger_{code}")]
    agreed = move.given("agreed_risk") or record.agreed_risk or 0
    return judge(points, [*ticked, *computed(record)], agreed=int(agreed))


def may_be(record: Any, move: Move, wanted: str) -> bool:
    """Tell whether the class ``wanted`` follows from the rules, or is given against them with a reason."""
    found = classed(record, move)
    if found.change_class == wanted:
        return True
    return bool(move.given("override_reason")) and ALWAYS not in found.basis


def earliest_start(change_class: str, *, at: datetime) -> datetime:
    """Give the first moment for which the lead time of the class is kept when the request is made ``at``."""
    days = LEAD_DAYS.get(change_class, 0)
    return schedule_of(HOURS.get()).add_days(at, days=days) if days else at
