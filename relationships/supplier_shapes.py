"""The shapes of suppliers, contracts and what hangs on them, as the OpenAPI document shows them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from itsm.api.serializers import Named, PersonName, Strict, Text
from itsm.flow.table import PHASES
from itsm.tickets.api.shapes import CaseShape, StateShape, WholeCaseShape
from relationships.models import CustomerContact
from relationships.survey_models import ImprovementAction


class SupplierShape(serializers.Serializer[Any]):
    """A supplier of the register."""

    organisation = Named()
    tier = serializers.ChoiceField([("lead", "lead"), ("sub", "sub")])
    lead_supplier = Named(allow_null=True)
    criticality = serializers.IntegerField(min_value=1, max_value=3)
    owner = PersonName(allow_null=True)
    tax_id = serializers.CharField(allow_blank=True)
    next_evaluation_on = serializers.DateField(allow_null=True)


class CustomerShape(serializers.Serializer[Any]):
    """A customer of the register."""

    organisation = Named()
    account_owner = PersonName(allow_null=True)
    needs = serializers.CharField(allow_blank=True)
    next_review_on = serializers.DateField(allow_null=True)


class ContactShape(serializers.Serializer[Any]):
    """Whom to ask."""

    name = serializers.CharField()
    role = serializers.CharField(allow_blank=True)
    phone = serializers.CharField(allow_blank=True)
    email = serializers.CharField(allow_blank=True)


class CustomerContactShape(ContactShape):
    """Who speaks for a customer."""

    kind = serializers.ChoiceField(CustomerContact.Kind.choices)


class ScoreShape(serializers.Serializer[Any]):
    """How the cases of a supplier went."""

    cases = serializers.IntegerField()
    met = serializers.IntegerField()
    missed = serializers.IntegerField()
    lifted = serializers.IntegerField(help_text="Misses that were lifted: they count neither as met nor as missed.")
    held_seconds = serializers.IntegerField()


class EvaluationShape(serializers.Serializer[Any]):
    """How a supplier did in the eyes of its keepers."""

    held_on = serializers.DateField()
    by = PersonName(allow_null=True)
    quality = serializers.IntegerField()
    timeliness = serializers.IntegerField()
    cooperation = serializers.IntegerField()
    price = serializers.IntegerField()
    score = serializers.FloatField()
    minutes = serializers.CharField()


class WholeSupplierShape(SupplierShape):
    """A supplier with contacts, score and evaluations."""

    note = serializers.CharField(allow_blank=True)
    contacts = ContactShape(many=True)
    score = ScoreShape()
    evaluations = EvaluationShape(many=True, help_text="Empty for who reads no contracts.")


class WholeCustomerShape(CustomerShape):
    """A customer with its services and who speaks for it."""

    services = Named(many=True)
    contacts = CustomerContactShape(many=True)


class TargetShape(serializers.Serializer[Any]):
    """Within how many minutes a case is answered."""

    priority = serializers.IntegerField(allow_null=True, help_text="Null: any.")
    minutes = serializers.IntegerField()


class SupplierCaseShape(CaseShape):
    """A supplier case in a list."""

    supplier = Named(allow_null=True)
    contract = serializers.CharField(allow_null=True, help_text="Number of the contract.")
    reference = serializers.CharField(allow_blank=True)
    sent_at = serializers.DateTimeField(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)
    outcome = serializers.CharField(allow_blank=True)


class WholeSupplierCaseShape(WholeCaseShape):
    """A supplier case with everything that its page shows."""

    supplier = Named(allow_null=True)
    contract = serializers.CharField(allow_null=True, help_text="Number of the contract.")
    reference = serializers.CharField(allow_blank=True)
    sent_at = serializers.DateTimeField(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)
    outcome = serializers.CharField(allow_blank=True)
    contact = serializers.CharField(allow_blank=True)
    question = serializers.CharField(allow_blank=True)


class OpenBody(Strict):
    """What to ask a supplier about."""

    case = Text(help_text="Number of the case that waits.")
    title = Text(required=False, max_length=160)
    question = Text(required=False, allow_blank=True, max_length=20_000)


class PlainShape(serializers.Serializer[Any]):
    """What every record that is no case has."""

    number = serializers.CharField()
    title = serializers.CharField()
    state = StateShape()
    phase = serializers.ChoiceField(PHASES)
    version = serializers.IntegerField()
    changed_at = serializers.DateTimeField()


class ContractShape(PlainShape):
    """A contract with its contents."""

    supplier = Named()
    owner = PersonName(allow_null=True)
    scope = serializers.CharField(allow_blank=True)
    dependencies = serializers.CharField(allow_blank=True)
    requirements = serializers.CharField(allow_blank=True)
    targets_text = serializers.CharField(allow_blank=True)
    interfaces = serializers.CharField(allow_blank=True)
    workload = serializers.CharField(allow_blank=True)
    exceptions = serializers.CharField(allow_blank=True)
    authorities = serializers.CharField(allow_blank=True)
    reporting = serializers.CharField(allow_blank=True)
    charges = serializers.CharField(allow_blank=True)
    ending = serializers.CharField(allow_blank=True)
    starts_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True)
    notice_days = serializers.IntegerField()
    review_on = serializers.DateField(allow_null=True)
    value = serializers.IntegerField(allow_null=True)
    penalty_rule = serializers.CharField(allow_blank=True)
    milestones = serializers.CharField(allow_blank=True)
    hours = Named(allow_null=True, help_text="Its calendar.")
    services = Named(many=True)
    targets = TargetShape(many=True)


class ActionShape(serializers.Serializer[Any]):
    """An action that was agreed."""

    text = serializers.CharField()
    owner = PersonName()
    due_on = serializers.DateField()
    state = serializers.ChoiceField(ImprovementAction.State.choices)
    done_at = serializers.DateTimeField(allow_null=True)
    evidence = serializers.CharField(allow_blank=True)
    result = serializers.CharField(allow_blank=True)


class DisputeShape(PlainShape):
    """A dispute with a supplier."""

    supplier = Named(allow_null=True)
    contract = serializers.CharField(allow_null=True, help_text="Number of the contract.")
    claim = serializers.CharField(allow_blank=True)
    result = serializers.CharField(allow_blank=True)
    favour = serializers.CharField(allow_blank=True)


class ReviewShape(PlainShape):
    """A service review with a customer."""

    customer = Named()
    planned_on = serializers.DateField()
    period_start = serializers.DateField()
    period_end = serializers.DateField()
    attendees = serializers.CharField(allow_blank=True)
    minutes = serializers.CharField(allow_blank=True)
    decisions = serializers.CharField(allow_blank=True)
    business_changes = serializers.CharField(allow_blank=True)
    new_requirements = serializers.CharField(allow_blank=True)
    held_at = serializers.DateTimeField(allow_null=True)
    signed_by = serializers.CharField(allow_blank=True)
    signed_at = serializers.DateTimeField(allow_null=True)
    actions = ActionShape(many=True)
