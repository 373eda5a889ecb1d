"""The shapes of classes, items, relationships and impacts, as the OpenAPI document shows them; and the bodies that are read."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from configuration.models import CiAttribute, CiClass, ConfigurationItem, Correction, RelationType
from itsm.api.serializers import Named, PersonName, Strict, Text
from itsm.flow.table import PHASES
from itsm.tickets.api.shapes import StateShape

CHANGE_HELP = (
    "Number of an authorised change that names the item, or of a change or release in its review, to write down what its "
    "work did; left out for classes under light control."
)


class AttributeShape(Named):
    """An attribute of a class."""

    kind = serializers.ChoiceField(CiAttribute.Kind.choices)
    mark = serializers.ChoiceField(CiAttribute.Mark.choices)
    is_sensitive = serializers.BooleanField(help_text="Only some roles read its values.")
    choices = serializers.ListField(child=serializers.CharField(), help_text="Values that are offered, for a choice.")


class ClassShape(Named):
    """A class of items with every attribute, inherited ones too."""

    parent = serializers.CharField(allow_null=True, help_text="Code of the class above.")  # type: ignore[assignment]  # a field of the body
    control = serializers.ChoiceField(CiClass.Control.choices)
    layer = serializers.IntegerField()
    stale_days = serializers.IntegerField()
    is_active = serializers.BooleanField()
    attributes = AttributeShape(many=True)


class PairShape(serializers.Serializer[Any]):
    """Two classes that may be joined."""

    source = serializers.CharField()  # type: ignore[assignment]  # a field of the body
    target = serializers.CharField()


class RelationTypeShape(Named):
    """A kind of relationship."""

    inverse = serializers.CharField(help_text="How it reads from the target.")
    impact = serializers.ChoiceField(RelationType.Impact.choices)
    is_acyclic = serializers.BooleanField()
    pairs = PairShape(many=True)


class ItemShape(serializers.Serializer[Any]):
    """An item with everything that its page shows."""

    number = serializers.CharField()
    title = serializers.CharField()
    ci_class = serializers.CharField(help_text="Code of its class.")
    state = StateShape()
    phase = serializers.ChoiceField(PHASES)
    version = serializers.IntegerField()
    description = serializers.CharField(allow_blank=True)
    environment = serializers.ChoiceField(ConfigurationItem.Environment.choices)
    criticality = serializers.IntegerField()
    release_version = serializers.CharField(allow_blank=True)
    site = Named(allow_null=True)
    place = serializers.CharField(allow_blank=True)
    owner = PersonName(allow_null=True)
    team = Named(allow_null=True)
    supplier = Named(allow_null=True)
    serial = serializers.CharField(allow_blank=True)
    asset_no = serializers.CharField(allow_blank=True)
    hostname = serializers.CharField(allow_blank=True)
    address = serializers.CharField(allow_null=True)
    licence = serializers.CharField(allow_blank=True)
    support_until = serializers.DateField(allow_null=True)
    data_classification = serializers.CharField(allow_blank=True)
    attributes = serializers.DictField(child=serializers.JSONField(), help_text="By the attributes of its class.")
    hidden_attributes = serializers.ListField(
        child=serializers.CharField(), help_text="Sensitive attributes that have a value which you do not read."
    )
    live_since = serializers.DateTimeField(allow_null=True)
    last_verified_at = serializers.DateTimeField(allow_null=True)
    last_verified_by = PersonName(allow_null=True)
    last_seen_at = serializers.DateTimeField(allow_null=True)
    last_seen_source = serializers.CharField(allow_blank=True)
    changed_at = serializers.DateTimeField()


class GroundsBody(Strict):
    """What authorises it."""

    change = Text(required=False, max_length=32, help_text=CHANGE_HELP)
    correction = serializers.IntegerField(
        required=False, min_value=1, max_value=2**53, help_text="Number of a verified correction."
    )


class ItemEditBody(GroundsBody):
    """What shall be written; what is left out stays."""

    title = Text(required=False, max_length=160)
    description = Text(required=False, allow_blank=True, max_length=4000)
    environment = serializers.ChoiceField(ConfigurationItem.Environment.choices, required=False)
    criticality = serializers.IntegerField(required=False, min_value=1, max_value=4)
    release_version = Text(required=False, allow_blank=True, max_length=60)
    place = Text(required=False, allow_blank=True, max_length=120)
    serial = Text(required=False, allow_blank=True, max_length=80)
    asset_no = Text(required=False, allow_blank=True, max_length=40)
    hostname = Text(required=False, allow_blank=True, max_length=160)
    licence = Text(required=False, allow_blank=True, max_length=120)
    address = serializers.IPAddressField(required=False, allow_null=True)
    support_until = serializers.DateField(required=False, allow_null=True)
    data_classification = serializers.ChoiceField(
        ConfigurationItem.Classification.choices, required=False, allow_blank=True
    )
    owner = Text(required=False, allow_null=True, max_length=80, help_text="User name.")
    team = Text(required=False, allow_null=True, max_length=40, help_text="Code.")
    site = Text(required=False, allow_null=True, max_length=40, help_text="Code.")
    supplier = Text(required=False, allow_null=True, max_length=40, help_text="Code.")
    attributes = serializers.DictField(required=False, child=serializers.JSONField(allow_null=True))


class ItemBody(ItemEditBody):
    """A new item."""

    title = Text(max_length=160)
    ci_class = Text(max_length=40, help_text="Code of its class.")


class RelationShape(serializers.Serializer[Any]):
    """A relationship in its range of time."""

    id = serializers.IntegerField()
    type = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # a field of the body
    target = serializers.CharField()
    weight = serializers.IntegerField()
    group = serializers.CharField(allow_blank=True)
    needs = serializers.IntegerField(allow_null=True)
    valid_from = serializers.DateTimeField()
    valid_to = serializers.DateTimeField(allow_null=True)


class RelationBody(GroundsBody):
    """A new relationship that begins at the item."""

    type = Text(max_length=40)
    target = Text(max_length=32, help_text="Number of the other item.")
    weight = serializers.IntegerField(required=False, default=100, min_value=0, max_value=100)
    group = Text(required=False, default="", allow_blank=True, max_length=40)
    needs = serializers.IntegerField(required=False, default=None, allow_null=True, min_value=1, max_value=999)


class ReachedShape(serializers.Serializer[Any]):
    """An item that a walk reached."""

    number = serializers.CharField()
    title = serializers.CharField()
    ci_class = serializers.CharField()
    loss = serializers.IntegerField(help_text="Per cent of its function; 0: only its redundancy is lost.")
    standing = serializers.ChoiceField(["start", "down", "degraded", "at_risk"])
    depth = serializers.IntegerField()
    path = serializers.ListField(child=serializers.CharField(), help_text="Numbers from the start to it.")


class TouchedShape(serializers.Serializer[Any]):
    """A service that a walk reached."""

    number = serializers.CharField()
    title = serializers.CharField()
    service = serializers.CharField(allow_null=True, help_text="Code in the catalogue.")
    loss = serializers.IntegerField()
    customers = serializers.ListField(child=serializers.CharField())
    promises = serializers.ListField(child=serializers.CharField())


class ImpactShape(serializers.Serializer[Any]):
    """What a failure reaches, or what an item stands on."""

    direction = serializers.ChoiceField(["down", "up"])
    at = serializers.DateTimeField(allow_null=True)
    is_cut = serializers.BooleanField(help_text="There would have been more.")
    items = ReachedShape(many=True)
    services = TouchedShape(many=True)


class VersionShape(serializers.Serializer[Any]):
    """How an item was in a range of time."""

    sequence = serializers.IntegerField()
    valid_from = serializers.DateTimeField()
    valid_to = serializers.DateTimeField(allow_null=True)
    recorded_at = serializers.DateTimeField()
    authority = serializers.CharField(allow_null=True, help_text="Number of the change, or the kind of authority.")
    data = serializers.DictField(child=serializers.JSONField())  # type: ignore[assignment]  # a field of the body


class CorrectionBody(Strict):
    """Data that is wrong."""

    field = Text(required=False, default="", allow_blank=True, max_length=60)
    found = Text(max_length=2000)
    case = Text(required=False, max_length=32, help_text="Number of the case whose handling the wrong data hindered.")


class CorrectionShape(serializers.Serializer[Any]):
    """A report of wrong data."""

    id = serializers.IntegerField()
    item = serializers.CharField()
    field = serializers.CharField(allow_blank=True)
    found = serializers.CharField()
    source = serializers.ChoiceField(Correction.Source.choices)  # type: ignore[assignment]  # a field of the body
    raised_at = serializers.DateTimeField()
