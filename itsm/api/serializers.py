"""Bodies that are read strictly, and the shapes that the OpenAPI document shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

YEARS = range(1900, 2200)


class Strict(serializers.Serializer[Any]):
    """A body in which every name must be declared: nothing is ever assigned that nobody meant to offer."""

    def to_internal_value(self, data: Any) -> Any:
        """This will refuse names that are not declared, then read the rest.

        :raises ValidationError: if a name is unknown or a value wrong
        """
        if isinstance(data, Mapping):
            refuse_undeclared(data, frozenset(name for name, field in self.fields.items() if not field.read_only))
        return super().to_internal_value(data)


def refuse_undeclared(data: Mapping[str, Any], declared: frozenset[str]) -> None:
    """Refuse names that a body may not have.

    :raises ValidationError: naming each
    """
    odd = sorted(set(data) - declared)
    if odd:
        raise serializers.ValidationError({name[:80]: [_("There is no such field here.")] for name in odd})


class Text(serializers.CharField):
    """A text that is a JSON string: numbers are not taken for texts."""

    def to_internal_value(self, data: Any) -> str:
        """This will refuse what is no string."""
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class YesNo(serializers.BooleanField):
    """A JSON true or false: words are not taken for them."""

    def to_internal_value(self, data: Any) -> bool:
        """This will refuse what is no boolean."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return bool(data)


class Instant(serializers.DateTimeField):
    """An instant within the years in which time is reckoned."""

    def to_internal_value(self, value: Any) -> datetime:
        """This will refuse years outside 1900 to 2199 and what is no text."""
        moment = super().to_internal_value(value) if isinstance(value, str) else None
        if moment is None or moment.year not in YEARS:
            raise serializers.ValidationError(_("Write the date and time such as 2026-01-31 14:05."))
        return moment


class Named(serializers.Serializer[Any]):
    """Something with a code and a name in the caller's language."""

    code = serializers.CharField()
    name = serializers.CharField()


class PersonName(serializers.Serializer[Any]):
    """A person as others see them."""

    username = serializers.CharField()
    name = serializers.CharField()


class ProblemDocument(serializers.Serializer[Any]):
    """Why something was refused (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField(help_text="A short word that programs may compare.")
    detail = serializers.CharField(allow_blank=True, help_text="All reasons in one text.")
    reasons = serializers.ListField(child=serializers.CharField(), help_text="One sentence for each reason.")
    errors = serializers.DictField(  # type: ignore[assignment]  # a field of the body, no attribute of the serializer
        child=serializers.ListField(child=serializers.CharField()), required=False, help_text="Sentences by field."
    )
    version = serializers.IntegerField(
        required=False, help_text="The record's present version, where that was the matter."
    )


Shape = Callable[[dict[str, Any]], dict[str, Any]]
