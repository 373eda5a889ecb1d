"""What is written of a request item over REST, and how one is laid out for who builds it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from catalogue.items.fields import CHECKS, KINDS, LONGEST
from catalogue.items.plans import MOST_STEPS
from catalogue.models import RequestItem
from itsm.api.serializers import Strict, Text, YesNo

HOURS_9999 = 9999 * 3600
NUMBERS = ("target_seconds", "sort", "approval_needed")


def _line(most: int = 160) -> Any:
    return Text(required=False, allow_blank=True, max_length=most)


class ValueBody(Strict):
    """A value that may be chosen."""

    value = Text(max_length=80)
    zh = Text(max_length=160)
    en = _line()


class ConditionBody(Strict):
    """With which values of a choice above it the field is asked."""

    field = Text(max_length=30)
    values = serializers.ListField(child=Text(max_length=80), min_length=1, max_length=60)


class FieldBody(Strict):
    """A field of the form."""

    code = Text(max_length=30)
    kind = serializers.ChoiceField(sorted(KINDS))
    required = YesNo(required=False)  # type: ignore[assignment]  # a field of the body, no attribute of the serializer
    label_zh, label_en, help_zh, help_en = Text(max_length=160), _line(), _line(300), _line(300)
    choices = ValueBody(many=True, required=False)
    check = serializers.ChoiceField(sorted(CHECKS), required=False, allow_blank=True)
    longest = serializers.IntegerField(min_value=1, max_value=LONGEST, required=False)
    ahead_days = serializers.IntegerField(min_value=0, max_value=365, required=False, allow_null=True)
    only_when = ConditionBody(required=False, allow_null=True)


class TaskBody(Strict):
    """A task of the plan."""

    zh = Text(max_length=160)
    en = _line()
    step = serializers.IntegerField(min_value=1, max_value=MOST_STEPS, required=False)
    target_seconds = serializers.IntegerField(min_value=1, max_value=HOURS_9999, required=False, allow_null=True)
    mandatory = YesNo(required=False)


class ItemBody(Strict):
    """What is changed of an item; what is left out stays."""

    name_zh, name_en = Text(required=False, max_length=120), _line(120)
    description_zh, description_en = _line(8000), _line(8000)
    target_seconds = serializers.IntegerField(min_value=0, max_value=HOURS_9999, required=False)
    is_active = YesNo(required=False, help_text="Whether it is on offer.")
    sort = serializers.IntegerField(min_value=0, max_value=9999, required=False)
    keywords = _line(200)
    audiences = serializers.ListField(
        child=Text(max_length=40), required=False, max_length=200, help_text="Codes of units."
    )
    approval = serializers.ChoiceField(RequestItem.Approval.choices, required=False)
    approval_rule = serializers.ChoiceField(RequestItem.Rule.choices, required=False)
    approval_needed = serializers.IntegerField(min_value=1, max_value=50, required=False)
    approval_lead, approval_owner = YesNo(required=False), YesNo(required=False)
    approvers = serializers.ListField(
        child=Text(max_length=150), required=False, max_length=50, help_text="User names."
    )
    opens_change = YesNo(required=False)
    change_template = _line(40)
    form = FieldBody(many=True, required=False)
    tasks = TaskBody(many=True, required=False)


class BeginBody(Strict):
    """How an item begins."""

    service = Text(max_length=40, help_text="Code of its service.")
    code = Text(max_length=40)
    name_zh = Text(max_length=120)
    name_en = _line(120)
    like = Text(required=False, max_length=40, help_text="Code of the item whose form, approval and plan are copied.")


class BuiltItemShape(serializers.Serializer[Any]):
    """An item as it is built."""

    code = serializers.CharField()
    service = serializers.CharField(help_text="Code of its service.")
    name_zh = serializers.CharField()
    name_en = serializers.CharField(allow_blank=True)
    description_zh = serializers.CharField(allow_blank=True)
    description_en = serializers.CharField(allow_blank=True)
    target_seconds = serializers.IntegerField()
    is_active = serializers.BooleanField()
    sort = serializers.IntegerField()
    keywords = serializers.CharField(allow_blank=True)
    audiences = serializers.ListField(child=serializers.CharField())
    approval = serializers.ChoiceField(RequestItem.Approval.choices)
    approval_rule = serializers.ChoiceField(RequestItem.Rule.choices)
    approval_needed = serializers.IntegerField()
    approval_lead = serializers.BooleanField()
    approval_owner = serializers.BooleanField()
    approvers = serializers.ListField(child=serializers.CharField())
    opens_change = serializers.BooleanField()
    change_template = serializers.CharField(allow_blank=True)
    form = FieldBody(many=True)
    tasks = TaskBody(many=True)


PLAIN = (
    "code", "name_zh", "name_en", "description_zh", "description_en", "target_seconds", "is_active", "sort", "keywords", "approval",
    "approval_rule", "approval_needed", "approval_lead", "approval_owner", "opens_change", "change_template",
)  # fmt: skip


def built(row: RequestItem) -> dict[str, Any]:
    """Lay an item out with its form and plan in both languages."""
    made = {name: getattr(row, name) for name in PLAIN} | {"service": row.service.code}
    made["audiences"] = sorted(row.audiences.values_list("code", flat=True))
    made["approvers"] = sorted(row.approvers.values_list("username", flat=True))
    made["form"] = [_shown(field) for field in row.form]
    made["tasks"] = [
        {"zh": task.title_zh, "en": task.title_en, "step": task.step, "target_seconds": task.target_seconds, "mandatory": task.mandatory}
        for task in row.plan
    ]  # fmt: skip
    return made


def _shown(field: Mapping[str, Any]) -> dict[str, Any]:
    made = {name: value for name, value in field.items() if name != "when"}
    when = field.get("when")
    return made | {"only_when": {"field": when["field"], "values": list(when["is"])} if when else None}


def stored(field: Mapping[str, Any]) -> dict[str, Any]:
    """Turn a field of a body into what is kept of the form."""
    kept = {name: value for name, value in field.items() if name != "only_when" and value is not None}
    when = field.get("only_when")
    return kept | ({"when": {"field": when["field"], "is": list(when["values"])}} if when else {})
