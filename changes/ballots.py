"""Rounds of voting: opened on a change as it reads, counted, voided by a material edit, ended by the decision."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext, ngettext

from catalogue.models import Service
from changes import board_telling, fingerprint, material, quorum
from changes.board_models import Ballot, Board, CabVote
from changes.quorum import Result, Seat, Vote
from changes.seats import Place, places
from itsm.flow import Move
from itsm.records import journal
from itsm.records.models import Event
from itsm.records.perform import lock

if TYPE_CHECKING:
    from changes.models import Change

#: How each vote counts; whoever wants to defer was there, but says neither yes nor no.
COUNTS = {
    "yes": Vote.YES, "condition": Vote.YES, "no": Vote.NO, "defer": Vote.ABSTAIN, "abstain": Vote.ABSTAIN, "recused": Vote.RECUSED,
}  # fmt: skip
#: How long before the end of its time a round asks again for the votes that are missing; half its time where that is less.
REMIND_BEFORE = timedelta(days=1)
OUTCOMES = {"cab_approve": "approved", "cab_reject": "rejected", "cab_defer": "deferred"}


def board_for(change: Any) -> Any:
    """Find the board that judges ``change``: one for its services before the one for all; None without any board."""
    keys = {change.service_id, *change.affected_services.values_list("pk", flat=True)} - {None}
    active = Board.objects.active().order_by("code")
    return active.filter(services__in=keys).first() or active.filter(services=None).first()


def current(change: Any) -> Any:
    """Give the open round of ``change``, or None."""
    return change.ballots.open().select_related("board").first()


def open_round(change: Change, *, at: datetime, move: Move, purpose: str = "decide") -> Any:
    """Open a round on the locked ``change`` as it reads now; None where no board judges it.

    Who must not vote is recused at once; where nobody is left who may decide, it is escalated and stays undecided.
    """
    board = board_for(change)
    if board is None or current(change) is not None:
        return current(change)
    words = material.words_of(change)
    made = Ballot.objects.create(
        board=board, change=change, purpose=purpose, round=change.ballots.count() + 1, paper=material.hash_of(words),
        core=fingerprint.core(words), read=words, opened_at=at, closes_at=at + timedelta(days=board.vote_days),
    )  # fmt: skip
    settle(made, change, at=at, move=move)
    board_telling.ask(made, change, at=at)
    return made


def settle(ballot: Any, change: Any, *, at: datetime, move: Move) -> list[Place]:
    """Recuse who must not vote, and escalate when nobody is left who could decide; gives the seats."""
    seats = seats_of(ballot, change, at=at)
    for place in seats:
        if place.conflict:
            CabVote.objects.get_or_create(
                ballot=ballot, member_id=place.person,
                defaults={"vote": "recused", "reason": place.conflict, "at": at, "channel": "system"},
            )  # fmt: skip
    possible = reachable(seats, percent=ballot.board.quorum_percent)
    if not possible and ballot.blocked_at is None:
        ballot.blocked_at = at
        said = journal.write(change, kind=Event.Kind.APPROVAL, name="board_blocked", move=move, board=str(ballot.board))
        board_telling.escalate(ballot, change, move=move, event=said)
    elif possible and ballot.blocked_at is not None:
        ballot.blocked_at = None
    ballot.save(update_fields=["blocked_at"])
    return seats


def seats_of(ballot: Any, change: Any, *, at: datetime) -> list[Place]:
    """List the seats of a round; whoever declared an interest in it is recused, and their alternate may vote."""
    declared = ballot.votes.filter(vote="recused").values_list("member", flat=True)
    return places(ballot.board, change, at=at, declared=list(declared))


def reachable(seats: list[Place], *, percent: int) -> bool:
    """Tell whether the seats that may vote could make a quorum if they all came."""
    every = [Seat(row.person, Vote.RECUSED if row.conflict else Vote.YES, row.chair, row.veto) for row in seats]
    return quorum.result(every, owners=owners(seats), percent=percent) is Result.APPROVED


def owners(seats: list[Place]) -> list[frozenset[int]]:
    """Give, for each critical service, who may speak for it."""
    codes = sorted({code for row in seats for code in row.owner_of})
    return [frozenset(row.person for row in seats if code in row.owner_of) for code in codes]


@dataclass(frozen=True)
class Tally:
    """What the votes of a round come to now."""

    result: Result
    counts: dict[str, int]
    there: int
    needed: int
    stale: bool
    lacks: tuple[str, ...] = ()

    @property
    def decision(self) -> str:
        """The decision that the votes carry: approved, rejected, deferred, or nothing."""
        if self.stale or self.result in (Result.NOBODY, Result.NO_QUORUM):
            return ""
        if self.counts["defer"] * 2 > self.there:
            return "deferred"
        return {Result.APPROVED: "approved", Result.REJECTED: "rejected"}.get(self.result, "")

    @property
    def words(self) -> str:
        """The result as a sentence."""
        if self.stale:
            return gettext("The change was edited after the round began: the votes are void.")
        if self.decision == "deferred":
            return gettext("Most want to decide later.")
        return {
            Result.APPROVED: gettext("Quorum and majority are reached: it may be approved."),
            Result.REJECTED: gettext("A majority or a veto is against it: it may be refused."),
            Result.NO_QUORUM: gettext("No quorum yet: %(lacks)s.") % {"lacks": gettext(", ").join(self.lacks)},
            Result.NOBODY: gettext("Nobody is left who may decide: it stays blocked."),
            Result.TIED: gettext("The votes are tied, and the chair has not turned them."),
        }[self.result]


def tally(ballot: Any, change: Any, *, at: datetime) -> Tally:
    """Count the votes of a round on ``change`` as it reads now."""
    given = dict(ballot.votes.values_list("member", "vote"))
    seats = seats_of(ballot, change, at=at)
    counted = [
        Seat(row.person, Vote.RECUSED if row.conflict else COUNTS.get(given.get(row.person, "")), row.chair, row.veto)
        for row in seats
    ]
    voiced = {row.person: given[row.person] for row in seats if row.person in given and not row.conflict}
    may = [seat for seat in counted if seat.vote is not Vote.RECUSED]
    percent = ballot.board.quorum_percent
    return Tally(
        result=quorum.result(counted, owners=owners(seats), percent=percent),
        counts={code: sum(vote == code for vote in voiced.values()) for code in COUNTS}
        | {"recused": len(counted) - len(may)},
        there=sum(seat.counts for seat in counted),
        needed=-(-len(may) * percent // 100),
        stale=material.fingerprint(change) != ballot.paper,
        lacks=tuple(_lacks(counted, seats, percent=percent)),
    )


def _lacks(counted: list[Seat], seats: list[Place], *, percent: int) -> Iterator[str]:
    """Say what a quorum still needs: the chair, more votes, a voice for each critical service."""
    there = {seat.person for seat in counted if seat.counts}
    missing = -(-sum(seat.vote is not Vote.RECUSED for seat in counted) * percent // 100) - len(there)
    if not any(seat.chair and seat.counts for seat in counted):
        yield gettext("the chair has not voted")
    if missing > 0:
        yield ngettext("%(count)s more vote is needed", "%(count)s more votes are needed", missing) % {"count": missing}
    codes = sorted({code for row in seats for code in row.owner_of})
    silent = [code for code in codes if not any(code in row.owner_of and row.person in there for row in seats)]
    if silent:
        names = [str(row) for row in Service.objects.filter(code__in=silent).order_by("code")]
        yield gettext("nobody has voted for %(services)s") % {"services": gettext(", ").join(names)}


def decision(change: Any, at: datetime) -> str:
    """Answer what the board has decided on ``change``: approved, rejected, deferred, or nothing (``far.answers.board``)."""
    ballot = current(change)
    if ballot is None or ballot.purpose != Ballot.Purpose.DECIDE:
        return ""
    return tally(ballot, change, at=at).decision


def end(ballot: Any, *, outcome: str, at: datetime, reason: str = "") -> None:
    """End a round; its votes are kept and cannot be altered any more."""
    ballot.outcome, ballot.ended_at, ballot.void_reason = outcome, at, reason
    ballot.save(update_fields=["outcome", "ended_at", "void_reason"])


def recheck(change: Any, *, move: Move) -> Any:
    """Void the open round of the locked ``change`` when the change no longer reads as it was voted on.

    Votes that were given are told of in the journal, and a new round begins; gives the round that is open now.
    """
    ballot = current(change)
    if ballot is None:
        return None
    words = material.words_of(change)
    if material.hash_of(words) == ballot.paper:
        return ballot
    fields = fingerprint.differing(ballot.read, words)
    said = fingerprint.labels(change, fields)
    cast = set(ballot.votes.exclude(cast_by=None).values_list("cast_by", flat=True))
    end(ballot, outcome=Ballot.Outcome.VOID, at=move.at, reason=said)
    event = journal.write(
        change, kind=Event.Kind.APPROVAL, name="votes_void", move=move, public=True, votes=len(cast), round=ballot.round,
        fields=fields,
    )  # fmt: skip
    board_telling.void(change, move, event, cast)
    return open_round(change, at=move.at, move=move, purpose=ballot.purpose)


def recheck_all(*, at: datetime) -> int:
    """Recheck every open round: also edits that came past the pages are found; gives how many were voided."""
    voided = 0
    for key in Ballot.objects.open().order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            found = Ballot.objects.select_related("change").filter(pk=key, ended_at=None).first()
            if found is None:
                continue
            change = lock(found.change)
            move = Move("recheck", None, at, "system")
            now = recheck(change, move=move)
            voided += now is None or now.pk != key
            if now is not None and now.pk == key:
                settle(now, change, at=at, move=move)
                _remind(now, change, at=at)
    return voided


def _remind(ballot: Any, change: Any, *, at: datetime) -> None:
    """Ask once more those whose vote is missing: the day before the time to vote is over, and when it is."""
    soon = ballot.closes_at - min(REMIND_BEFORE, (ballot.closes_at - ballot.opened_at) / 2)
    if at < soon:
        return
    template = "board_vote_late" if at > ballot.closes_at else "board_vote_soon"
    given = ballot.votes.values_list("member", flat=True)
    board_telling.ask(ballot, change, at=at, template=template, but=list(given))
