"""Why cases wait: the codes that putting on hold asks for."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.api.paging import Order
from itsm.api.schema import listing
from itsm.api.scopes import Scope
from itsm.api.serializers import Named
from itsm.api.views import ListView
from itsm.flow import pick
from itsm.tickets.models import HoldReason

PLAIN = ("code", "pauses_resolution", "workaround", "only_requests", "asks_requester", "is_active")


class HoldReasonShape(Named):
    """Why a case waits."""

    pauses_resolution = serializers.BooleanField()
    workaround = serializers.ChoiceField(choices=HoldReason.Workaround.choices)
    only_requests = serializers.BooleanField()
    asks_requester = serializers.BooleanField()
    is_active = serializers.BooleanField()


class HoldReasonList(ListView):
    """Hold reasons."""

    scopes = {"GET": Scope.TICKETS_READ}
    orders = {"code": Order("code")}
    columns = (*PLAIN, "name_zh", "name_en")

    def rows(self) -> QuerySet[Any]:
        """This will give them all: they say nothing about anybody."""
        return HoldReason.objects.all()

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will lay out one reason."""
        return {"name": pick(row["name_zh"], row["name_en"]), **{name: row[name] for name in PLAIN}}

    @extend_schema(operation_id="list_hold_reasons", tags=["catalogue"], responses=listing(HoldReasonShape))
    def get(self, request: Request) -> Response:
        """List the reasons for which a case may wait."""
        return self.page()
