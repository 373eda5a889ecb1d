"""What an hour of each role costs over REST, judged by the form of its page."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.api.idempotency import once
from itsm.api.schema import IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH, refusals
from itsm.api.scopes import Scope
from itsm.api.serializers import Strict, Text
from itsm.desk.settings.api_forms import ForAdministrators
from itsm.desk.settings.rates import RateForm
from itsm.tickets.models import RoleRate

TAGS = ["settings"]
ROOT = "/api/v1/role-rates"


class RoleRateShape(serializers.Serializer[Any]):
    """What an hour of a role costs from a day on."""

    id = serializers.IntegerField()
    role = serializers.CharField(help_text="Code of the role.")
    since = serializers.DateField(help_text="In force from this day until the next rate of the role.")
    rate = serializers.CharField(help_text="NT$ per hour.")


class RoleRateEditBody(Strict):
    """Another day or rate; the role stays."""

    since = serializers.DateField(required=False)
    rate = serializers.DecimalField(max_digits=12, decimal_places=2, required=False, help_text="NT$, 0 to 1,000,000.")


class RoleRateBody(RoleRateEditBody):
    """A new rate."""

    role = Text(max_length=40, help_text="Code of a role.")
    since = serializers.DateField()
    rate = serializers.DecimalField(max_digits=12, decimal_places=2, help_text="NT$, 0 to 1,000,000.")


def shape(row: RoleRate) -> dict[str, Any]:
    """Lay a rate out."""
    return {"id": row.pk, "role": row.role, "since": row.since, "rate": f"{row.rate:.2f}"}


class RoleRateList(ForAdministrators):
    """Rates of roles."""

    scopes = {"GET": Scope.TICKETS_READ, "POST": Scope.TICKETS_WRITE}

    @extend_schema(operation_id="list_role_rates", tags=TAGS, responses={200: RoleRateShape(many=True), **refusals()})
    def get(self, request: Request) -> Response:
        """List every rate by role, the latest first, as an administrator."""
        return Response([shape(row) for row in RoleRate.objects.order_by("role", "-since")])

    @extend_schema(
        operation_id="add_role_rate", tags=TAGS, request=RoleRateBody, parameters=[IDEMPOTENCY_KEY],
        responses={201: RoleRateShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Say what an hour of a role costs from a day on; time entered before keeps the rate that it has."""
        return once(request, self.add)

    def add(self) -> Response:
        """This will add it and answer with it."""
        made = self.keep(RateForm, RoleRate(), self.read(RoleRateBody))
        return self.written(shape(made), form=RateForm, row=made, status=201, place=f"{ROOT}/{made.pk}")


class RoleRateView(ForAdministrators):
    """One rate."""

    scopes = {"GET": Scope.TICKETS_READ, "PATCH": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="read_role_rate", tags=TAGS, parameters=[IF_NONE_MATCH],
        responses={200: RoleRateShape, 304: None, **refusals()},
    )  # fmt: skip
    def get(self, request: Request, key: int) -> Response:
        """Read a rate."""
        row = get_object_or_404(RoleRate, pk=key)
        return self.shown(shape(row), form=RateForm, row=row)

    @extend_schema(
        operation_id="change_role_rate", tags=TAGS, request=RoleRateEditBody, parameters=[IF_MATCH],
        responses={200: RoleRateShape, **refusals(412, 413, 415, 422)},
    )  # fmt: skip
    def patch(self, request: Request, key: int) -> Response:
        """Correct a rate; what is not named stays. Time that is entered from now on has it, other time keeps its own."""
        row = self.keep(RateForm, get_object_or_404(RoleRate, pk=key), self.read(RoleRateEditBody))
        return self.written(shape(row), form=RateForm, row=row)


urlpatterns = [path("role-rates", RoleRateList.as_view()), path("role-rates/<int:key>", RoleRateView.as_view())]
