"""Counting a board's votes on one change: quorum, veto, majority, the chair's casting vote. Pure: no rows, no clock."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum


class Vote(StrEnum):
    """What a member says."""

    YES = "yes"
    NO = "no"
    ABSTAIN = "abstain"
    RECUSED = "recused"


class Result(StrEnum):
    """What the votes come to; only ``APPROVED`` lets a change go on."""

    APPROVED = "approved"
    REJECTED = "rejected"
    NO_QUORUM = "no_quorum"
    NOBODY = "nobody"
    TIED = "tied"


@dataclass(frozen=True, slots=True)
class Seat:
    """A voting member's place, with the vote given, if any."""

    person: int
    vote: Vote | None = None
    chair: bool = False
    veto: bool = False

    @property
    def counts(self) -> bool:
        """Whether the member was there; who is recused is not counted."""
        return self.vote is not None and self.vote is not Vote.RECUSED


def quorum_met(seats: Collection[Seat], *, owners: Collection[frozenset[int]] = (), percent: int = 50) -> bool:
    """Whether the chair, ``percent`` of those who may vote, and one of each service's owner and proxies were there."""
    may = [seat for seat in seats if seat.vote is not Vote.RECUSED]
    there = {seat.person for seat in may if seat.counts}
    chaired = any(seat.chair and seat.counts for seat in may)
    return chaired and 100 * len(there) >= percent * len(may) and all(owner & there for owner in owners)


def result(seats: Collection[Seat], *, owners: Collection[frozenset[int]] = (), percent: int = 50) -> Result:
    """What the votes come to; silence and missing people never approve."""
    if all(seat.vote is Vote.RECUSED for seat in seats):
        return Result.NOBODY
    if not quorum_met(seats, owners=owners, percent=percent):
        return Result.NO_QUORUM
    if any(seat.veto and seat.vote is Vote.NO for seat in seats):
        return Result.REJECTED
    balance = sum((seat.vote is Vote.YES) - (seat.vote is Vote.NO) for seat in seats)
    if balance == 0:
        balance = sum((seat.vote is Vote.YES) - (seat.vote is Vote.NO) for seat in seats if seat.chair)
    if balance == 0:
        return Result.TIED
    return Result.APPROVED if balance > 0 else Result.REJECTED
