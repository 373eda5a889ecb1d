"""Clocks over REST: how much of each promise is used, and why."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.api.filters import InstantFilter
from itsm.api.paging import Order
from itsm.api.schema import listing, refusals
from itsm.api.scopes import Scope
from itsm.api.serializers import Strict, Text
from itsm.api.views import ListView
from itsm.records.clock import database_now
from itsm.records.refusals import NotAllowed
from itsm.tickets.api.views import CaseView
from itsm.tickets.models import Ticket
from sla.ledger import Ledger, Line, ledger
from sla.lifting import LONGEST, Lifted, lift, may_lift, seen_by, told
from sla.models import INTERNAL, Clock
from sla.settings_models import Metric

#: What clocks measure: what customers were promised, and what teams promise each other.
MEASURES = [*Metric.values, *INTERNAL]
PLAIN = (
    "metric", "cycle", "state", "target_seconds", "paused_seconds", "started_at", "due_at", "stopped_at", "breached_at",
)  # fmt: skip


class ClockShape(serializers.Serializer[Any]):
    """A clock in a list."""

    number = serializers.CharField(help_text="Number of its case.")
    metric = serializers.ChoiceField(MEASURES, help_text="acceptance and handling are promised between teams.")
    cycle = serializers.IntegerField(help_text="A case that is reopened begins a new cycle.")
    state = serializers.ChoiceField(Clock.State.choices)
    target_seconds = serializers.IntegerField()
    paused_seconds = serializers.IntegerField()
    started_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True)
    stopped_at = serializers.DateTimeField(allow_null=True)
    breached_at = serializers.DateTimeField(
        allow_null=True,
        help_text="When the target was missed; empty once the service level manager has lifted the miss.",
    )


class LineShape(serializers.Serializer[Any]):
    """A row of the ledger."""

    label = serializers.CharField()  # type: ignore[assignment]  # a field of the body, no attribute of the serializer
    text = serializers.CharField(allow_blank=True)


class LedgerShape(ClockShape):
    """A clock with its ledger in words."""

    name = serializers.CharField()
    look = serializers.ChoiceField(["running", "soon", "missed", "paused", "met"])
    text = serializers.CharField(help_text="How it stands, in a few words.")
    used_seconds = serializers.IntegerField()
    ledger = LineShape(many=True)
    steps = LineShape(many=True, help_text="Who was told, and who is told next; empty for requesters.")


class ClockFilter(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """By what clocks may be filtered."""

    metric = filters.ChoiceFilter(choices=Metric.choices)
    state = filters.ChoiceFilter(choices=Clock.State.choices)
    due_before = InstantFilter(field_name="due_at", lookup_expr="lt")

    class Meta:
        model = Clock
        fields: tuple[str, ...] = ()


class ClockList(ListView):
    """Clocks of the cases that the caller may know of."""

    scopes = {"GET": Scope.TICKETS_READ}
    orders = {"due_at": Order("due_at", kind=datetime, nullable=True)}
    columns = (*PLAIN, "record__number")
    filterset_class = ClockFilter

    def rows(self) -> QuerySet[Any]:
        """This will start at the cases that the caller may know of."""
        return Clock.objects.agreed().filter(record__in=Ticket.objects.visible_to(self.caller).values("pk"))

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will lay out one clock."""
        return {"number": row["record__number"], **{name: row[name] for name in PLAIN}}

    @extend_schema(operation_id="list_clocks", tags=["clocks"], responses=listing(ClockShape))
    def get(self, request: Request) -> Response:
        """List the clocks of the cases that you may see, the next due first."""
        return self.page()


class CaseClocks(CaseView):
    """The clocks of one case."""

    scopes = {"GET": Scope.TICKETS_READ}

    @extend_schema(
        operation_id="list_ticket_clocks", tags=["clocks"], responses={200: LedgerShape(many=True), **refusals()}
    )
    def get(self, request: Request, number: str) -> Response:
        """List the clocks of a case with their ledgers in words."""
        case = self.find(number)
        found = ledger(case, at=timezone.now(), internal=case.is_worked)
        return Response([_told(clock, number=number, with_steps=case.is_worked) for clock in found])


