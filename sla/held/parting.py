"""Parting a life among those who held it: the parts follow each other without a gap, so they add up to the whole. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from sla.simulation.life import Step
from sla.simulation.policy import BY_REASON, PAUSE, SOFT

DESK, SECOND_LINE, REQUESTER, SUPPLIER, NOBODY = "desk", "second_line", "requester", "supplier", "nobody"
#: Whom a case waits for by the code of its hold reason; of others the requester is who was asked, else nobody.
WAITS_FOR = {
    "awaiting_user": REQUESTER,
    "appointment": REQUESTER,
    "user_postponed": REQUESTER,
    "awaiting_approval": REQUESTER,
    "awaiting_supplier": SUPPLIER,
    "awaiting_change": SECOND_LINE,
    "awaiting_problem": SECOND_LINE,
    "force_majeure": NOBODY,
    "observing": NOBODY,
}


class Hands(NamedTuple):
    """From when a team has a case, and whether somebody of it has taken it in hand."""

    at: int
    team: int | None
    taken: bool


class Errand(NamedTuple):
    """A supplier that was asked, from when until when; None is still."""

    since: int
    until: int | None
    supplier: int


class Holder(NamedTuple):
    """Who holds a case."""

    party: str
    team: int | None = None
    supplier: int | None = None


class Stretch(NamedTuple):
    """A stretch of a life in one holder's hands."""

    since: int
    until: int
    holder: Holder

    @property
    def seconds(self) -> int:
        """How long it lasted."""
        return self.until - self.since


@dataclass(frozen=True)
class Rules:
    """What decides: the clock of each state of the process, the tier of each team, whom hold reasons wait for."""

    modes: Mapping[str, str]
    tiers: Mapping[int, int]
    waits_for: Mapping[str, str]


def part(
    steps: Sequence[Step], hands: Sequence[Hands], errands: Sequence[Errand], *, rules: Rules, began: int, ended: int
) -> list[Stretch]:
    """This will part the life from ``began`` to ``ended``; neighbours of the same holder are one stretch."""
    edges = sorted({began, ended, *(_inside(_moments(steps, hands, errands), began, ended))})
    found: list[Stretch] = []
    for since, until in pairwise(edges):
        holder = _holder(since, steps, hands, errands, rules)
        if found and found[-1].holder == holder:
            since = found.pop().since
        found.append(Stretch(since, until, holder))
    return found


def _moments(steps: Iterable[Step], hands: Iterable[Hands], errands: Iterable[Errand]) -> Iterator[int]:
    yield from (step.at for step in steps)
    yield from (one.at for one in hands)
    for errand in errands:
        yield errand.since
        yield errand.until or errand.since


def _inside(moments: Iterable[int], began: int, ended: int) -> Iterator[int]:
    return (moment for moment in moments if began < moment < ended)


def _holder(at: int, steps: Sequence[Step], hands: Sequence[Hands], errands: Iterable[Errand], rules: Rules) -> Holder:
    step = next((one for one in reversed(steps) if one.at <= at), steps[0])
    hand = next((one for one in reversed(hands) if one.at <= at), Hands(at, None, False))
    clock = rules.modes.get(step.state, "")
    if clock == BY_REASON:
        return _waiting(at, step.hold, errands, rules)
    if clock in (PAUSE, SOFT):
        return Holder(REQUESTER)
    if not hand.taken or hand.team is None:
        return Holder(NOBODY, hand.team)
    return Holder(DESK if rules.tiers.get(hand.team, 1) == 1 else SECOND_LINE, hand.team)


def _waiting(at: int, hold: str, errands: Iterable[Errand], rules: Rules) -> Holder:
    party = rules.waits_for.get(hold, NOBODY)
    if party == SUPPLIER:
        asked = [one.supplier for one in errands if one.since <= at and (one.until is None or at < one.until)]
        return Holder(SUPPLIER, None, asked[-1] if asked else None)
    return Holder(party)
