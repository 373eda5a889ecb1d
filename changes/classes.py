"""The class of a change: the rules in their order, of which a score of six questions is one (domain 5.5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from changes.asks import QUESTIONS, TRIGGERS
from changes.rule_models import ClassRule, LeadTime
from itsm.flow import Move
from itsm.hours.models import Calendar, schedule_of
from itsm.records.remembered import Remembered

#: The bands of the score of six answers: 6 to 12 low, 13 to 20 medium, 21 to 30 high.
MEDIUM, HIGH, LEAST, MOST = 13, 21, 6, 30
HOURS = Remembered(Calendar, read=lambda: Calendar.objects.values_list("current", flat=True).get(code="taiwan-office"))
#: Every rule in its order, also those that are not in use: their names are needed for what they once decided.
RULES = Remembered(ClassRule, read=lambda: list(ClassRule.objects.all()))
LEADS = Remembered(LeadTime, read=lambda: dict(LeadTime.objects.values_list("change_class", "days")))


@dataclass(frozen=True)
class Classed:
    """What the rules find: the class, the rules that made it, the score with its points; ``fixed``: no reason helps."""

    change_class: str
    basis: list[str]
    score: int
    answers: dict[str, int] = field(default_factory=dict)
    fixed: bool = False


def band(score: int | None) -> str:
    """Name the band of a score: low, medium or high; empty where there is none."""
    if not score:
        return ""
    return "high" if score >= HIGH else "medium" if score >= MEDIUM else "low"


def judge(change: Any, points: Mapping[str, int], ticked: Iterable[str], *, agreed: int = 0) -> Classed:
    """Find the class of ``change`` by the answers of the risk and what is ticked; an agreed risk that is higher counts.

    Each rule that holds is named as far as it leads to the class that the first of them gives.
    """
    answers = {code: points[code] for code in QUESTIONS if points.get(code)}
    score, said = sum(answers.values()), frozenset(ticked)
    known = facts(change) | {"score": max(score, agreed)}
    holding = [rule for rule in RULES.get() if rule.is_active and (rule.code in said or rule.holds(known))]
    found = holding[0].change_class if holding else "minor"
    deciding = [rule for rule in holding if rule.change_class == found]
    fixed = any(not rule.may_be_overridden for rule in deciding)
    return Classed(found, [rule.code for rule in deciding], score, answers, fixed)


def facts(change: Any) -> dict[str, int]:
    """Give what the change itself says, as the rules ask for it."""
    down = change.expected_downtime_min or 0
    critical = change.service_id is not None and change.service.criticality == 1
    return {"downtime": down, "critical_downtime": down if critical else 0, "cost": change.cost_estimate or 0}


def classed(record: Any, move: Move) -> Classed:
    """Find the class by the answers that ``move`` is given and by what the change says."""
    points = {code: int(move.given(code, 0)) for code in QUESTIONS}
    ticked = [code for code in TRIGGERS if move.given(f"trigger_{code}")]
    agreed = move.given("agreed_risk") or record.agreed_risk or 0
    return judge(record, points, ticked, agreed=int(agreed))


def may_be(record: Any, move: Move, wanted: str) -> bool:
    """Tell whether the class ``wanted`` follows from the rules, or is given against them with a reason."""
    found = classed(record, move)
    return found.change_class == wanted or bool(move.given("override_reason") and not found.fixed)


def lead_days(change_class: str) -> int:
    """Give the business days that lie between the request and the window of a change of that class."""
    days: int = LEADS.get().get(change_class, 0)
    return days


def earliest_start(change_class: str, *, at: datetime) -> datetime:
    """Give the first moment for which the lead time of the class is kept when the request is made ``at``."""
    days = lead_days(change_class)
    return schedule_of(HOURS.get()).add_days(at, days=days) if days else at


def rule_names() -> dict[str, str]:
    """Name every rule by its code in the active language."""
    return {rule.code: rule.name for rule in RULES.get()}
