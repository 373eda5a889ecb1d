"""Casting a vote: by a member, or by a proxy with the member's conflicts; once in a round, altered until it ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext

from changes import ballots
from changes.board_models import CabVote
from changes.seats import conflict_words, conflicts, proxies
from itsm.flow import Move
from itsm.records import journal
from itsm.records.clock import database_now, whole
from itsm.records.models import Event
from itsm.records.perform import lock
from itsm.records.refusals import MovedOn, NotAllowed, Objected

if TYPE_CHECKING:
    from itsm.people.models import Person

CHOICES = frozenset(CabVote.Vote.values)
LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Mandate:
    """For whom somebody may vote: ``member`` is themselves or whom ``proxy`` names; ``conflict`` says why they must not."""

    member: int
    proxy: Any = None
    conflict: str = ""


def mandate(ballot: Any, change: Any, person: Person, *, at: datetime) -> Mandate | None:
    """Find for whom ``person`` may vote in this round: the own seat first, then a member they stand in for; else None."""
    seats = {row.person: row for row in ballots.seats_of(ballot, change, at=at)}
    own = conflicts(change).get(person.pk, "")
    if person.pk in seats:
        declared = seats[person.pk].conflict == "declared"
        return Mandate(person.pk, conflict="" if declared else seats[person.pk].conflict)
    for row in proxies(ballot.board, at=at):
        if row.person_id == person.pk and row.member_id in seats:
            return Mandate(row.member_id, row, own or seats[row.member_id].conflict)
    return None


def cast(
    change: Any, *, by: Person, vote: str, reason: str = "", condition: str = "", at: datetime | None = None, channel: str = "web",
    paper: str = "",
) -> CabVote:  # fmt: skip
    """Say ``vote`` in the open round of ``change``; a second time alters the vote while the round is open.

    ``paper`` is the hash of what the person read; where the change reads otherwise now, nothing is cast.

    :raises NotAllowed: if ``by`` has no seat and stands in for nobody
    :raises MovedOn: if no round is open
    :raises Objected: if the vote is none, its condition is missing, or a conflict of interest forbids it
    """
    texts = [text.replace("\x00", "").strip()[:LONGEST] for text in (reason, condition)]
    with transaction.atomic():
        locked = lock(change)
        move = Move("vote", by, whole(at or database_now()), channel)
        ballot = ballots.recheck(locked, move=move)
        if ballot is None:
            raise MovedOn(str(locked.flows[0].states[locked.state].label))
        found = mandate(ballot, locked, by, at=move.at)
        if found is None:
            raise NotAllowed
        _refuse_odd(ballot, found, vote, texts[1], paper)
        row = _write(ballot, found, move, vote, texts)
        ballots.settle(ballot, locked, at=move.at, move=move)
        journal.write(
            locked, kind=Event.Kind.APPROVAL, name="board_vote", move=move, reason=texts[0], vote=vote, round=ballot.round,
            member=row.member, condition=texts[1],
        )  # fmt: skip
    return row


def _refuse_odd(ballot: Any, found: Mandate, vote: str, condition: str, paper: str) -> None:
    if paper and paper != ballot.paper:
        raise Objected(gettext("The change was edited since you read it. Read it again, then vote."))
    if vote not in CHOICES:
        raise Objected(fields={"vote": gettext("Choose how you vote.")})
    if vote == "condition" and not condition:
        raise Objected(fields={"condition": gettext("Say what the condition is.")})
    if found.conflict and vote != "recused":
        why = conflict_words(found.conflict)
        raise Objected(
            gettext("Conflict of interest: you, or whom you stand in for, may not vote here (%(why)s).") % {"why": why}
        )


def _write(ballot: Any, found: Mandate, move: Move, vote: str, texts: list[str]) -> CabVote:
    once = CabVote.objects.filter(ballot=ballot, cast_by=move.by).exclude(member=found.member)
    if once.exists():
        raise Objected(gettext("You have voted in this round already."))
    said = {
        "cast_by": move.by, "proxy": found.proxy, "vote": vote, "reason": texts[0], "channel": move.channel[:8], "at": move.at,
        "condition": texts[1] if vote == "condition" else "",
    }  # fmt: skip
    return CabVote.objects.update_or_create(ballot=ballot, member_id=found.member, defaults=said)[0]
