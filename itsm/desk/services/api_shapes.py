"""The shapes of service transitions, services and items, as the OpenAPI document shows them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from catalogue.items.fields import KINDS
from catalogue.models import RequestItem, Service
from catalogue.transition import asks
from itsm.api.serializers import Named, PersonName
from itsm.flow.table import PHASES
from itsm.tickets.api.shapes import StateShape

Text = serializers.CharField
TRANSITION_KINDS = [(choice.value, choice.label.en) for choice in asks.KINDS]


class TransitionShape(serializers.Serializer[Any]):
    """A service transition."""

    number = Text()
    title = Text()
    state = StateShape()
    phase = serializers.ChoiceField(PHASES)
    version = serializers.IntegerField()
    transition_kind = serializers.ChoiceField(TRANSITION_KINDS, allow_blank=True)
    transfer_direction = Text(allow_blank=True, help_text="in: taken over; out: handed over.")
    service = Named(allow_null=True)
    requester = PersonName(allow_null=True)
    owner = PersonName(allow_null=True)
    customer = Text(allow_blank=True)
    need = Text(allow_blank=True)
    budget_source = Text(allow_blank=True)
    authorities = Text(allow_blank=True)
    activities = Text(allow_blank=True)
    resources = Text(allow_blank=True)
    timescales = Text(allow_blank=True)
    risks = Text(allow_blank=True)
    dependencies = Text(allow_blank=True)
    test_approach = Text(allow_blank=True)
    outcomes = Text(allow_blank=True)
    design_roles = Text(allow_blank=True)
    design_parties = Text(allow_blank=True)
    design_resources = Text(allow_blank=True)
    design_agreements = Text(allow_blank=True)
    design_measures = Text(allow_blank=True)
    design_security = Text(allow_blank=True)
    design_continuity = Text(allow_blank=True)
    acceptance_round = serializers.IntegerField()
    built_by = PersonName(allow_null=True)
    accepted_by = PersonName(allow_null=True)
    accepted_at = serializers.DateTimeField(allow_null=True)
    live_on = serializers.DateField(allow_null=True)
    went_live = serializers.BooleanField(allow_null=True)
    achieved = Text(allow_blank=True)
    reported_to = Text(allow_blank=True)
    changed_at = serializers.DateTimeField()


class CriterionShape(serializers.Serializer[Any]):
    """An acceptance criterion with its signed result."""

    position = serializers.IntegerField()
    text = Text()
    method = Text(allow_blank=True)
    result = Text(allow_blank=True, help_text="passed, failed, or empty while it is not signed.")
    evidence = Text(allow_blank=True)
    signed_by = PersonName(allow_null=True)
    signed_at = serializers.DateTimeField(allow_null=True)


class CheckShape(serializers.Serializer[Any]):
    """A row of the checklist of a removal or transfer."""

    code = Text()
    question = Text()
    before_live = serializers.BooleanField()
    choice = Text(allow_blank=True)
    answer = Text(allow_blank=True)
    happened_on = serializers.DateField(allow_null=True)
    answered_by = PersonName(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)


class WholeTransitionShape(TransitionShape):
    """A service transition with its criteria and checklist."""

    criteria = CriterionShape(many=True)
    checklist = CheckShape(many=True)


class CoverShape(serializers.Serializer[Any]):
    """An SLA in force that covers a service."""

    number = Text()
    version = Text(help_text="Such as 01.00.")
    title = Text()
    items = serializers.ListField(child=Text(), help_text="Codes of what may be ordered; empty: all of it.")
    in_force_since = serializers.DateField(allow_null=True)
    last_review_on = serializers.DateField(allow_null=True, help_text="Null: not reviewed yet.")
    next_review_on = serializers.DateField(allow_null=True)


class WholeServiceShape(serializers.Serializer[Any]):
    """A service with its eight fields in both languages."""

    code = Text()
    lifecycle = serializers.ChoiceField(Service.Lifecycle.choices)
    criticality = serializers.IntegerField()
    name_zh = Text()
    name_en = Text(allow_blank=True)
    kind = serializers.ChoiceField(Service.Kind.choices)
    service_type_zh = Text(allow_blank=True)
    service_type_en = Text(allow_blank=True)
    audience_zh = Text(allow_blank=True)
    audience_en = Text(allow_blank=True)
    description_zh = Text(allow_blank=True)
    description_en = Text(allow_blank=True)
    hours = Text(help_text="Code of the calendar.")
    frequency_zh = Text(allow_blank=True)
    frequency_en = Text(allow_blank=True)
    escalation_zh = Text(allow_blank=True)
    escalation_en = Text(allow_blank=True)
    support_team = Text(help_text="Code of the operations team.")
    price = serializers.IntegerField(allow_null=True, help_text="NT$; 0 is free of charge, null is not stated.")
    price_unit_zh = Text(allow_blank=True)
    price_unit_en = Text(allow_blank=True)
    owner = PersonName(allow_null=True, help_text="Null for requesters.")
    root_item = Text(
        allow_null=True, help_text="Number of the configuration item that stands for it; null for requesters."
    )
    complete_fields = serializers.IntegerField(help_text="How many of the eight fields are complete in both languages.")
    edition = serializers.IntegerField(allow_null=True)
    in_force_since = serializers.DateField(allow_null=True)
    agreements = CoverShape(many=True, help_text="SLA in force that cover it; empty for requesters.")


class ValueShape(serializers.Serializer[Any]):
    """A value that may be chosen."""

    value = Text()
    label = Text()  # type: ignore[assignment]  # a field of the body, no attribute of the serializer


class WhenShape(serializers.Serializer[Any]):
    """With which values of another field it is asked."""

    field = Text()
    values = serializers.ListField(child=Text())


class FieldShape(serializers.Serializer[Any]):
    """A field of the form of an item."""

    code = Text()
    kind = serializers.ChoiceField(sorted(KINDS))
    label = Text()  # type: ignore[assignment]  # a field of the body, no attribute of the serializer
    help = Text(allow_blank=True)
    required = serializers.BooleanField()  # type: ignore[assignment]  # a field of the body, no attribute of the serializer
    choices = ValueShape(many=True)
    only_when = WhenShape(allow_null=True)


class WholeItemShape(serializers.Serializer[Any]):
    """Something that may be ordered, with the fields of its form."""

    code = Text()
    name = Text()
    description = Text(allow_blank=True)
    service = Text(help_text="Code of its service.")
    approval = serializers.ChoiceField(RequestItem.Approval.choices)
    approval_rule = serializers.ChoiceField(RequestItem.Rule.choices)
    target_seconds = serializers.IntegerField()
    fields = FieldShape(many=True)  # type: ignore[assignment]  # a field of the body, no attribute of the serializer
