"""People and teams over REST."""

from __future__ import annotations

from typing import Any, cast

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.api.filters import YesNoFilter
from itsm.api.paging import Order
from itsm.api.schema import listing, refusals
from itsm.api.scopes import Scope
from itsm.api.serializers import Named
from itsm.api.views import ApiView, ListView
from itsm.flow import pick
from itsm.people.models import Person, Team


class PersonShape(serializers.Serializer[Any]):
    """A person."""

    username = serializers.CharField()
    name = serializers.CharField()
    email = serializers.CharField(allow_blank=True)
    employee_number = serializers.CharField(allow_blank=True)
    phone = serializers.CharField(allow_blank=True)
    unit = Named(allow_null=True)
    is_active = serializers.BooleanField()


class MeShape(serializers.Serializer[Any]):
    """Who the caller is."""

    username = serializers.CharField()
    name = serializers.CharField()
    roles = serializers.ListField(child=serializers.CharField())
    scopes = serializers.ListField(
        child=serializers.CharField(), allow_null=True, help_text="Null for whoever is signed in."
    )


class TeamShape(Named):
    """A team; tier 1 is the desk, tier 2 the second line."""

    tier = serializers.IntegerField()
    is_active = serializers.BooleanField()


class PersonFilter(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """By what people may be filtered."""

    username = filters.CharFilter(max_length=80)
    employee_number = filters.CharFilter(max_length=40)
    active = YesNoFilter(field_name="is_active", label="active")

    class Meta:
        model = Person
        fields: tuple[str, ...] = ()


@extend_schema_field({"type": "integer", "enum": [1, 2, 3]})
class TierFilter(filters.ChoiceFilter):  # type: ignore[misc]  # django-filter has no types
    """Keeps teams of one tier."""


class TeamFilter(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """By what teams may be filtered."""

    tier = TierFilter(choices=[("1", "1"), ("2", "2"), ("3", "3")])
    active = YesNoFilter(field_name="is_active", label="active")

    class Meta:
        model = Team
        fields: tuple[str, ...] = ()


class PersonList(ListView):
    """People that the caller may see."""

    scopes = {"GET": Scope.PEOPLE_READ}
    orders = {"username": Order("username"), "-username": Order("username", descending=True)}
    columns = (
        "username",
        "name",
        "email",
        "employee_number",
        "phone",
        "is_active",
        "unit__code",
        "unit__name_zh",
        "unit__name_en",
    )
    filterset_class = PersonFilter

    def rows(self) -> QuerySet[Any]:
        """This will start at whom the caller may see."""
        return Person.objects.visible_to(self.caller)

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will lay out one person."""
        unit = row["unit__code"] and {
            "code": row["unit__code"],
            "name": pick(row["unit__name_zh"], row["unit__name_en"]),
        }
        plain = ("username", "name", "email", "employee_number", "phone", "is_active")
        return {"unit": unit, **{name: row[name] for name in plain}}

    @extend_schema(operation_id="list_people", tags=["people"], responses=listing(PersonShape))
    def get(self, request: Request) -> Response:
        """List people: all for those who work cases, else yourself and the units you lead."""
        return self.page()


class MeView(ApiView):
    """The caller."""

    scopes = {"GET": Scope.TICKETS_READ}

    @extend_schema(operation_id="read_me", tags=["people"], responses={200: MeShape, **refusals()})
    def get(self, request: Request) -> Response:
        """Tell who you are and what the token may be used for."""
        person, token = self.caller, cast("Any", request.auth)
        scopes = None if token is None else token.scopes
        return Response(
            {"username": person.username, "name": person.name, "roles": sorted(person.role_codes), "scopes": scopes}
        )


class TeamList(ListView):
    """Teams that the caller may see."""

    scopes = {"GET": Scope.PEOPLE_READ}
    orders = {"code": Order("code"), "-code": Order("code", descending=True)}
    columns = ("code", "name_zh", "name_en", "tier", "is_active")
    filterset_class = TeamFilter

    def rows(self) -> QuerySet[Any]:
        """This will start at what the caller may see."""
        return Team.objects.visible_to(self.caller)

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will lay out one team."""
        name = pick(row["name_zh"], row["name_en"])
        return {"code": row["code"], "name": name, "tier": row["tier"], "is_active": row["is_active"]}

    @extend_schema(operation_id="list_teams", tags=["people"], responses=listing(TeamShape))
    def get(self, request: Request) -> Response:
        """List teams: all for those who work cases, none for requesters."""
        return self.page()
