"""The shapes of problems and known errors, as the OpenAPI document shows them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from itsm.api.serializers import Named, PersonName, Strict, Text
from itsm.flow.table import PHASES
from itsm.tickets.api.shapes import CaseShape, StateShape, WholeCaseShape
from problems.models import Problem
from problems.services import BY_HAND

#: Where a problem that a person registers comes from, as the OpenAPI document names it.
BY_HAND_CHOICES = [(one.value, one.label) for one in BY_HAND]


class ProblemShape(CaseShape):
    """A problem in a list."""

    origin = serializers.ChoiceField(Problem.Origin.choices)
    outcome = serializers.ChoiceField(Problem.Outcome.choices, allow_blank=True)


class WholeProblemShape(WholeCaseShape):
    """A problem with everything that its page shows; what the analysis says is empty for requesters."""

    origin = serializers.ChoiceField(Problem.Origin.choices)
    outcome = serializers.ChoiceField(Problem.Outcome.choices, allow_blank=True)
    cause_due_on = serializers.DateField(allow_null=True)
    solution_due_on = serializers.DateField(allow_null=True)
    analysis_rounds = serializers.IntegerField(allow_null=True)
    root_cause = serializers.CharField(allow_blank=True, allow_null=True)
    rc_method = serializers.CharField(allow_blank=True, allow_null=True)
    rc_evidence = serializers.CharField(allow_blank=True, allow_null=True)
    causal_component = serializers.CharField(allow_blank=True, allow_null=True)
    workaround = serializers.CharField(allow_blank=True, allow_null=True)
    workaround_applies = serializers.CharField(allow_blank=True, allow_null=True)
    workaround_risk = serializers.CharField(allow_blank=True, allow_null=True)
    workaround_tested_by = PersonName(allow_null=True)
    solution = serializers.CharField(allow_blank=True, allow_null=True)
    solution_value = serializers.CharField(allow_blank=True, allow_null=True)
    change_needed = serializers.CharField(allow_blank=True, allow_null=True)
    risk_owner = PersonName(allow_null=True)
    review_on = serializers.DateField(allow_null=True)
    observed_until = serializers.DateTimeField(allow_null=True)
    effectiveness_note = serializers.CharField(allow_blank=True, allow_null=True)


class RegisterBody(Strict):
    """A problem that no incident brought."""

    title = Text(max_length=160)
    description = Text(required=False, allow_blank=True, max_length=20_000)
    origin = serializers.ChoiceField(BY_HAND_CHOICES)
    service = Text(help_text="Code of a live service.")
    category = Text(required=False, help_text="Code of a category.")
    configuration_item = Text(required=False, help_text="Number of the item that is suspected.")


class RaiseProblemBody(Strict):
    """The problem behind an incident; words that are left out are those of the incident."""

    title = Text(required=False, max_length=160)
    description = Text(required=False, allow_blank=True, max_length=20_000)
    origin = serializers.ChoiceField(BY_HAND_CHOICES)


class UseBody(Strict):
    """The incident on which a known error helped."""

    incident = Text(max_length=32, help_text="Number of the incident.")


class KnownErrorShape(serializers.Serializer[Any]):
    """A known error with everything that its page shows."""

    number = serializers.CharField()
    title = serializers.CharField()
    state = StateShape()
    phase = serializers.ChoiceField(PHASES)
    version = serializers.IntegerField()
    problem = serializers.CharField(help_text="Number of the problem that it came of.")
    service = Named(allow_null=True)
    category = Named(allow_null=True)
    component = serializers.CharField(allow_blank=True)
    symptoms = serializers.CharField(allow_blank=True)
    cause = serializers.CharField(allow_blank=True)
    workaround = serializers.CharField(allow_blank=True, help_text="Empty: none is known.")
    workaround_risk = serializers.CharField(allow_blank=True)
    fixed_in = serializers.CharField(allow_blank=True)
    review_on = serializers.DateField(allow_null=True)
    use_count = serializers.IntegerField()
    last_used_at = serializers.DateTimeField(allow_null=True)
    published_at = serializers.DateTimeField(allow_null=True)
    changed_at = serializers.DateTimeField()
