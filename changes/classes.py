"""The class of a change: hard triggers first, then the score of six questions (domain 5.5)."""

from __future__ import annotations

from dataclasses import dataclass

from changes.asks import QUESTIONS, TRIGGERS
from itsm.flow import Move

HIGH = 21
#: What is always major, whatever reason is given against it.
ALWAYS = "service_change"


@dataclass(frozen=True)
class Classed:
    """What the rules find: the class, the rules that made it, and the score with each of its points."""

    change_class: str
    basis: list[str]
    score: int
    answers: dict[str, int]


def classed(move: Move) -> Classed:
    """Find the class by the answers that ``move`` is given."""
    points = {code: int(move.given(code, 0)) for code in QUESTIONS}
    score = sum(points.values())
    basis = [code for code in TRIGGERS if move.given(f"trigger_{code}")]
    if score >= HIGH:
        basis.append("risk_score")
    return Classed("major" if basis else "minor", basis, score, points)


def may_be(move: Move, wanted: str) -> bool:
    """Tell whether the class ``wanted`` follows from the rules, or is given against them with a reason."""
    found = classed(move)
    if found.change_class == wanted:
        return True
    return bool(move.given("override_reason")) and ALWAYS not in found.basis
