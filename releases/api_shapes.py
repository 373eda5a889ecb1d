"""The shapes of releases and deployments, as the OpenAPI document shows them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from itsm.api.serializers import PersonName, Strict, Text
from itsm.flow.table import PHASES
from itsm.tickets.api.shapes import CaseShape, StateShape, WholeCaseShape
from releases.models import Criterion, Environment, Release


class ReleaseShape(CaseShape):
    """A release in a list."""

    release_type = serializers.ChoiceField(Release.Type.choices, allow_blank=True)
    label = serializers.CharField(allow_blank=True)  # type: ignore[assignment]  # the name in JSON
    planned_at = serializers.DateTimeField(allow_null=True)
    planned_end = serializers.DateTimeField(allow_null=True)
    outcome = serializers.ChoiceField(Release.Outcome.choices, allow_blank=True)


class ContentShape(serializers.Serializer[Any]):
    """One thing that the release holds."""

    id = serializers.IntegerField()
    item = serializers.CharField(allow_null=True, help_text="Number of the configuration item.")
    name = serializers.CharField()
    old_version = serializers.CharField(allow_blank=True)
    new_version = serializers.CharField(allow_blank=True)
    storage_ref = serializers.CharField(allow_blank=True)
    checksum = serializers.CharField(allow_blank=True)


class ReleaseCriterionShape(serializers.Serializer[Any]):
    """One acceptance criterion."""

    id = serializers.IntegerField()
    text = serializers.CharField()
    result = serializers.ChoiceField(Criterion.Result.choices)
    evidence = serializers.CharField(allow_blank=True)
    signed_by = PersonName(allow_null=True)
    signed_at = serializers.DateTimeField(allow_null=True)


class GateShape(serializers.Serializer[Any]):
    """One thing that must be there before the release may go."""

    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # the name in JSON
    open = serializers.BooleanField()


class WholeReleaseShape(WholeCaseShape):
    """A release with everything that its page shows."""

    release_type = serializers.ChoiceField(Release.Type.choices, allow_blank=True)
    label = serializers.CharField(allow_blank=True)  # type: ignore[assignment]  # the name in JSON
    method = serializers.ChoiceField(Release.Method.choices, allow_blank=True)
    targets = serializers.CharField(allow_blank=True)
    planned_at = serializers.DateTimeField(allow_null=True)
    planned_end = serializers.DateTimeField(allow_null=True)
    deliverables = serializers.CharField(allow_blank=True)
    fixes = serializers.CharField(allow_blank=True)
    test_environment = serializers.CharField(allow_blank=True)
    acceptance_record = serializers.CharField(allow_blank=True)
    rollback_plan = serializers.CharField(allow_blank=True)
    rollback_tested = serializers.BooleanField()
    only_configuration = serializers.BooleanField()
    early_life_days = serializers.IntegerField()
    early_life_until = serializers.DateTimeField(allow_null=True)
    implementer = PersonName(allow_null=True)
    approver = PersonName(allow_null=True)
    approved_at = serializers.DateTimeField(allow_null=True)
    actual_start = serializers.DateTimeField(allow_null=True)
    actual_end = serializers.DateTimeField(allow_null=True)
    outcome = serializers.ChoiceField(Release.Outcome.choices, allow_blank=True)
    customer_effect = serializers.CharField(allow_blank=True)
    lessons = serializers.CharField(allow_blank=True)
    changes = serializers.ListField(
        child=serializers.CharField(), help_text="Numbers of the changes that it carries out."
    )
    contents = ContentShape(many=True)
    criteria = ReleaseCriterionShape(many=True)
    deployments = serializers.ListField(child=serializers.CharField(), help_text="Numbers of the deployments, by wave.")
    gates = GateShape(many=True)
    incidents_after = serializers.IntegerField(help_text="Incidents that it caused inside its early life.")


class DeploymentShape(serializers.Serializer[Any]):
    """The deployment to one target."""

    number = serializers.CharField()
    title = serializers.CharField()
    state = StateShape()
    phase = serializers.ChoiceField(PHASES)
    version = serializers.IntegerField()
    release = serializers.CharField(help_text="Number of the release.")
    environment = serializers.ChoiceField(Environment.choices)
    target = serializers.CharField(allow_null=True, help_text="Number of the configuration item.")
    target_name = serializers.CharField()
    wave = serializers.IntegerField()
    planned_start = serializers.DateTimeField(allow_null=True)
    planned_end = serializers.DateTimeField(allow_null=True)
    actual_start = serializers.DateTimeField(allow_null=True)
    actual_end = serializers.DateTimeField(allow_null=True)
    implementer = PersonName(allow_null=True)
    old_version = serializers.CharField(allow_blank=True)
    new_version = serializers.CharField(allow_blank=True)
    evidence = serializers.CharField(allow_blank=True)
    error = serializers.CharField(allow_blank=True)
    downtime_minutes = serializers.IntegerField(allow_null=True)
    tries = serializers.IntegerField()
    changed_at = serializers.DateTimeField()


# ---- bodies ---------------------------------------------------------------------------------
class DraftBody(Strict):
    """A new release."""

    title = Text(max_length=160)
    description = Text(max_length=50_000, required=False, allow_blank=True)
    changes = serializers.ListField(child=Text(max_length=32), max_length=50, help_text="Numbers of open changes.")


class ContentBody(Strict):
    """A line of the contents."""

    name = Text(max_length=160)
    old = Text(max_length=60, required=False, allow_blank=True)
    new = Text(max_length=60, required=False, allow_blank=True)
    storage_ref = Text(max_length=200, required=False, allow_blank=True)
    checksum = Text(max_length=128, required=False, allow_blank=True)


class CriterionBody(Strict):
    """An acceptance criterion."""

    text = Text(max_length=300)


class SignBody(Strict):
    """What came of the test of a criterion."""

    result = serializers.ChoiceField([("passed", "passed"), ("failed", "failed")])
    evidence = Text(max_length=300)


class NoBody(Strict):
    """Nothing is asked."""


class ReleaseExtensionBody(Strict):
    """A later end of the window."""

    until = serializers.DateTimeField()
    reason = Text(max_length=300)


class TargetBody(Strict):
    """One more target of the deployment."""

    environment = serializers.ChoiceField(Environment.choices)
    target = Text(max_length=160)
    wave = serializers.IntegerField(min_value=1, max_value=99)
    start = serializers.DateTimeField(required=False, allow_null=True)
    end = serializers.DateTimeField(required=False, allow_null=True)
