"""Services, what may be ordered, and categories over REST."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalogue.models import Category, RequestItem, Service
from itsm.api.filters import YesNoFilter
from itsm.api.paging import Order
from itsm.api.schema import listing
from itsm.api.scopes import Scope
from itsm.api.serializers import Named
from itsm.api.views import ListView
from itsm.flow import pick

BY_CODE = {"code": Order("code"), "-code": Order("code", descending=True)}
NAMES = ("code", "name_zh", "name_en")
DESCRIBED = (*NAMES, "description_zh", "description_en")


class ServiceShape(Named):
    """A service of the catalogue."""

    description = serializers.CharField(allow_blank=True)
    kind = serializers.ChoiceField(Service.Kind.choices)
    lifecycle = serializers.ChoiceField(Service.Lifecycle.choices)
    criticality = serializers.IntegerField()
    is_active = serializers.BooleanField()


class RequestItemShape(Named):
    """Something that may be ordered."""

    description = serializers.CharField(allow_blank=True)
    service = serializers.CharField(help_text="Code of its service.")
    approval = serializers.ChoiceField(RequestItem.Approval.choices)
    target_seconds = serializers.IntegerField(help_text="Fulfilment target in seconds of service hours.")


class CategoryShape(Named):
    """What a case may be about."""

    parent = serializers.CharField(allow_null=True, help_text="Code of the category above.")  # type: ignore[assignment]  # a field of the body, no attribute of the serializer
    is_active = serializers.BooleanField()
    first_contact = serializers.BooleanField(help_text="Whether such cases may be solved at first contact.")


@extend_schema_field(OpenApiTypes.STR)
class ServiceFilter(filters.ModelChoiceFilter):  # type: ignore[misc]  # django-filter has no types
    """Keeps what belongs to one service."""


def _services(request: Any) -> QuerySet[Any]:
    return Service.objects.visible_to(request.user) if request else Service.objects.none()


class ServicesFilter(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """By what services may be filtered."""

    lifecycle = filters.ChoiceFilter(choices=Service.Lifecycle.choices)
    active = YesNoFilter(field_name="is_active", label="active")

    class Meta:
        model = Service
        fields: tuple[str, ...] = ()


class ItemsFilter(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """By what items may be filtered."""

    service = ServiceFilter(queryset=_services, to_field_name="code")

    class Meta:
        model = RequestItem
        fields: tuple[str, ...] = ()


class CategoriesFilter(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """By what categories may be filtered."""

    active = YesNoFilter(field_name="is_active", label="active")

    class Meta:
        model = Category
        fields: tuple[str, ...] = ()


class CatalogueList(ListView):
    """A list of the catalogue, by code."""

    scopes = {"GET": Scope.TICKETS_READ}
    orders = BY_CODE
    same: tuple[str, ...] = ("code",)

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will lay out one row: what stands as it is, and texts in the caller's language."""
        made = {"name": pick(row["name_zh"], row["name_en"]), **{name: row[name] for name in self.same}}
        if "description_zh" in row:
            made["description"] = pick(row["description_zh"], row["description_en"])
        return made


class ServiceList(CatalogueList):
    """Services that the caller may see."""

    same = ("code", "kind", "lifecycle", "criticality", "is_active")
    columns = (*DESCRIBED, *same)
    filterset_class = ServicesFilter

    def rows(self) -> QuerySet[Any]:
        """This will start at what the caller may see."""
        return Service.objects.visible_to(self.caller)

    @extend_schema(operation_id="list_services", tags=["catalogue"], responses=listing(ServiceShape))
    def get(self, request: Request) -> Response:
        """List services: live ones for you, all for those who work cases."""
        return self.page()


class RequestItemList(CatalogueList):
    """Items that the caller may order."""

    same = ("code", "approval", "target_seconds")
    columns = (*DESCRIBED, *same, "service__code")
    filterset_class = ItemsFilter

    def rows(self) -> QuerySet[Any]:
        """This will start at what the caller may order."""
        return RequestItem.objects.visible_to(self.caller)

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will lay out one item."""
        return super().shape(row) | {"service": row["service__code"]}

    @extend_schema(
        operation_id="list_request_items",
        tags=["catalogue"],
        responses=listing(RequestItemShape),
    )
    def get(self, request: Request) -> Response:
        """List what you may order."""
        return self.page()


class CategoryList(CatalogueList):
    """Categories of cases."""

    same = ("code", "is_active", "first_contact")
    columns = (*NAMES, *same, "parent__code")
    filterset_class = CategoriesFilter

    def rows(self) -> QuerySet[Any]:
        """This will give them all: they say nothing about anybody."""
        return Category.objects.all()

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will lay out one category."""
        return super().shape(row) | {"parent": row["parent__code"]}

    @extend_schema(operation_id="list_categories", tags=["catalogue"], responses=listing(CategoryShape))
    def get(self, request: Request) -> Response:
        """List the categories of cases."""
        return self.page()
