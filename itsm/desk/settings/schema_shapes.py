"""What classes of items, their attributes and kinds of relationships look like over REST, as administrators set them up.

Codes are judged by the forms of the pages, which say what is wrong. Those forms read rules and choices line by line, so
a part of them holds none of the marks that separate parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from configuration.models import AllowedPair, CiAttribute, CiClass, RelationType
from itsm.api.serializers import Strict, Text, YesNo
from itsm.desk.cmdb.api_shapes import PairShape

Shaped = serializers.Serializer[Any]
CODE, NAME = 40, 120
OF_CLASS = ("code", "name_zh", "name_en", "control", "layer", "identity", "stale_days", "audit_every_days", "is_active")
OF_ATTRIBUTE = ("code", "name_zh", "name_en", "kind", "choices", "mark", "is_sensitive", "sort", "is_active")
OF_KIND = ("code", "name_zh", "name_en", "inverse_zh", "inverse_en", "impact", "is_acyclic", "is_active")
RULES = "Sets of fields that together tell two items apart, the most trusted first."
LAYERS = "1 services, at the top of drawings, to 9 places, at the bottom."


def one_of(choices: Iterable[Any]) -> str:
    """Say what may be written."""
    return f"One of {', '.join(str(one) for one in choices)}."


class Part(Text):
    """A part of a rule or a choice: in one line, without the marks between parts."""

    marks = ""

    def to_internal_value(self, data: Any) -> str:
        """This will refuse what the pages would read as two parts.

        :raises ValidationError: with the sentence
        """
        text = super().to_internal_value(data)
        if len(text.splitlines()) > 1 or set(text) & set(self.marks):
            shown = " ".join(self.marks)
            raise serializers.ValidationError(_("Write it in one line and without %(marks)s.") % {"marks": shown})
        return text


class RulePart(Part):
    """A field of an identification rule."""

    marks = ",、"


class ChoicePart(Part):
    """A value or a word of a choice."""

    marks = "|｜"


class Rule(serializers.ListField):
    """One identification rule."""

    child = RulePart(max_length=60)


class ChoiceOfferedShape(Shaped):
    """A value that is offered, with its words."""

    value = serializers.CharField()
    zh = serializers.CharField()
    en = serializers.CharField(allow_blank=True)


class ChoiceOfferedBody(Strict):
    """A value to be offered; without words it is shown as it is."""

    value = ChoicePart(max_length=80)
    zh = ChoicePart(required=False, max_length=NAME)
    en = ChoicePart(required=False, max_length=NAME, allow_blank=True)


class OwnAttributeShape(Shaped):
    """An attribute that a class has of its own."""

    code = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = serializers.CharField(allow_blank=True)
    kind = serializers.ChoiceField(CiAttribute.Kind.choices)
    choices = ChoiceOfferedShape(many=True)
    mark = serializers.ChoiceField(CiAttribute.Mark.choices)
    is_sensitive = serializers.BooleanField()
    sort = serializers.IntegerField()
    is_active = serializers.BooleanField()


class ClassSetupShape(Shaped):
    """A class as it is set up, with its own attributes; inherited ones stand with the class above."""

    code = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = serializers.CharField(allow_blank=True)
    parent = serializers.CharField(allow_null=True, help_text="Code of the class above.")  # type: ignore[assignment]  # a field of the body
    control = serializers.ChoiceField(CiClass.Control.choices)
    layer = serializers.IntegerField(help_text=LAYERS)
    identity = serializers.ListField(child=serializers.ListField(child=serializers.CharField()), help_text=RULES)
    stale_days = serializers.IntegerField()
    audit_every_days = serializers.IntegerField(allow_null=True)
    is_active = serializers.BooleanField()
    attributes = OwnAttributeShape(many=True)


class KindSetupShape(Shaped):
    """A kind of relationship as it is set up, with the pairs that it may join."""

    code = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = serializers.CharField(allow_blank=True)
    inverse_zh = serializers.CharField()
    inverse_en = serializers.CharField(allow_blank=True)
    impact = serializers.ChoiceField(RelationType.Impact.choices)
    is_acyclic = serializers.BooleanField()
    is_active = serializers.BooleanField()
    pairs = PairShape(many=True)


class ClassEditBody(Strict):
    """What is other about a class; its code stays."""

    name_zh = Text(required=False, max_length=NAME)
    name_en = Text(required=False, max_length=NAME, allow_blank=True)
    parent = Text(required=False, max_length=CODE, allow_null=True, help_text="Code of the class above.")  # type: ignore[assignment]  # a field of the body
    control = Text(required=False, max_length=CODE, help_text=one_of(CiClass.Control.values))
    layer = serializers.IntegerField(required=False, help_text=LAYERS)
    identity = serializers.ListField(required=False, child=Rule(max_length=10), max_length=20, help_text=RULES)
    stale_days = serializers.IntegerField(required=False)
    audit_every_days = serializers.IntegerField(required=False, allow_null=True)
    is_active = YesNo(required=False, help_text="False: no new items of it.")


class ClassBody(ClassEditBody):
    """A new class."""

    code = serializers.SlugField(max_length=CODE)
    name_zh = Text(max_length=NAME)


class AttributeEditBody(Strict):
    """What is other about an attribute; its code and type stay."""

    name_zh = Text(required=False, max_length=NAME)
    name_en = Text(required=False, max_length=NAME, allow_blank=True)
    choices = serializers.ListField(child=ChoiceOfferedBody(), required=False, max_length=200)
    mark = Text(required=False, max_length=CODE, help_text=one_of(CiAttribute.Mark.values))
    is_sensitive = YesNo(required=False, help_text="Only some roles read its values.")
    sort = serializers.IntegerField(required=False)
    is_active = YesNo(required=False, help_text="False: no longer asked for; what items have of it stays.")


class AttributeBody(AttributeEditBody):
    """A new attribute."""

    code = serializers.SlugField(max_length=CODE)
    name_zh = Text(max_length=NAME)
    kind = Text(required=False, max_length=CODE, help_text=one_of(CiAttribute.Kind.values))


class KindEditBody(Strict):
    """What is other about a kind of relationship; its code stays."""

    name_zh = Text(required=False, max_length=NAME)
    name_en = Text(required=False, max_length=NAME, allow_blank=True)
    inverse_zh = Text(required=False, max_length=NAME, help_text="How it reads from the target.")
    inverse_en = Text(required=False, max_length=NAME, allow_blank=True)
    impact = Text(
        required=False, max_length=CODE,
        help_text=f"Where a failure goes on; stays once it is used. {one_of(RelationType.Impact.values)}",
    )  # fmt: skip
    is_acyclic = YesNo(required=False)
    is_active = YesNo(required=False)


class KindBody(KindEditBody):
    """A new kind of relationship."""

    code = serializers.SlugField(max_length=CODE)
    name_zh = Text(max_length=NAME)
    inverse_zh = Text(max_length=NAME, help_text="How it reads from the target.")


class PairBody(Strict):
    """Two classes that a kind may join, by their codes."""

    source = Text(max_length=CODE)  # type: ignore[assignment]  # a field of the body
    target = Text(max_length=CODE)


def as_lines(rules: Iterable[Iterable[str]]) -> str:
    """Write identification rules as the form of the page reads them."""
    return "\n".join(", ".join(rule) for rule in rules)


def as_choices(offered: Iterable[Mapping[str, str]]) -> str:
    """Write choices as the form of the page reads them."""
    return "\n".join(_line(one) for one in offered)


def _line(one: Mapping[str, str]) -> str:
    parts = [one["value"], one.get("zh", one["value"])]
    return " | ".join([*parts, one["en"]] if "en" in one else parts)


def attribute(row: CiAttribute) -> dict[str, Any]:
    """Lay an attribute out."""
    offered = [{"value": one["value"], "zh": one.get("zh", ""), "en": one.get("en", "")} for one in row.choices]
    return {name: getattr(row, name) for name in OF_ATTRIBUTE} | {"choices": offered}


def ci_class(row: CiClass) -> dict[str, Any]:
    """Lay a class out with its own attributes."""
    made = {name: getattr(row, name) for name in OF_CLASS} | {"parent": row.parent.code if row.parent else None}
    own = sorted(row.own_attributes.all(), key=lambda one: (one.sort, one.code))
    return made | {"attributes": [attribute(one) for one in own]}


def pair(row: AllowedPair) -> dict[str, str]:
    """Lay an allowed pair out."""
    return {"source": row.source_class.code, "target": row.target_class.code}


def kind(row: RelationType) -> dict[str, Any]:
    """Lay a kind of relationship out with its pairs."""
    pairs = row.pairs.select_related("source_class", "target_class").order_by(
        "source_class__code", "target_class__code"
    )
    return {name: getattr(row, name) for name in OF_KIND} | {"pairs": [pair(one) for one in pairs]}
