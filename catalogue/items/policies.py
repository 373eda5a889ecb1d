"""Counting the answers of those who must approve an order. Pure: no rows, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from itsm.flow.words import Words


class Rule(StrEnum):
    """How many of those asked must say yes."""

    ANY = "any"
    ALL = "all"
    COUNT = "count"
    QUORUM = "quorum"


class Outcome(StrEnum):
    """What the answers come to so far."""

    OPEN = "open"
    APPROVED = "approved"
    REJECTED = "rejected"


RULES: dict[str, Words] = {
    "any": Words("One of them is enough", "任一人核准即可"),
    "all": Words("All of them", "全部核准"),
    "count": Words("So many of them", "達指定人數核准"),
    "quorum": Words("More yes than no among so many who answer", "達法定人數且過半數核准"),
}


def outcome(rule: str, votes: Sequence[bool | None], *, needed: int = 1) -> Outcome:
    """Tell what ``votes`` (yes, no, or not yet) come to; silence never approves, and nobody asked is never approval.

    It is rejected as soon as even the best answers that are still to come could not approve it.
    """
    if not votes:
        return Outcome.OPEN
    if _approves(rule, votes, needed):
        return Outcome.APPROVED
    best = [True if vote is None else vote for vote in votes]
    return Outcome.OPEN if _approves(rule, best, needed) else Outcome.REJECTED


def _approves(rule: str, votes: Sequence[bool | None], needed: int) -> bool:
    yes = sum(vote is True for vote in votes)
    no = sum(vote is False for vote in votes)
    if rule == Rule.ANY:
        return yes >= 1
    if rule == Rule.COUNT:
        return yes >= max(needed, 1)
    if rule == Rule.QUORUM:
        return yes + no >= max(needed, 1) and yes > no
    return yes == len(votes)


def can_be_met(rule: str, people: int, *, needed: int = 1) -> bool:
    """Tell whether so many people could approve it at all."""
    return people > 0 and outcome(rule, [True] * people, needed=needed) == Outcome.APPROVED
