"""Query parameters: only declared ones, each once, with values that are judged before any query."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError as FormError
from django.utils.timezone import get_current_timezone, is_naive
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

PAGING = frozenset({"after", "limit", "ordering"})
YEARS = range(1900, 2200)


def refuse_unknown(request: Request, known: frozenset[str]) -> None:
    """Refuse parameters that the address does not know, that stand in it twice, or that are empty.

    :raises ValidationError: naming each
    """
    wrong: dict[str, list[str]] = {}
    for name, values in request.query_params.lists():
        if name not in known:
            wrong[name[:80]] = [_("There is no such parameter here.")]
        elif len(values) > 1:
            wrong[name] = [_("Give this parameter once.")]
        elif not values[0]:
            wrong[name] = [_("Give this parameter a value, or leave it out.")]
    if wrong:
        raise ValidationError(wrong)


class InstantField(forms.DateTimeField):
    """Date and time in ISO 8601; local to the caller where no offset is given."""

    def to_python(self, value: Any) -> Any:
        """This will read the instant; years that no clock reckons with are refused."""
        moment = forms.DateTimeField.to_python(self, value)
        if moment is None:
            return None
        if moment.year not in YEARS:
            raise FormError(self.error_messages["invalid"], code="invalid")
        return moment.replace(tzinfo=get_current_timezone()) if is_naive(moment) else moment


class InstantFilter(filters.IsoDateTimeFilter):  # type: ignore[misc]  # django-filter has no types
    """Compares with an instant."""

    field_class = InstantField


class YesNoField(forms.Field):
    """true or false and nothing else."""

    def to_python(self, value: Any) -> bool | None:
        """This will read true or false; nothing when it is empty."""
        if value in (None, ""):
            return None
        if value not in ("true", "false"):
            raise FormError(_("Write true or false."), code="invalid")
        return bool(value == "true")


@extend_schema_field(OpenApiTypes.BOOL)
class YesNoFilter(filters.Filter):  # type: ignore[misc]  # django-filter has no types
    """Keeps rows by yes or no."""

    field_class = YesNoField
