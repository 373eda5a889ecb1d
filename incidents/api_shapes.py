"""The shapes of incidents, service requests and alarms, as the OpenAPI document shows them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from incidents.alarms import STILL_WORKING
from incidents.services import STILL_WORKING as ANSWERS
from itsm.api.serializers import Instant, Named, PersonName, Strict, Text, YesNo
from itsm.tickets.api.shapes import CaseShape, WholeCaseShape
from itsm.tickets.comments import LONGEST


class IncidentShape(CaseShape):
    """An incident in a list."""

    major_status = serializers.CharField()
    is_security = serializers.BooleanField()
    occurrences = serializers.IntegerField()


class WholeIncidentShape(WholeCaseShape):
    """An incident with everything that its page shows."""

    major_status = serializers.CharField()
    is_security = serializers.BooleanField()
    occurrences = serializers.IntegerField()
    reporter = PersonName(allow_null=True)
    parent = serializers.CharField(  # type: ignore[assignment]  # a field of the body, no attribute of the serializer
        allow_null=True, help_text="Number of the incident that it follows; null for requesters."
    )
    component = serializers.CharField(allow_blank=True)
    occurred_at = serializers.DateTimeField(allow_null=True)
    restored_at = serializers.DateTimeField(allow_null=True)
    affected_users = serializers.IntegerField(allow_null=True)
    resolution_code = serializers.CharField(allow_blank=True)
    resolution_note = serializers.CharField(allow_blank=True)


class RequestShape(CaseShape):
    """A service request in a list."""

    request_item = Named(allow_null=True)


class AnswerShape(serializers.Serializer[Any]):
    """One answer to the form of what was ordered, with the words of its field as they were then."""

    code = serializers.CharField()
    kind = serializers.CharField()
    label_zh = serializers.CharField()
    label_en = serializers.CharField()
    value = serializers.CharField()
    text_zh = serializers.CharField()
    text_en = serializers.CharField()


class WholeRequestShape(WholeCaseShape):
    """A service request with everything that its page shows."""

    request_item = Named(allow_null=True)
    fulfilment_code = serializers.CharField(allow_blank=True)
    fulfilment_note = serializers.CharField(allow_blank=True)
    expected_at = serializers.DateTimeField(allow_null=True)
    approval_granted_at = serializers.DateTimeField(allow_null=True)
    answers = AnswerShape(many=True)


class RaiseBody(Strict):
    """A new case. Only those who work cases may raise one for others."""

    description = Text(required=False, allow_blank=True, max_length=LONGEST, default="")
    service = Text(required=False, help_text="Code of a live service.")
    requester = Text(required=False, help_text="User name; yourself if left out.")
    requested_for = Text(required=False, help_text="User name of whoever it is for, if another.")
    confidential = YesNo(required=False, default=False)


class IncidentBody(RaiseBody):
    """Something that does not work."""

    title = Text(max_length=160)
    still_working = serializers.ChoiceField(sorted(ANSWERS), required=False, help_text="Can the work go on?")


class RequestBody(RaiseBody):
    """Something that is needed: an item of the catalogue, or a subject in words."""

    title = Text(required=False, max_length=160, help_text="Needed without an item.")
    item = Text(required=False, help_text="Code of a request item.")
    category = Text(required=False, help_text="Code of a category; with it an item is ordered at once.")
    answers = serializers.DictField(
        child=serializers.CharField(allow_blank=True, max_length=4000), required=False,
        help_text="Answers to the form of the item by the code of the field; files are attached afterwards.",
    )  # fmt: skip


class AlertBody(Strict):
    """What a monitoring system says about one trouble."""

    source = Text(max_length=60, help_text="Name of the monitoring system.")  # type: ignore[assignment]  # a field of the body, no attribute of the serializer
    key = Text(max_length=200, help_text="Names the trouble within the source; repeats have the same.")
    state = serializers.ChoiceField(["firing", "clear"])
    title = Text(max_length=160)
    description = Text(required=False, allow_blank=True, max_length=LONGEST, default="")
    service = Text(required=False, help_text="Code of a live service.")
    severity = serializers.ChoiceField(sorted(STILL_WORKING), required=False, default="major")
    occurred_at = Instant(required=False)
    service_down = serializers.BooleanField(
        required=False, default=False, help_text="The service is down: an outage of it is open until the clear."
    )


class AlertShape(serializers.Serializer[Any]):
    """What became of an alarm."""

    outcome = serializers.ChoiceField(["opened", "repeated", "reopened", "cleared", "confirmed", "ignored"])
    number = serializers.CharField(
        allow_null=True, help_text="Null when ignored, or where you may not see the incident."
    )
    occurrences = serializers.IntegerField(allow_null=True)
