"""The shapes and bodies of changes, their steps and standard changes, as the OpenAPI document shows them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from changes.asks import KINDS, QUESTIONS, TRIGGERS
from changes.models import Change, Step
from itsm.api.serializers import Instant, Named, PersonName, Strict, Text, YesNo
from itsm.tickets.api.shapes import CaseShape, EditBody, WholeCaseShape

LONGEST = 50_000
POINTS = (1, 3, 5)
REASONS = [(choice.value, choice.label.en) for choice in KINDS]


class ChangeShape(CaseShape):
    """A change in a list."""

    change_class = serializers.ChoiceField(Change.ChangeClass.choices, allow_blank=True)
    outcome = serializers.ChoiceField(Change.Outcome.choices, allow_blank=True)
    window_start = serializers.DateTimeField(allow_null=True)
    window_end = serializers.DateTimeField(allow_null=True)
    risk_score = serializers.IntegerField(allow_null=True, help_text="Calculated from the six answers: 6 to 30.")
    agreed_risk = serializers.IntegerField(allow_null=True, help_text="Agreed by those who assessed it: 6 to 30.")
    is_unauthorised = serializers.BooleanField()
    break_glass = serializers.BooleanField(help_text="Authorised by one person alone.")
    implementer = PersonName(allow_null=True)


class WholeChangeShape(WholeCaseShape, ChangeShape):
    """A change with everything that its page shows; requesters who work no cases read only what stands in a list."""

    class_basis = serializers.ListField(child=serializers.CharField(), help_text="Rules that made the class.")
    service_change_reason = serializers.CharField(allow_blank=True)
    risk_answers = serializers.DictField(child=serializers.IntegerField())
    reason_kind = serializers.CharField(allow_blank=True)
    justification = serializers.CharField(allow_blank=True)
    benefit = serializers.CharField(allow_blank=True)
    impact_text = serializers.CharField(allow_blank=True)
    no_ci_reason = serializers.CharField(allow_blank=True)
    found_how = serializers.CharField(allow_blank=True, help_text="How an unauthorised change was found.")
    cost_estimate = serializers.IntegerField(allow_null=True)
    expected_downtime_min = serializers.IntegerField(allow_null=True)
    plan = serializers.CharField(allow_blank=True)
    test_plan = serializers.CharField(allow_blank=True)
    test_result = serializers.CharField(allow_blank=True)
    backout_plan = serializers.CharField(allow_blank=True)
    backout_tested = serializers.BooleanField()
    communication_plan = serializers.CharField(allow_blank=True)
    conditions = serializers.CharField(allow_blank=True)
    requires_release = serializers.BooleanField()
    needs_transition = serializers.BooleanField()
    template = serializers.CharField(allow_null=True, help_text="Code of the standard change.")
    authoriser = PersonName(allow_null=True)
    authorised_at = serializers.DateTimeField(allow_null=True)
    actual_start = serializers.DateTimeField(allow_null=True)
    actual_end = serializers.DateTimeField(allow_null=True)
    forms_due_at = serializers.DateTimeField(allow_null=True, help_text="When the forms of an emergency are owed.")
    closer = PersonName(allow_null=True)
    lessons = serializers.CharField(allow_blank=True)


class RfcBody(EditBody):
    """The words of a request for change; what is left out stays as it is."""

    reason_kind = serializers.ChoiceField(REASONS, required=False)
    justification = Text(required=False, allow_blank=True, max_length=LONGEST)
    benefit = Text(required=False, allow_blank=True, max_length=LONGEST)
    service_change_reason = Text(required=False, allow_blank=True, max_length=LONGEST)
    impact_text = Text(required=False, allow_blank=True, max_length=LONGEST)
    no_ci_reason = Text(required=False, allow_blank=True, max_length=LONGEST)
    cost_estimate = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=2_147_483_647)
    expected_downtime_min = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=100_000)
    plan = Text(required=False, allow_blank=True, max_length=LONGEST)
    test_plan = Text(required=False, allow_blank=True, max_length=LONGEST)
    test_result = Text(required=False, allow_blank=True, max_length=LONGEST)
    backout_plan = Text(required=False, allow_blank=True, max_length=LONGEST)
    backout_tested = YesNo(required=False)
    communication_plan = Text(required=False, allow_blank=True, max_length=LONGEST)
    requires_release = YesNo(required=False)
    window_start = serializers.DateTimeField(required=False, allow_null=True)
    window_end = serializers.DateTimeField(required=False, allow_null=True)
    implementer = Text(required=False, help_text="User name of somebody who works cases.")
    agreed_risk = serializers.IntegerField(required=False, allow_null=True, min_value=6, max_value=30)
    risk_answers = serializers.DictField(child=serializers.ChoiceField(POINTS), required=False)
    class_basis = serializers.ListField(child=serializers.ChoiceField(list(TRIGGERS)), required=False)

    def validate_risk_answers(self, value: dict[str, int]) -> dict[str, int]:
        """This will refuse answers to questions that are not asked."""
        if set(value) - set(QUESTIONS):
            raise serializers.ValidationError(f"The questions are {', '.join(QUESTIONS)}.")
        return value


class ChangeBody(RfcBody):
    """A new request for change, drafted; it may come of another case, whose words it has then, or be like an earlier change."""

    title = Text(required=False, max_length=160, help_text="Left out: that of the origin.")
    origin = Text(required=False, help_text="Number of the incident, problem or request that it comes of.")
    similar = Text(required=False, help_text="Number of the change that it is like.")


class UnauthorisedBody(Strict):
    """A change that somebody made without authorisation, as far as it is known."""

    title = Text(max_length=160, help_text="What was changed.")
    description = Text(max_length=LONGEST, allow_blank=True, help_text="What is different from before.")
    found_how = Text(max_length=LONGEST, allow_blank=True, help_text="How it was found.")
    service = Text(required=False, max_length=40, help_text="Code of a service.")
    implementer = Text(required=False, max_length=150, help_text="User name of who made it.")
    actual_start = Instant(required=False, help_text="When it was made.")


class StepShape(serializers.Serializer[Any]):
    """A step of the plan or of the way back."""

    id = serializers.IntegerField()
    path = serializers.ChoiceField(Step.Path.choices)
    place = serializers.IntegerField()
    kind = serializers.ChoiceField(Step.Kind.choices)
    title = serializers.CharField()
    detail = serializers.CharField(allow_blank=True)
    owner = PersonName(allow_null=True)
    planned_minutes = serializers.IntegerField()
    actual_minutes = serializers.IntegerField(allow_null=True)
    state = serializers.ChoiceField(Step.State.choices)
    started_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    done_by = PersonName(allow_null=True)
    note = serializers.CharField(allow_blank=True)


class StepBody(Strict):
    """One more step."""

    title = Text(max_length=200)
    path = serializers.ChoiceField(Step.Path.choices, required=False)
    kind = serializers.ChoiceField(Step.Kind.choices, required=False)
    detail = Text(required=False, allow_blank=True, max_length=LONGEST)
    minutes = serializers.IntegerField(required=False, min_value=0, max_value=10_000)


class ChangeExtensionBody(Strict):
    """A later end of the window."""

    until = serializers.DateTimeField()
    reason = Text(max_length=300)


class MarkBody(Strict):
    """What became of a step; ``done_at`` is when, where it is written down later."""

    state = serializers.ChoiceField([choice for choice in Step.State.choices if choice[0] != "open"])
    note = Text(required=False, allow_blank=True, max_length=LONGEST)
    done_at = serializers.DateTimeField(required=False)


class TemplateShape(serializers.Serializer[Any]):
    """A standard change with how often it was used and how that went."""

    code = serializers.CharField()
    name = serializers.CharField()
    state = serializers.ChoiceField(["proposed", "in_force", "suspended", "expired", "retired"])
    service = Named(allow_null=True)
    steps = serializers.CharField()
    test_plan = serializers.CharField(allow_blank=True)
    backout_plan = serializers.CharField()
    max_minutes = serializers.IntegerField()
    ci_classes = serializers.ListField(child=serializers.CharField())
    valid_until = serializers.DateField(allow_null=True)
    proposed_by = PersonName(allow_null=True)
    approved_by = PersonName(allow_null=True)
    uses = serializers.IntegerField()
    failures = serializers.IntegerField()
    suspended_reason = serializers.CharField(allow_blank=True)


class TemplateBody(Strict):
    """A standard change as it is proposed; ``proof`` names earlier changes of the kind that succeeded."""

    code = serializers.SlugField(max_length=40)
    name = Text(max_length=160)
    service = Text(required=False, help_text="Code of a live service.")
    steps = Text(max_length=LONGEST)
    test_plan = Text(required=False, allow_blank=True, max_length=LONGEST)
    backout_plan = Text(max_length=LONGEST)
    max_minutes = serializers.IntegerField(min_value=1, max_value=100_000)
    ci_classes = serializers.ListField(child=Text(max_length=60), required=False)
    proof = serializers.ListField(child=Text(max_length=32), required=False)


class ApprovalBody(Strict):
    """Until when a standard change is in force, and what its review found."""

    valid_until = serializers.DateField()
    note = Text(required=False, allow_blank=True, max_length=LONGEST)


class SuspensionBody(Strict):
    """Why a standard change is suspended."""

    reason = Text(allow_blank=True, max_length=LONGEST)
