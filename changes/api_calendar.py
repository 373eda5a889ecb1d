"""The change calendar over REST: what is planned, what stands against a time, where a change fits, freezes, maintenance."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from catalogue.models import Service
from changes import api_waivers, conflicts, proposing, scope, windows
from changes.calendar_models import A_WEEK, FreezeWindow, MaintenanceWindow
from changes.models import Change
from configuration.models import CiClass, ConfigurationItem
from itsm.api.idempotency import once
from itsm.api.schema import IDEMPOTENCY_KEY, refusals
from itsm.api.scopes import Scope
from itsm.api.serializers import Strict, Text
from itsm.api.views import ApiView
from itsm.records import planned
from itsm.tickets.api.shapes import StateShape
from itsm.tickets.api.views import CaseView
from itsm.tickets.inputs import Unfit, read_instant

#: The longest stretch that one answer covers, and how many rules one list has.
LONGEST, MOST = timedelta(days=186), 500
SPAN = [
    OpenApiParameter("start", datetime, required=True, description="The stretch begins here."),
    OpenApiParameter("end", datetime, required=True, description="The stretch ends before this."),
]
LENGTH = [OpenApiParameter("minutes", int, description="How long it takes; the window of the change if left out.")]


class PlannedShape(serializers.Serializer[Any]):
    """One piece of planned work."""

    kind = serializers.CharField(help_text="change or release")
    number = serializers.CharField()
    title = serializers.CharField()
    state = StateShape()
    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    service = serializers.CharField(allow_blank=True)
    implementer = serializers.CharField(allow_blank=True)
    settled = serializers.BooleanField(help_text="Somebody has authorised the time.")


class ConflictShape(serializers.Serializer[Any]):
    """One thing against a time."""

    severity = serializers.ChoiceField([("blocker", "stops it"), ("warn", "warns")])
    kind = serializers.ChoiceField([(kind, kind) for kind in ("item", "near", "implementer", "freeze", "maintenance")])
    text = serializers.CharField()
    number = serializers.CharField(allow_blank=True, help_text="The other change.")


class PlaceShape(serializers.Serializer[Any]):
    """A time that nothing stands against."""

    start = serializers.DateTimeField()
    end = serializers.DateTimeField()


class ScopeFields(Strict):
    """What a rule is for: everything, unless something is named."""

    name_zh = Text(max_length=120)
    name_en = Text(max_length=120, required=False, allow_blank=True)
    services = serializers.SlugRelatedField("code", many=True, required=False, queryset=Service.objects.all())
    ci_classes = serializers.SlugRelatedField("code", many=True, required=False, queryset=CiClass.objects.all())
    items = serializers.SlugRelatedField("number", many=True, required=False, queryset=ConfigurationItem.objects.all())
    note = Text(max_length=2000, required=False, allow_blank=True)


class FreezeBody(ScopeFields):
    """A freeze."""

    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    is_hard = serializers.BooleanField(required=False, help_text="It stops changes; otherwise it only warns.")
    exceptions = Text(max_length=300, required=False, allow_blank=True)


class FreezeShape(FreezeBody):
    """A freeze as it is kept."""

    id = serializers.IntegerField()


class MaintenanceBody(ScopeFields):
    """A maintenance window."""

    weekdays = serializers.ListField(child=serializers.IntegerField(min_value=0, max_value=6), max_length=7)
    opens = serializers.TimeField()
    minutes = serializers.IntegerField(min_value=1, max_value=A_WEEK)
    zone = Text(max_length=60)
    since = serializers.DateField()
    until = serializers.DateField(required=False, allow_null=True)
    weeks = serializers.IntegerField(min_value=1, max_value=52, required=False)
    week_of_month = serializers.ChoiceField([1, 2, 3, 4, -1], required=False, allow_null=True)


class MaintenanceShape(MaintenanceBody):
    """A maintenance window as it is kept."""

    id = serializers.IntegerField()


class EndBody(Strict):
    """Why a freeze ends early."""

    reason = Text(max_length=300)


class Span(ApiView):
    """An address that is asked about a stretch of time."""

    def known_parameters(self) -> frozenset[str]:
        """This will name the ends of the stretch."""
        return frozenset({"start", "end"})

    def span(self) -> tuple[datetime, datetime]:
        """This will read the stretch.

        :raises ValidationError: if an end is missing or odd, it runs backwards or is too long
        """
        start, end = (self._instant(name) for name in ("start", "end"))
        if not start < end <= start + LONGEST:
            raise ValidationError({"end": [_("The end must come after the start, by 186 days at most.")]})
        return start, end

    def _instant(self, name: str) -> datetime:
        try:
            return read_instant(self.request.query_params.get(name), zone=self.caller.time_zone)
        except Unfit as fault:
            raise ValidationError({name: [str(fault)]}) from fault


class CalendarView(Span):
    """What is planned."""

    scopes = {"GET": Scope.TICKETS_READ}

    @extend_schema(
        operation_id="read_change_calendar", tags=["change-calendar"], parameters=SPAN,
        responses={200: PlannedShape(many=True), **refusals()},
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """List the planned changes and releases of a stretch that you may see."""
        _only_workers(self.caller)
        start, end = self.span()
        return Response([_planned(one) for one in planned.between(start, end, person=self.caller)])


def _planned(one: planned.Planned) -> dict[str, Any]:
    return {
        "kind": one.kind, "number": one.number, "title": one.title, "state": {"code": one.state.code, "label": str(one.state.label)},
        "start": one.start, "end": one.end, "service": one.service, "implementer": one.person, "settled": one.is_settled,
    }  # fmt: skip


def _only_workers(person: Any) -> None:
    if not person.is_worker:
        raise PermissionDenied


class ConflictsView(Span, CaseView):
    """What stands against a time for a change."""

    scopes = {"GET": Scope.TICKETS_READ}
    model = Change

    @extend_schema(
        operation_id="list_change_conflicts", tags=["change-calendar"], parameters=SPAN,
        responses={200: ConflictShape(many=True), **refusals()},
    )  # fmt: skip
    def get(self, request: Request, number: str) -> Response:
        """List what stands against carrying the change out in a stretch, blockers first."""
        change = self.find(number)
        _only_workers(self.caller)
        found = conflicts.of_change(change, *self.span(), change.implementer_id)
        return Response(
            [{"severity": one.severity, "kind": one.kind, "text": one.text, "number": one.number} for one in found]
        )


class PlacesView(CaseView):
    """Where a change fits."""

    scopes = {"GET": Scope.TICKETS_READ}
    model = Change

    def known_parameters(self) -> frozenset[str]:
        """This will name the length."""
        return frozenset({"minutes"})

    @extend_schema(
        operation_id="list_free_times", tags=["change-calendar"], parameters=LENGTH,
        responses={200: PlaceShape(many=True), **refusals()},
    )  # fmt: skip
    def get(self, request: Request, number: str) -> Response:
        """Propose the next five times in 90 days that nothing stands against."""
        change = self.find(number)
        _only_workers(self.caller)
        text = request.query_params.get("minutes", "")
        if text and not (text.isascii() and text.isdecimal() and 0 < int(text[:9]) <= 20160):
            raise ValidationError({"minutes": [_("Write a whole number from 1 to %(most)s.") % {"most": 20160}]})
        start, end = change.window_start, change.window_end
        length = timedelta(minutes=int(text)) if text else (end - start if start and end else proposing.USUAL)
        places = proposing.next_places(
            scope.subject_of(change), length=length, after=timezone.now(), implementer_id=change.implementer_id
        )
        return Response([{"start": place.start, "end": place.end} for place in places])


class Rules(ApiView):
    """The rules of one sort."""

    scopes = {"GET": Scope.TICKETS_READ, "POST": Scope.TICKETS_WRITE}
    model: type[Any] = FreezeWindow
    body: type[Any] = FreezeBody
    shape: type[Any] = FreezeShape

    def rows(self) -> QuerySet[Any]:
        """This will give all of them.

        :raises PermissionDenied: if the caller does not work cases
        """
        _only_workers(self.caller)
        found: QuerySet[Any] = self.model.objects.prefetch_related("services", "ci_classes", "items").order_by("-pk")
        return found

    def keep(self, given: dict[str, Any]) -> Any:
        """This will make one."""
        return windows.keep_freeze(None, given, by=self.caller)

    def create(self) -> Response:
        """This will read the body and make it."""
        if not windows.may_rule(self.caller):
            raise PermissionDenied
        body = self.body(data=self.request.data)
        body.is_valid(raise_exception=True)
        made = self.keep(body.validated_data)
        return Response(self.shape(self.rows().get(pk=made.pk)).data, status=201)


class FreezeList(Rules):
    """Freezes."""

    @extend_schema(
        operation_id="list_freezes", tags=["change-calendar"], responses={200: FreezeShape(many=True), **refusals()}
    )
    def get(self, request: Request) -> Response:
        """List the newest 500 freezes."""
        return Response(FreezeShape(self.rows()[:MOST], many=True).data)

    @extend_schema(
        operation_id="make_freeze", tags=["change-calendar"], request=FreezeBody, parameters=[IDEMPOTENCY_KEY],
        responses={201: FreezeShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Make a freeze; for who keeps the rules."""
        return once(request, self.create)


