"""Sums of held time, the likelihood of a miss and how often it was right, over REST."""

from __future__ import annotations

from typing import Any

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.api.schema import refusals
from itsm.api.scopes import Scope
from itsm.api.views import ApiView
from itsm.desk.simulator import access
from itsm.desk.simulator.held_forms import MODELS, HeldFilter
from itsm.tickets.api.views import CaseView
from itsm.tickets.models import Ticket
from sla.forecast import telling
from sla.held.sums import GROUPS, by_group, held, in_all
from sla.simulation_models import BreachWeek, Party

FILTERS = [
    OpenApiParameter("since", str, description="Cases closed from this day on."),
    OpenApiParameter("until", str, description="Cases closed until this day."),
    OpenApiParameter("kind", str, description="Process of the cases."),
    OpenApiParameter("service", int, description="Key of the service."),
    OpenApiParameter("team", int, description="Key of the team that held them."),
    OpenApiParameter("supplier", int, description="Key of the supplier that held them."),
    OpenApiParameter("party", str, enum=Party.values, description="Who held them."),
]
WEEKS = 53


class PartiesShape(serializers.Serializer[Any]):
    """Seconds around the clock by who held them."""

    seconds = serializers.IntegerField()
    desk = serializers.IntegerField()
    second_line = serializers.IntegerField()
    requester = serializers.IntegerField()
    supplier = serializers.IntegerField()
    nobody = serializers.IntegerField()


class HeldGroupShape(PartiesShape):
    """What was held by one service, team or supplier; an empty key is none."""

    key = serializers.IntegerField(allow_null=True)
    name = serializers.CharField(allow_blank=True)


class HeldSumsShape(PartiesShape):
    """Held time of the closed cases that you may see, in all and by service, team and supplier."""

    cases = serializers.IntegerField()
    by_service = HeldGroupShape(many=True)
    by_team = HeldGroupShape(many=True)
    by_supplier = HeldGroupShape(many=True)


class HeldSums(ApiView):
    """Who held the clock, summed."""

    scopes = {"GET": Scope.TICKETS_READ}

    def known_parameters(self) -> frozenset[str]:
        """This will name the filters."""
        return frozenset(one.name for one in FILTERS)

    @extend_schema(
        operation_id="sum_held_time",
        tags=["clocks"],
        parameters=FILTERS,
        responses={200: HeldSumsShape, **refusals(400)},
    )
    def get(self, request: Request) -> Response:
        """Sum who held closed cases, around the clock."""
        access.refuse_reading(self.caller)
        form = HeldFilter(request.query_params)
        if not form.is_valid():
            raise ValidationError({name: [str(one) for one in told] for name, told in form.errors.items()})
        found = held(form.chosen(), Ticket.objects.visible_to(self.caller))
        return Response(in_all(found) | {f"by_{name}": _named(name, by_group(found, name)) for name in GROUPS})


def _named(group: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = MODELS[group].objects.filter(pk__in=[row["key"] for row in rows if row["key"]])
    names = {row.pk: str(row) for row in found}
    return [row | {"name": names.get(row["key"], "")} for row in rows]


class WeekShape(serializers.Serializer[Any]):
    """How good the prediction was in one week that it had not seen; the smaller a Brier score the better."""

    week = serializers.DateField(help_text="Its Monday.")
    cases = serializers.IntegerField()
    samples = serializers.IntegerField()
    brier = serializers.FloatField()
    plain_brier = serializers.FloatField(help_text="What always saying the usual share would have scored.")
    table = serializers.JSONField(help_text="Classes of what was said, with what came on average.")


class PredictionShape(serializers.Serializer[Any]):
    """What was learnt, and how often it was right."""

    learnt_at = serializers.DateTimeField(allow_null=True)
    cases = serializers.IntegerField()
    samples = serializers.IntegerField()
    silence = serializers.CharField(allow_blank=True, help_text="Why nothing is predicted; empty when something is.")
    weeks = WeekShape(many=True)


class Prediction(ApiView):
    """The prediction of misses."""

    scopes = {"GET": Scope.TICKETS_READ}

    @extend_schema(
        operation_id="read_breach_prediction", tags=["clocks"], responses={200: PredictionShape, **refusals()}
    )
    def get(self, request: Request) -> Response:
        """Read what the prediction learnt from and its accuracy by week, the latest first."""
        access.refuse_reading(self.caller)
        kept, weeks = telling.model(), BreachWeek.objects.order_by("-week")[:WEEKS]
        columns = ("week", "cases", "samples", "brier", "plain_brier", "table")
        told = {
            "learnt_at": kept.trained_at if kept else None, "cases": kept.cases if kept else 0, "samples": kept.samples if kept else 0,
            "silence": telling.too_little(), "weeks": list(weeks.values(*columns)),
        }  # fmt: skip
        return Response(PredictionShape(told).data)


class RiskShape(serializers.Serializer[Any]):
    """How likely a case misses its target, and why."""

    percent = serializers.IntegerField(allow_null=True, help_text="Empty when nothing is predicted for it.")
    reasons = serializers.ListField(child=serializers.CharField())
    at = serializers.DateTimeField(allow_null=True)


class CaseRisk(CaseView):
    """The prediction for one case."""

    scopes = {"GET": Scope.TICKETS_READ}

    @extend_schema(operation_id="read_ticket_breach_risk", tags=["clocks"], responses={200: RiskShape, **refusals()})
    def get(self, request: Request, number: str) -> Response:
        """Read how likely an open case misses its target, with the reasons in words."""
        case = self.find(number)
        found = telling.of_case(case, at=timezone.now()) if self.caller.is_worker else None
        return Response(found or {"percent": None, "reasons": [], "at": None})


urlpatterns = [
    path("held-time", HeldSums.as_view()),
    path("breach-prediction", Prediction.as_view()),
    path("tickets/<record_number:number>/breach-risk", CaseRisk.as_view()),
]
