"""Simulations and held time over REST."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.api.idempotency import once
from itsm.api.paging import Order
from itsm.api.schema import IDEMPOTENCY_KEY, listing, refusals
from itsm.api.scopes import Scope
from itsm.api.serializers import Strict
from itsm.api.views import ApiView, ListView
from itsm.desk.simulator import access
from itsm.records.refusals import Objected
from itsm.tickets.api.views import CaseView
from sla.held import keeping
from sla.simulation import running
from sla.simulation.draft import BadDraft
from sla.simulation_models import Party, SimulationRun

PLAIN = ("title", "state", "asked_at", "started_at", "finished_at", "total", "done", "sentence")


class SimulationShape(serializers.Serializer[Any]):
    """A simulation in a list."""

    id = serializers.IntegerField()
    title = serializers.CharField()
    state = serializers.ChoiceField(SimulationRun.State.choices)
    asked_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    total = serializers.IntegerField(help_text="Closed cases to walk.")
    done = serializers.IntegerField(help_text="Cases walked so far.")
    sentence = serializers.CharField(allow_blank=True, help_text="Why it could not be run.")


class WholeSimulationShape(SimulationShape):
    """A simulation with its draft and figures."""

    draft = serializers.JSONField()
    figures = serializers.JSONField(help_text="Counts in all, by month, priority and team; empty until it is finished.")


class SimulationBody(Strict):
    """What is to be run."""

    title = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    draft = serializers.JSONField(
        help_text="scope, targets, calendars, matrix, pauses, measures, against, agreements, agreement, ola."
    )


class HeldShape(serializers.Serializer[Any]):
    """A stretch of a case in one holder's hands."""

    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    seconds = serializers.IntegerField()
    party = serializers.ChoiceField(Party.choices)
    team = serializers.IntegerField(allow_null=True)
    supplier = serializers.IntegerField(allow_null=True)


class SimulationFilter(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """By what simulations may be filtered."""

    state = filters.ChoiceFilter(choices=SimulationRun.State.choices)

    class Meta:
        model = SimulationRun
        fields: tuple[str, ...] = ()


def _whole(run: SimulationRun) -> dict[str, Any]:
    return {"id": run.pk, **{name: getattr(run, name) for name in PLAIN}, "draft": run.draft, "figures": run.figures}


def found(key: int) -> SimulationRun:
    """This will give a simulation.

    :raises Http404: if there is none
    """
    run = SimulationRun.objects.filter(pk=key).first()
    if run is None:
        raise Http404(gettext("There is no such simulation."))
    return run


class SimulationList(ListView):
    """Simulations."""

    scopes = {"GET": Scope.TICKETS_READ, "POST": Scope.TICKETS_WRITE}
    orders = {"-asked_at": Order("asked_at", descending=True, kind=datetime)}
    columns = PLAIN
    filterset_class = SimulationFilter

    def rows(self) -> QuerySet[Any]:
        """This will start at all of them, for who may read them."""
        access.refuse_reading(self.caller)
        return SimulationRun.objects.all()

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will lay out one of them."""
        return {"id": row["pk"], **{name: row[name] for name in PLAIN}}

    @extend_schema(operation_id="list_simulations", tags=["simulations"], responses=listing(SimulationShape))
    def get(self, request: Request) -> Response:
        """List simulations."""
        return self.page()

    @extend_schema(
        operation_id="run_simulation", tags=["simulations"], request=SimulationBody, parameters=[IDEMPOTENCY_KEY],
        responses={201: WholeSimulationShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Ask for closed cases to be walked under a draft of terms."""
        access.refuse_running(self.caller)
        return once(request, self._ask)

    def _ask(self) -> Response:
        body = SimulationBody(data=self.request.data)
        body.is_valid(raise_exception=True)
        try:
            run = running.ask(**body.validated_data, by=self.caller, at=timezone.now().replace(microsecond=0))
        except BadDraft as refused:
            raise Objected(str(refused)) from refused
        return Response(_whole(run), status=201, headers={"Location": f"/api/v1/simulations/{run.pk}"})


class SimulationView(ApiView):
    """One simulation."""

    scopes = {"GET": Scope.TICKETS_READ}

    @extend_schema(
        operation_id="read_simulation", tags=["simulations"], responses={200: WholeSimulationShape, **refusals()}
    )
    def get(self, request: Request, key: int) -> Response:
        """Read a simulation with its draft and figures."""
        access.refuse_reading(self.caller)
        return Response(_whole(found(key)))


class CancelView(ApiView):
    """Ending a simulation."""

    scopes = {"POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="cancel_simulation", tags=["simulations"], request=None,
        responses={200: WholeSimulationShape, **refusals()},
    )  # fmt: skip
    def post(self, request: Request, key: int) -> Response:
        """End a simulation that is under way; one that is through stays as it is."""
        access.refuse_running(self.caller)
        running.cancel(found(key), at=timezone.now().replace(microsecond=0))
        return Response(_whole(found(key)))


class RestartView(ApiView):
    """Starting a simulation again."""

    scopes = {"POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="restart_simulation", tags=["simulations"], request=None,
        responses={200: WholeSimulationShape, **refusals(422)},
    )  # fmt: skip
    def post(self, request: Request, key: int) -> Response:
        """Start again what was cancelled, refused or interrupted."""
        access.refuse_running(self.caller)
        if not running.restart(found(key), at=timezone.now().replace(microsecond=0)):
            raise Objected(gettext("The simulation is under way or finished."))
        return Response(_whole(found(key)))


class CaseHeld(CaseView):
    """Who held a case."""

    scopes = {"GET": Scope.TICKETS_READ}

    @extend_schema(
        operation_id="list_ticket_held_time", tags=["clocks"], responses={200: HeldShape(many=True), **refusals()}
    )
    def get(self, request: Request, number: str) -> Response:
        """List who held a case when, from its receipt to its closing or until now, without a gap."""
        case = self.find(number)
        held = keeping.of_case(case, at=timezone.now()) if case.is_worked else None
        return Response([_stretch(one) for one in held.stretches] if held else [])


def _stretch(one: Any) -> dict[str, Any]:
    zone = timezone.get_current_timezone()
    return {
        "since": datetime.fromtimestamp(one.since, zone), "until": datetime.fromtimestamp(one.until, zone),
        "seconds": one.seconds, "party": one.holder.party, "team": one.holder.team, "supplier": one.holder.supplier,
    }  # fmt: skip


urlpatterns = [
    path("simulations", SimulationList.as_view()),
    path("simulations/<int:key>", SimulationView.as_view()),
    path("simulations/<int:key>/cancel", CancelView.as_view()),
    path("simulations/<int:key>/restart", RestartView.as_view()),
    path("tickets/<record_number:number>/held-time", CaseHeld.as_view()),
]
