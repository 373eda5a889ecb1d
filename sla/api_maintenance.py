"""Turns of maintenance over REST: the list, one turn, and noting that it was done."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.urls import path
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.api.filters import InstantFilter
from itsm.api.paging import Order
from itsm.api.schema import listing, refusals
from itsm.api.scopes import Scope
from itsm.api.serializers import Instant, Strict, Text
from itsm.api.views import ListView
from itsm.records.clock import database_now
from itsm.tickets.models import Ticket
from sla import maintenance
from sla.api_availability import ForWorkers
from sla.models import MaintenanceTurn

PLAIN = (
    "id", "subject_zh", "subject_en", "planned_on", "starts_at", "ends_at", "interrupts", "announced_at", "done_at", "missed_at", "note",
)  # fmt: skip


class MaintenanceTurnShape(serializers.Serializer[Any]):
    """A turn of a maintenance plan."""

    id = serializers.IntegerField()
    service = serializers.CharField(help_text="Code of the service.")
    subject_zh = serializers.CharField()
    subject_en = serializers.CharField(allow_blank=True)
    planned_on = serializers.DateField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    interrupts = serializers.BooleanField()
    announced_at = serializers.DateTimeField()
    done_at = serializers.DateTimeField(allow_null=True)
    missed_at = serializers.DateTimeField(allow_null=True)
    note = serializers.CharField(allow_blank=True)
    ticket = serializers.CharField(allow_null=True, help_text="Number of its ticket, where you may know of it.")
    outage = serializers.IntegerField(allow_null=True)


class TurnDoneBody(Strict):
    """That a turn was done; one that interrupts its service says from when to when it was down."""

    started_at = Instant(required=False, allow_null=True)
    ended_at = Instant(required=False, allow_null=True)
    note = Text(max_length=500, required=False, allow_blank=True, default="")


class TurnFilter(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """By what turns may be filtered."""

    service = filters.CharFilter(field_name="service__code")
    waiting = filters.BooleanFilter(method="only_waiting", help_text="Neither done nor missed.")
    starts_from = InstantFilter(field_name="starts_at", lookup_expr="gte")
    starts_before = InstantFilter(field_name="starts_at", lookup_expr="lt")

    class Meta:
        model = MaintenanceTurn
        fields: tuple[str, ...] = ()

    def only_waiting(self, rows: Any, _name: str, value: bool) -> Any:
        """This will keep those that wait, or those that do not."""
        return rows.waiting() if value else rows.exclude(pk__in=rows.waiting().values("pk"))


class TurnList(ForWorkers, ListView):
    """Turns of maintenance."""

    scopes = {"GET": Scope.TICKETS_READ}
    orders = {"starts_at": Order("starts_at", kind=datetime)}
    columns = (*PLAIN, "service__code", "outage_id", "record__number")
    filterset_class: Any = TurnFilter

    def rows(self) -> QuerySet[Any]:
        """This will give what the caller may know of."""
        return MaintenanceTurn.objects.visible_to(self.caller)

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will lay out one turn; its ticket is named where the caller may know of it."""
        return {name: row[name] for name in PLAIN} | {
            "service": row["service__code"], "outage": row["outage_id"],
            "ticket": row["record__number"] if row["record__number"] in self.known else None,
        }  # fmt: skip

    def fetch(self, rows: QuerySet[Any]) -> Any:
        """This will read a page, and which of its tickets the caller may know of."""
        found = list(super().fetch(rows))
        numbers = [row["record__number"] for row in found if row["record__number"]]
        seen = Ticket.objects.visible_to(self.caller).filter(number__in=numbers)
        self.known = set(seen.values_list("number", flat=True))
        return found

    @extend_schema(
        operation_id="list_maintenance_turns", tags=["availability"], responses=listing(MaintenanceTurnShape)
    )
    def get(self, request: Request) -> Response:
        """List the turns of maintenance plans that were raised."""
        return self.page()


class TurnView(TurnList):
    """One turn."""

    filterset_class = None
    pagination_class: Any = None

    def one(self, pk: int) -> Response:
        """This will answer with one turn (404)."""
        found = self.fetch(MaintenanceTurn.objects.visible_to(self.caller).filter(pk=pk))
        if not found:
            raise Http404
        return Response(self.shape(found[0]))

    @extend_schema(
        operation_id="read_maintenance_turn", tags=["availability"],
        responses={200: MaintenanceTurnShape, **refusals()},
    )  # fmt: skip
    def get(self, request: Request, pk: int) -> Response:  # type: ignore[override]  # one, not the list
        """Read one turn of maintenance."""
        return self.one(pk)


class TurnDone(TurnView):
    """Noting that it was done."""

    scopes = {"POST": Scope.TICKETS_WRITE}
    http_method_names = ("post", "options")

    @extend_schema(
        operation_id="finish_maintenance_turn", tags=["availability"], request=TurnDoneBody,
        responses={200: MaintenanceTurnShape, **refusals(413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request, pk: int) -> Response:
        """Note that a turn was done, with the times of the interruption where there was one."""
        turn = MaintenanceTurn.objects.visible_to(self.caller).filter(pk=pk).first()
        if turn is None:
            raise Http404
        maintenance.finish(turn, by=self.caller, at=database_now(), **self.read(TurnDoneBody))
        return self.one(pk)


urlpatterns = [
    path("maintenance-turns", TurnList.as_view()),
    path("maintenance-turns/<int:pk>", TurnView.as_view()),
    path("maintenance-turns/<int:pk>/done", TurnDone.as_view()),
]
