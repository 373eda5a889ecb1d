"""Voting by the signed link of a mail: no sign-in, once, for the round that it was sent for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext

from changes import ballots, board_shown
from changes.board_models import Ballot, CabVote
from changes.casting import cast, mandate
from changes.models import Change
from changes.seats import conflict_words
from itsm.notices.links import Claim, Purpose, add_purpose
from itsm.records.clock import database_now

if TYPE_CHECKING:
    from itsm.people.models import Person


def register() -> None:
    """Register the purpose of links that vote."""
    add_purpose(
        Purpose(
            "vote", choices=tuple(CabVote.Vote.values), labels=dict(CabVote.Vote.choices), finds=finds, is_over=is_over,
            says_over=says_over, answer=answer, shows=shows, leads=leads,
        )
    )  # fmt: skip


def finds(person: Person, key: int) -> Any:
    """Find the change, for whoever has a seat in a round on it or stands in for one; None for everybody else."""
    change = Change.objects.select_related("service", "requester", "implementer").filter(pk=key).first()
    last = change.ballots.select_related("board").order_by("-round").first() if change is not None else None
    if last is None or mandate(last, change, person, at=database_now()) is None:
        return None
    return change


def is_over(claim: Claim) -> bool:
    """Tell whether the round of the link has ended: decided, or void because the change was edited."""
    ballot = ballots.current(claim.record)
    if ballot is None or ballot.opened_at.replace(microsecond=0) > claim.issued_at:
        return True
    return ballots.tally(ballot, claim.record, at=database_now()).stale


def says_over(claim: Claim) -> str:
    """Say by what the round of the link was overtaken: an edit of the change, or the end of the vote."""
    sent_for = (
        claim.record.ballots.filter(opened_at__lt=claim.issued_at + timedelta(seconds=1)).order_by("-round").first()
    )
    void = sent_for is not None and (sent_for.ended_at is None or sent_for.outcome == Ballot.Outcome.VOID)
    if void and claim.record.state == "cab_review":
        return gettext(
            "The change was altered after this mail was sent, so votes on it as it was are void. A newer mail asks you again."
        )
    if void:
        return gettext("The change was altered after this mail was sent, so votes on it as it was are void.")
    return gettext("The vote on this change has ended.")


def leads(claim: Claim) -> str:
    """Give where its person votes when signed in, while a vote is open."""
    ballot = ballots.current(claim.record)
    return "" if ballot is None else reverse("board:ballot", args=[ballot.pk])


def answer(claim: Claim, given: Mapping[str, str], at: datetime) -> Any:
    """Cast the vote of the link's person."""
    cast(
        claim.record, by=claim.person, vote=given["choice"], reason=given.get("reason", ""), condition=given.get("condition", ""), at=at,
        channel="mail", paper=given.get("paper", ""),
    )  # fmt: skip
    return claim.record


def shows(claim: Claim, at: datetime) -> dict[str, Any]:
    """Give the paper of the change and how the round stands; other people's votes stay on the signed-in page."""
    ballot = ballots.current(claim.record)
    found = mandate(ballot, claim.record, claim.person, at=at)
    stands_for = board_shown.given_name(found.member) if found is not None and found.proxy is not None else ""
    return {
        "paper": board_shown.paper(claim.record, person=claim.person, at=at), "ballot": ballot, "votes": CabVote.Vote.choices,
        "stands_for": stands_for, "conflict": conflict_words(found.conflict) if found and found.conflict else "",
    }  # fmt: skip
