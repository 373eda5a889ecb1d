"""The shapes of meetings, agendas and votes, as the OpenAPI document shows them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from changes.board_models import Ballot, CabItem, CabMeeting, CabVote
from itsm.api.serializers import Instant, Named, PersonName, Strict, Text
from itsm.flow.table import PHASES
from itsm.tickets.api.shapes import StateShape


class CabMeetingShape(serializers.Serializer[Any]):
    """A meeting of a board."""

    number = serializers.CharField()
    title = serializers.CharField()
    state = StateShape()
    phase = serializers.ChoiceField(PHASES)
    version = serializers.IntegerField()
    board = Named()
    ordinal = serializers.IntegerField()
    kind = serializers.ChoiceField(CabMeeting.Kind.choices)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    cutoff_at = serializers.DateTimeField()
    place = serializers.CharField(allow_blank=True)
    opened_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    signed_by = PersonName(allow_null=True)
    signed_at = serializers.DateTimeField(allow_null=True)
    minutes_sha256 = serializers.CharField(allow_blank=True)


class CabItemShape(serializers.Serializer[Any]):
    """A point of an agenda; a confidential change that you may not read has neither number nor title."""

    id = serializers.IntegerField()
    position = serializers.IntegerField()
    purpose = serializers.ChoiceField(CabItem.Purpose.choices)
    change = serializers.CharField(allow_null=True)
    title = serializers.CharField(allow_null=True)
    decision = serializers.ChoiceField(CabItem.Decision.choices, allow_blank=True)
    reason = serializers.CharField(allow_blank=True)
    conditions = serializers.CharField(allow_blank=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    spent_seconds = serializers.IntegerField()
    heard_since = serializers.DateTimeField(allow_null=True, help_text="It is being heard; empty while it is not.")


class CabVoteShape(serializers.Serializer[Any]):
    """What one seat says; ``why`` names the conflict of interest of who must not vote."""

    member = PersonName()
    chair = serializers.BooleanField()
    veto = serializers.BooleanField()
    vote = serializers.ChoiceField(CabVote.Vote.choices, allow_null=True)
    cast_by = PersonName(allow_null=True)
    reason = serializers.CharField(allow_blank=True)
    condition = serializers.CharField(allow_blank=True)
    why = serializers.CharField(allow_blank=True)


class BallotShape(serializers.Serializer[Any]):
    """A round of voting on a change, and what its votes come to."""

    id = serializers.IntegerField()
    change = serializers.CharField()
    purpose = serializers.ChoiceField(Ballot.Purpose.choices)
    round = serializers.IntegerField()
    paper = serializers.CharField(
        help_text="Hash of what is voted on; send it with a vote so that nothing else is meant."
    )
    opened_at = serializers.DateTimeField()
    closes_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    outcome = serializers.ChoiceField(Ballot.Outcome.choices, allow_blank=True)
    blocked = serializers.BooleanField(help_text="Nobody is left who may decide.")
    there = serializers.IntegerField()
    needed = serializers.IntegerField()
    carries = serializers.CharField(allow_blank=True, help_text="approved, rejected, deferred, or empty.")
    said = serializers.CharField()
    votes = CabVoteShape(many=True)


class OpenBallotShape(serializers.Serializer[Any]):
    """A round that takes votes, in a line."""

    id = serializers.IntegerField()
    change = serializers.CharField()
    title = serializers.CharField()
    board = Named()
    purpose = serializers.ChoiceField(Ballot.Purpose.choices)
    round = serializers.IntegerField()
    opened_at = serializers.DateTimeField()
    closes_at = serializers.DateTimeField()
    blocked = serializers.BooleanField(help_text="Nobody is left who may decide.")
    votes = serializers.IntegerField(help_text="How many have voted; who is recused is not counted.")
    awaits_you = serializers.BooleanField(help_text="You have a seat, or stand in for one, and have not voted.")


class VoteBody(Strict):
    """A vote."""

    vote = serializers.ChoiceField(CabVote.Vote.choices)
    condition = Text(required=False, allow_blank=True, max_length=4000)
    reason = Text(required=False, allow_blank=True, max_length=4000)
    paper = Text(required=False, allow_blank=True, max_length=64)


class DecisionBody(Strict):
    """The decision of a meeting on one item."""

    decision = serializers.ChoiceField(CabItem.Decision.choices)
    reason = Text(required=False, allow_blank=True, max_length=4000)
    conditions = Text(required=False, allow_blank=True, max_length=4000)
    needs_transition = serializers.ChoiceField([("yes", "yes"), ("no", "no")], required=False)
    next_meeting = serializers.DateField(required=False)


class PositionBody(Strict):
    """The place of an item in the agenda."""

    position = serializers.IntegerField(min_value=1, max_value=32_767, help_text="The first is 1.")


class CabMeetingBody(Strict):
    """A meeting beside the recurrence."""

    board = Text(max_length=40, help_text="Code of an active board.")
    starts_at = Instant()
    ends_at = Instant()


class RemarkBody(Strict):
    """A line of the minutes."""

    text = Text(allow_blank=True, max_length=4000)


class CallShape(serializers.Serializer[Any]):
    """Whether you will be called before the item."""

    called = serializers.BooleanField()