class EndFreeze(Rules):
    """Ending a freeze early."""

    scopes = {"POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="end_freeze", tags=["change-calendar"], request=EndBody, parameters=[IDEMPOTENCY_KEY],
        responses={204: None, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request, key: int) -> Response:
        """End a freeze now, with a reason."""
        return once(request, lambda: self.end(key))

    def end(self, key: int) -> Response:
        """This will read the reason and end it."""
        if not windows.may_rule(self.caller):
            raise PermissionDenied
        row = self.rows().filter(pk=key).first()
        if row is None:
            raise Http404
        body = EndBody(data=self.request.data)
        body.is_valid(raise_exception=True)
        windows.end_freeze(row, reason=body.validated_data["reason"], by=self.caller, at=timezone.now())
        return Response(status=204)


class MaintenanceList(Rules):
    """Maintenance windows."""

    model = MaintenanceWindow
    body = MaintenanceBody
    shape = MaintenanceShape

    def keep(self, given: dict[str, Any]) -> Any:
        """This will make one."""
        return windows.keep_maintenance(None, given, by=self.caller)

    @extend_schema(
        operation_id="list_maintenance_windows", tags=["change-calendar"],
        responses={200: MaintenanceShape(many=True), **refusals()},
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """List the newest 500 maintenance windows."""
        return Response(MaintenanceShape(self.rows()[:MOST], many=True).data)

    @extend_schema(
        operation_id="make_maintenance_window", tags=["change-calendar"], request=MaintenanceBody, parameters=[IDEMPOTENCY_KEY],
        responses={201: MaintenanceShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Make a maintenance window; for who keeps the rules."""
        return once(request, self.create)


urlpatterns = [
    path("change-calendar", CalendarView.as_view()),
    path("changes/<record_number:number>/conflicts", ConflictsView.as_view()),
    path("changes/<record_number:number>/free-times", PlacesView.as_view()),
    path("freezes", FreezeList.as_view()),
    path("freezes/<int:key>/end", EndFreeze.as_view()),
    path("maintenance-windows", MaintenanceList.as_view()),
    *api_waivers.urlpatterns,
]
