"""The shapes of cases and what hangs on them, as the OpenAPI document shows them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from itsm.api.serializers import Named, PersonName, Strict, Text, YesNo
from itsm.flow.table import PHASES
from itsm.tickets.comments import LONGEST
from itsm.tickets.models import Channel, Comment


class StateShape(serializers.Serializer[Any]):
    """A state of the record's flow."""

    code = serializers.CharField()
    label = serializers.CharField(help_text="In the language asked for.")  # type: ignore[assignment]  # a field of the body, no attribute of the serializer


class CaseShape(serializers.Serializer[Any]):
    """A case in a list."""

    number = serializers.CharField()
    kind = serializers.CharField()
    title = serializers.CharField(allow_blank=True)
    state = StateShape()
    phase = serializers.ChoiceField(PHASES)
    version = serializers.IntegerField()
    priority = serializers.IntegerField(min_value=1, max_value=5, allow_null=True)
    impact = serializers.IntegerField(min_value=1, max_value=3, allow_null=True)
    urgency = serializers.IntegerField(min_value=1, max_value=3, allow_null=True)
    channel = serializers.ChoiceField(Channel.choices)
    confidential = serializers.BooleanField()
    requester = PersonName()
    requested_for = PersonName(allow_null=True)
    unit = Named(allow_null=True)
    service = Named(allow_null=True)
    category = Named(allow_null=True)
    team = Named(allow_null=True, help_text="Null for requesters.")
    assignee = PersonName(allow_null=True, help_text="Null for requesters.")
    received_at = serializers.DateTimeField()
    first_response_at = serializers.DateTimeField(allow_null=True)
    resolved_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    changed_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True)
    due_metric = serializers.CharField(allow_blank=True)
    clock_state = serializers.CharField(allow_blank=True)


class WholeCaseShape(CaseShape):
    """A case with everything that its page shows."""

    description = serializers.CharField(allow_blank=True)
    hold_reason = Named(allow_null=True)
    follow_up_at = serializers.DateTimeField(allow_null=True)
    closure_code = serializers.CharField(allow_blank=True)
    confirmation = serializers.CharField(allow_blank=True)
    reopen_count = serializers.IntegerField()
    merged_into = serializers.CharField(allow_null=True)


class CommentShape(serializers.Serializer[Any]):
    """A public reply or an internal note."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(Comment.Kind.choices)
    author = PersonName(allow_null=True)
    body = serializers.CharField()
    at = serializers.DateTimeField()
    channel = serializers.CharField(allow_blank=True)


class CommentBody(Strict):
    """What to write, and for whom."""

    kind = serializers.ChoiceField(Comment.Kind.choices)
    body = Text(max_length=LONGEST)


class AttachmentShape(serializers.Serializer[Any]):
    """A file of a case."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    media_type = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    internal = serializers.BooleanField()
    added_by = PersonName(allow_null=True)
    added_at = serializers.DateTimeField()


class AttachmentBody(Strict):
    """A file to attach."""

    file = serializers.FileField(allow_empty_file=True)  # an empty one is refused with the sentence of the pages
    internal = serializers.BooleanField(required=False, default=False)


class AssignBody(Strict):
    """Whom to give the case to; what is left out stays as it is, null takes it away."""

    team = Text(required=False, allow_null=True, help_text="Code of a team.")
    assignee = Text(required=False, allow_null=True, help_text="User name of a member of the team.")


class EditBody(Strict):
    """What to write anew; what is left out stays as it is."""

    title = Text(required=False, max_length=160)
    description = Text(required=False, allow_blank=True, max_length=LONGEST)
    service = Text(required=False, help_text="Code of a live service.")
    category = Text(required=False, help_text="Code of a category.")


class NothingBody(Strict):
    """An empty object."""


class ChoiceShape(serializers.Serializer[Any]):
    """One allowed value."""

    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of the body, no attribute of the serializer


class InputShape(serializers.Serializer[Any]):
    """One thing that a transition asks for."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of the body, no attribute of the serializer
    kind = serializers.CharField()
    required = serializers.BooleanField()  # type: ignore[assignment]  # a field of the body, no attribute of the serializer
    help = serializers.CharField(allow_blank=True)
    choices = ChoiceShape(many=True)


class OfferShape(serializers.Serializer[Any]):
    """A transition that the caller has the role for, and what objects to it now."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of the body, no attribute of the serializer
    machine = serializers.CharField()
    open = YesNo()
    reasons = serializers.ListField(child=serializers.CharField())
    inputs = InputShape(many=True)