class LiftBody(Strict):
    """Why a miss counts no longer."""

    reason = Text(max_length=LONGEST, help_text="It is shown in the report.")


class LiftMiss(CaseView):
    """The recorded miss of one clock."""

    scopes = {"POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="lift_clock_miss", tags=["clocks"], request=LiftBody,
        responses={200: ClockShape, **refusals(413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request, number: str, metric: str, cycle: int) -> Response:
        """Let the recorded miss of a clock count no longer, whoever promised; for the service level manager, with a reason."""
        case = self.find(number)
        clock = get_object_or_404(Clock, is_deadline=False, record=case.pk, metric=metric, cycle=cycle)
        if not may_lift(case, by=self.caller):
            raise NotAllowed
        body = LiftBody(data=request.data)
        body.is_valid(raise_exception=True)
        made = lift(case, clock, by=self.caller, at=database_now(), channel="api", **body.validated_data)
        return Response({"number": number, **{name: getattr(made, name) for name in PLAIN}})


class LiftedShape(serializers.Serializer[Any]):
    """A miss that counts no longer."""

    number = serializers.CharField(help_text="Number of its case.")
    metric = serializers.ChoiceField(MEASURES)
    cycle = serializers.IntegerField()
    state = serializers.ChoiceField(Clock.State.choices)
    team = serializers.CharField(allow_null=True, help_text="Code of the team that had promised it to others.")
    agreement = serializers.CharField(allow_blank=True, help_text="Its number; empty: a target of the house.")
    missed_at = serializers.DateTimeField(allow_null=True)
    lifted_at = serializers.DateTimeField()
    lifted_by = serializers.CharField(help_text="User name.")
    reason = serializers.CharField()


class LiftedMisses(ListView):
    """Misses that count no longer."""

    scopes = {"GET": Scope.TICKETS_READ}
    orders = {"-lifted_at": Order("lifted_at", descending=True, kind=datetime)}

    def rows(self) -> QuerySet[Any]:
        """This will start at the cases that the caller may know of, for who works cases."""
        if not self.caller.is_worker:
            raise NotAllowed
        return seen_by(self.caller)

    def fetch(self, rows: QuerySet[Any]) -> list[dict[str, Any]]:
        """This will read the clocks of a page with who lifted each and why."""
        return [{"pk": one.clock.pk, "lifted_at": one.clock.lifted_at, "one": one} for one in told(rows)]

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will lay out one of them."""
        one: Lifted = row["one"]
        plain = {name: getattr(one.clock, name) for name in ("metric", "cycle", "state", "lifted_at")}
        return plain | {
            "number": one.case.number, "team": one.team.code if one.team else None, "agreement": one.agreement,
            "missed_at": one.missed_at, "lifted_by": one.event.actor.username if one.event.actor else "",
            "reason": one.event.facts["why"],
        }  # fmt: skip

    @extend_schema(operation_id="list_lifted_misses", tags=["clocks"], responses=listing(LiftedShape))
    def get(self, request: Request) -> Response:
        """List the misses that the service level manager has lifted, the latest first: customers', teams' and suppliers'."""
        return self.page()


def _told(told: Ledger, *, number: str, with_steps: bool) -> dict[str, Any]:
    return {
        "number": number,
        **{name: getattr(told.clock, name) for name in PLAIN},
        "name": told.name,
        "look": told.look,
        "text": told.chip["text"],
        "used_seconds": told.used,
        "ledger": [_line(line) for line in told.rows],
        "steps": [_line(line) for line in told.steps] if with_steps else [],
    }


def _line(line: Line) -> dict[str, str]:
    return {"label": str(line.label), "text": str(line.text)}


urlpatterns = [
    path("clocks", ClockList.as_view()),
    path("lifted-misses", LiftedMisses.as_view()),
    path("tickets/<record_number:number>/clocks", CaseClocks.as_view()),
    path("tickets/<record_number:number>/clocks/<slug:metric>/<int:cycle>/lift", LiftMiss.as_view()),
]
