"""The scope of a change over REST, the baseline before its work, and the incidents that it caused."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import path
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalogue.models import Service
from changes import api_scope, services
from changes import api_scope_shapes as shapes
from changes.api_steps import OfChange
from changes.models import Change
from configuration.models import ConfigurationItem
from itsm.api import versions
from itsm.api.idempotency import once
from itsm.api.schema import IDEMPOTENCY_KEY, IF_MATCH, refusals
from itsm.api.scopes import Scope
from itsm.api.serializers import Strict, Text
from itsm.records.refusals import Objected
from itsm.tickets.finding import find_case

MOST = 500


class ScopeBody(Strict):
    """What a change affects; what is left out stays as it is."""

    services = serializers.ListField(
        child=Text(max_length=40), required=False, max_length=MOST, help_text="Codes of further services."
    )
    configuration_items = serializers.ListField(
        child=Text(max_length=32), required=False, max_length=MOST, help_text="Numbers of configuration items."
    )


class ScopeShape(serializers.Serializer[Any]):
    """What a change affects."""

    services = serializers.ListField(child=serializers.CharField())
    configuration_items = shapes.ScopeItemShape(many=True)


class CausedBody(Strict):
    """An incident that the change has caused."""

    incident = Text(max_length=32, help_text="Number of the incident.")


class ChangeBaselineShape(serializers.Serializer[Any]):
    """The last baseline of a change."""

    name = serializers.CharField()
    count = serializers.IntegerField(help_text="How many items it holds.")
    at = serializers.DateTimeField()


class ScopeOfChangeView(OfChange):
    """The scope of a change."""

    scopes = {"GET": Scope.TICKETS_READ, "PUT": Scope.TICKETS_WRITE}

    @extend_schema(operation_id="read_change_scope", tags=["changes"], responses={200: ScopeShape, **refusals()})
    def get(self, request: Request, number: str) -> Response:
        """Give the services and configuration items that a change affects."""
        return Response(self._laid_out(self.worked(number)))

    @extend_schema(
        operation_id="set_change_scope", tags=["changes"], request=ScopeBody, parameters=[IF_MATCH],
        responses={200: ScopeShape, **refusals(412, 413, 415, 422)},
    )  # fmt: skip
    def put(self, request: Request, number: str) -> Response:
        """Say which services and configuration items the change affects."""
        change = self.worked(number)
        versions.version_named(request, current=change.version)
        body = ScopeBody(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        named = self._rows(given, "services", Service.objects.visible_to(self.caller).live(), "code")
        seen = ConfigurationItem.objects.visible_to(self.caller)
        items = self._rows(given, "configuration_items", seen, "number")
        services.set_scope(change, by=self.caller, services=named, items=items)
        return Response(self._laid_out(Change.objects.get(pk=change.pk)))

    def _rows(self, given: dict[str, Any], name: str, rows: Any, by: str) -> list[Any] | None:
        if name not in given:
            return None
        known = {getattr(row, by): row for row in rows.filter(**{f"{by}__in": given[name]})}
        unknown = [one for one in given[name] if one not in known]
        if unknown:
            raise Objected(
                fields={
                    name: gettext("There is nothing by this name: %(names)s.") % {"names": ", ".join(unknown)[:200]}
                }
            )
        return list(known.values())

    def _laid_out(self, change: Change) -> dict[str, Any]:
        named = Service.objects.visible_to(self.caller).filter(pk__in=change.affected_services.values("pk"))
        return {
            "services": list(named.order_by("code").values_list("code", flat=True)),
            "configuration_items": api_scope.laid_out(change, self.caller),
        }


class BaselineView(OfChange):
    """The baseline of a change."""

    scopes = {"POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="take_change_baseline", tags=["changes"], request=None, parameters=[IDEMPOTENCY_KEY],
        responses={200: ChangeBaselineShape, **refusals(409, 422)},
    )  # fmt: skip
    def post(self, request: Request, number: str) -> Response:
        """Keep how the affected items are, before the work begins."""
        return once(request, lambda: self._take(number))

    def _take(self, number: str) -> Response:
        change = self.worked(number)
        services.take_baseline(change, by=self.caller)
        made = change.baselines.latest("pk")
        return Response({"name": made.name, "count": made.count, "at": made.at})


class CausedView(OfChange):
    """The incidents that a change caused."""

    scopes = {"POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="blame_change", tags=["changes"], request=CausedBody, parameters=[IDEMPOTENCY_KEY],
        responses={204: None, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request, number: str) -> Response:
        """Note that the change has caused an incident; a second time changes nothing."""
        return once(request, lambda: self._blame(number))

    def _blame(self, number: str) -> Response:
        change = self.worked(number)
        body = CausedBody(data=self.request.data)
        body.is_valid(raise_exception=True)
        try:
            incident = find_case(body.validated_data["incident"], person=self.caller)
        except Http404 as fault:
            raise Objected(fields={"incident": str(fault)}) from fault
        services.blame(incident, change, by=self.caller)
        return Response(status=204)


urlpatterns = [
    path("changes/<record_number:number>/scope", ScopeOfChangeView.as_view()),
    path("changes/<record_number:number>/baseline", BaselineView.as_view()),
    path("changes/<record_number:number>/caused-incidents", CausedView.as_view()),
]
