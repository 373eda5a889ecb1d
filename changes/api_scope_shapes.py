"""The shapes and bodies of a change's items, and of the rules of classes, as the OpenAPI document shows them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from changes.rule_models import LONGEST_LEAD, ClassRule, LeadTime
from changes.sparing import LONGEST
from itsm.api.serializers import PersonName, Strict, Text, YesNo

STANDINGS = [("affected", "Affected"), ("not_affected", "Not affected"), ("unchanged", "Affected, its data unchanged")]


class ScopeItemShape(serializers.Serializer[Any]):
    """A configuration item of a change; ``is_answered`` says whether the close still waits for it."""

    number = serializers.CharField()
    title = serializers.CharField()
    standing = serializers.ChoiceField(STANDINGS[:2])
    reason = serializers.CharField(allow_blank=True, help_text="Why it is not affected.")
    by = PersonName(allow_null=True, help_text="Who said that it is not affected.")
    at = serializers.DateTimeField(allow_null=True)
    is_answered = serializers.BooleanField(
        help_text="Written since the work began, or said to be unchanged since it ended."
    )


class ScopeItemBody(Strict):
    """What is said of an item: not affected (with the reason), affected after all, or left unchanged by the work."""

    item = Text(max_length=32, help_text="Number of the configuration item.")
    standing = serializers.ChoiceField(STANDINGS)
    reason = Text(required=False, max_length=LONGEST, help_text="Needed for not_affected.")


class ClassRuleShape(serializers.Serializer[Any]):
    """A rule that finds the class of a change."""

    code = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = serializers.CharField(allow_blank=True)
    position = serializers.IntegerField(help_text="The first rule that holds decides; smaller numbers come first.")
    is_asked = serializers.BooleanField(help_text="It also holds where it is ticked in the form.")
    fact = serializers.ChoiceField(ClassRule.Fact.choices, allow_blank=True)
    operator = serializers.ChoiceField(ClassRule.Operator.choices)
    value = serializers.IntegerField()
    change_class = serializers.ChoiceField(ClassRule.Into.choices)
    may_be_overridden = serializers.BooleanField()
    is_active = serializers.BooleanField()


class PastRuleShape(ClassRuleShape):
    """A rule as it was from a moment on."""

    since = serializers.DateTimeField()


class WholeClassRuleShape(ClassRuleShape):
    """A rule with how it was before, the latest first."""

    history = PastRuleShape(many=True)


class ClassRuleEditBody(Strict):
    """What is altered of a rule; what is left out stays. Its code stays, as decisions name it."""

    name_zh = Text(required=False, max_length=120)
    name_en = Text(required=False, allow_blank=True, max_length=120)
    position = serializers.IntegerField(required=False, min_value=1, max_value=30_000)
    fact = serializers.ChoiceField(ClassRule.Fact.choices, required=False, allow_blank=True)
    operator = serializers.ChoiceField(ClassRule.Operator.choices, required=False)
    value = serializers.IntegerField(required=False, min_value=0, max_value=2_147_483_647)
    change_class = serializers.ChoiceField(ClassRule.Into.choices, required=False)
    may_be_overridden = YesNo(required=False)
    is_active = YesNo(required=False)


class ClassRuleBody(ClassRuleEditBody):
    """A new rule."""

    code = serializers.SlugField(max_length=40)
    name_zh = Text(max_length=120)
    fact = serializers.ChoiceField([choice for choice in ClassRule.Fact.choices if choice[0]])


class LeadTimeShape(serializers.Serializer[Any]):
    """The business days between the request for a change of a class and its window."""

    change_class = serializers.ChoiceField(LeadTime.Of.choices)
    days = serializers.IntegerField()


class LeadTimeBody(Strict):
    """A lead time."""

    days = serializers.IntegerField(min_value=0, max_value=LONGEST_LEAD)
