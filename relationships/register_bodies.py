"""What is written into the registers over REST."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from itsm.api.serializers import Strict, Text
from relationships.models import CustomerContact
from relationships.supplier_guards import CONTENTS
from relationships.suppliers import LONGEST_TITLE, MARKS

LONGEST = 20_000


def _free(most: int = LONGEST, **more: Any) -> Any:
    return Text(required=False, allow_blank=True, max_length=most, **more)


def _day() -> Any:
    return serializers.DateField(required=False, allow_null=True)


class SupplierBody(Strict):
    """A supplier of the register."""

    code = Text(max_length=40, required=False, help_text="Of its organisation; it stays as it is.")
    name_zh = Text(max_length=120, required=False)
    name_en = _free(120)
    tax_id = _free(16)
    owner = _free(150, help_text="User name of who answers for it here.")
    tier = serializers.ChoiceField([("lead", "lead"), ("sub", "sub")], required=False)
    lead_supplier = _free(40, help_text="Code of the lead supplier of a subcontracted one.")
    criticality = serializers.IntegerField(min_value=1, max_value=3, required=False)
    next_evaluation_on = _day()
    note = _free()


class CustomerBody(Strict):
    """A customer of the register."""

    organisation = Text(max_length=40, required=False, help_text="Code of its organisation; it stays as it is.")
    account_owner = _free(150, help_text="User name.")
    services = serializers.ListField(child=Text(max_length=40), required=False, max_length=200, help_text="Codes.")
    needs = _free()
    next_review_on = _day()


class ContactBody(Strict):
    """Whom to ask at a supplier."""

    name = Text(max_length=80)
    role = _free(80)
    phone = _free(40)
    email = serializers.EmailField(required=False, allow_blank=True)


class CustomerContactBody(ContactBody):
    """Who speaks for a customer."""

    kind = serializers.ChoiceField(CustomerContact.Kind.choices, required=False)


class EvaluationBase(Strict):
    """How a supplier did: marks from 1 to 5, and what was found."""

    held_on = serializers.DateField()
    minutes = Text(max_length=10_000)
    next_on = _day()


EvaluationBody: Any = type(
    "EvaluationBody", (EvaluationBase,),
    {**{name: serializers.IntegerField(min_value=1, max_value=5) for name in MARKS}, "__doc__": EvaluationBase.__doc__},
)  # fmt: skip


class ContractTargetBody(Strict):
    """Within how many minutes a case is answered."""

    priority = serializers.IntegerField(
        min_value=1, max_value=5, required=False, allow_null=True, help_text="None: any."
    )
    minutes = serializers.IntegerField(min_value=1, max_value=525_600)


class ContractBase(Strict):
    """A contract."""

    supplier = Text(max_length=40, required=False, help_text="Code of the supplier; it stays as it is.")
    title = Text(max_length=LONGEST_TITLE, required=False)
    services = serializers.ListField(child=Text(max_length=40), required=False, max_length=200, help_text="Codes.")
    starts_on, ends_on, review_on = _day(), _day(), _day()
    notice_days = serializers.IntegerField(min_value=0, max_value=3650, required=False)
    hours = _free(40, help_text="Code of the calendar.")
    value = serializers.IntegerField(min_value=0, required=False, allow_null=True)
    penalty_rule, milestones = _free(), _free()
    targets = ContractTargetBody(many=True, required=False)


ContractBody: Any = type(
    "ContractBody", (ContractBase,), {**{name: _free() for name in CONTENTS}, "__doc__": "A contract with its eleven contents."}
)  # fmt: skip


class DisputeBody(Strict):
    """A disagreement with a supplier."""

    title = Text(max_length=LONGEST_TITLE)
    claim = Text(max_length=10_000)
    supplier = Text(max_length=40, required=False, help_text="Code; needed without a contract.")
    contract = Text(max_length=32, required=False, help_text="Number.")


class ReviewBody(Strict):
    """A service review to come."""

    customer = Text(max_length=40, help_text="Code of the customer's organisation.")
    title = Text(max_length=LONGEST_TITLE)
    planned_on = serializers.DateField()
    period_start = serializers.DateField()
    period_end = serializers.DateField()


class ActionBody(Strict):
    """An action that was agreed in a service review."""

    text = Text(max_length=500)
    owner = Text(max_length=150, help_text="User name.")
    due_on = serializers.DateField()
