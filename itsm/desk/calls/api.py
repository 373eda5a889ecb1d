"""The calls and the cost of the desk over REST; a telephone exchange sends its counts here."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.api.idempotency import once
from itsm.api.schema import IDEMPOTENCY_KEY, refusals
from itsm.api.scopes import Scope
from itsm.api.serializers import Strict, Text
from itsm.reporting.api import ReportView
from itsm.reporting.call_entering import ENTERED, Cost, Counts, enter_cost, enter_counts, take_away
from itsm.reporting.call_models import MOST_CALLS, MOST_COST, CallCount, DeskCost
from itsm.service_reports.forms import read_month

#: The longest list of days that is answered at once: of lines of more than a year.
MOST_DAYS, MOST_MONTHS = 2000, 240
PERIOD = [
    OpenApiParameter("from", str, description="First day; 29 days ago if left out."),
    OpenApiParameter("to", str, description="Last day; today if left out."),
]
OUTCOMES = ["entered", "corrected", "unchanged"]


def _calls(**more: Any) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=0, max_value=MOST_CALLS, **more)


class CallCountBody(Strict):
    """The calls of a day on a line or queue."""

    day = serializers.DateField()
    line = Text(
        max_length=60, allow_blank=True, required=False, default="", help_text="Empty: the whole desk together."
    )
    offered = _calls(help_text="All calls that came in; at least the answered and abandoned ones together.")
    answered = _calls()
    answered_soon = _calls(help_text="Answered within 20 seconds; among the answered ones.")
    abandoned = _calls(help_text="Given up by the caller.")


class CallCountShape(serializers.Serializer[Any]):
    """The calls of a day as they are counted."""

    id = serializers.IntegerField()
    day = serializers.DateField()
    line = serializers.CharField(allow_blank=True)
    offered = serializers.IntegerField()
    answered = serializers.IntegerField()
    answered_soon = serializers.IntegerField()
    abandoned = serializers.IntegerField()
    entered_by = serializers.CharField(help_text="User name.")
    entered_at = serializers.DateTimeField()


class EntryOutcomeShape(serializers.Serializer[Any]):
    """What came of entering a day or a month."""

    outcome = serializers.ChoiceField(OUTCOMES)


class DeskCostBody(Strict):
    """What the desk cost in a month."""

    month = Text(max_length=7, help_text="As 2026-11.")
    amount = serializers.IntegerField(min_value=0, max_value=MOST_COST, help_text="NT$.")
    note = Text(max_length=300, allow_blank=True, required=False, default="")


class DeskCostShape(serializers.Serializer[Any]):
    """The cost of a month."""

    id = serializers.IntegerField()
    month = serializers.CharField(help_text="As 2026-11.")
    amount = serializers.IntegerField(help_text="NT$.")
    note = serializers.CharField(allow_blank=True)
    entered_by = serializers.CharField(help_text="User name.")
    entered_at = serializers.DateTimeField()


class CallCountList(ReportView):
    """Calls of days."""

    scopes = {"GET": Scope.TICKETS_READ, "POST": Scope.MONITOR_INGEST}

    def known_parameters(self) -> frozenset[str]:
        """This will name the period."""
        return frozenset({"from", "to"}) if self.request.method == "GET" else frozenset()

    @extend_schema(
        operation_id="list_call_counts", tags=["reports"], parameters=PERIOD,
        responses={200: CallCountShape(many=True), **refusals()},
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """List the calls of the days of a period, the latest first, 2,000 rows at most."""
        asked = self.asked(request)
        rows = CallCount.objects.of_days(asked.since, asked.until).select_related("entered_by").order_by("-day", "line")
        return Response(CallCountShape([_counts(row) for row in rows[:MOST_DAYS]], many=True).data)

    @extend_schema(
        operation_id="enter_call_counts", tags=["reports"], request=CallCountBody, parameters=[IDEMPOTENCY_KEY],
        responses={200: EntryOutcomeShape, 201: EntryOutcomeShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Enter the calls of a day; entered again they are corrected, and what they were is kept. For who answers for the desk."""
        return once(request, self.enter)

    def enter(self) -> Response:
        """This will enter them."""
        body = CallCountBody(data=self.request.data)
        body.is_valid(raise_exception=True)
        given = dict(body.validated_data) | {"line": " ".join(body.validated_data["line"].split())}
        outcomes = enter_counts([Counts(**given)], by=self.caller, at=timezone.now())
        return _said(next(word for word, times in outcomes.items() if times))


class DeskCostList(ReportView):
    """Costs of months."""

    scopes = {"GET": Scope.TICKETS_READ, "POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="list_desk_costs", tags=["reports"], responses={200: DeskCostShape(many=True), **refusals()}
    )
    def get(self, request: Request) -> Response:
        """List what the desk cost in each month, the latest first."""
        rows = DeskCost.objects.select_related("entered_by").order_by("-month")[:MOST_MONTHS]
        return Response(DeskCostShape([_cost(row) for row in rows], many=True).data)

    @extend_schema(
        operation_id="enter_desk_cost", tags=["reports"], request=DeskCostBody, parameters=[IDEMPOTENCY_KEY],
        responses={200: EntryOutcomeShape, 201: EntryOutcomeShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Enter what the desk cost in a month; entered again it is corrected, and what it was is kept. For who answers for the desk."""
        return once(request, self.enter)

    def enter(self) -> Response:
        """This will enter it."""
        body = DeskCostBody(data=self.request.data)
        body.is_valid(raise_exception=True)
        month = read_month(body.validated_data["month"])
        if month is None:
            raise ValidationError({"month": [_("Write the month as 2026-11.")]})
        given = Cost(month, body.validated_data["amount"], body.validated_data["note"])
        return _said(enter_cost(given, by=self.caller, at=timezone.now()))


class CallCountView(ReportView):
    """The calls of one day on one line."""

    scopes = {"DELETE": Scope.MONITOR_INGEST}

    @extend_schema(operation_id="take_away_call_counts", tags=["reports"], responses={204: None, **refusals()})
    def delete(self, request: Request, key: int) -> Response:
        """Take calls away that were entered by mistake; what they were is kept. For who enters calls."""
        take_away(get_object_or_404(CallCount, pk=key), by=self.caller, at=timezone.now())
        return Response(status=204)


class DeskCostView(ReportView):
    """The cost of one month."""

    scopes = {"DELETE": Scope.TICKETS_WRITE}

    @extend_schema(operation_id="take_away_desk_cost", tags=["reports"], responses={204: None, **refusals()})
    def delete(self, request: Request, key: int) -> Response:
        """Take the cost of a month away that was entered by mistake; what it was is kept. For who answers for the desk."""
        take_away(get_object_or_404(DeskCost, pk=key), by=self.caller, at=timezone.now())
        return Response(status=204)


def _said(outcome: str) -> Response:
    return Response({"outcome": outcome}, status=201 if outcome == ENTERED else 200)


def _counts(row: CallCount) -> dict[str, Any]:
    names = ("id", "day", "line", "offered", "answered", "answered_soon", "abandoned", "entered_at")
    return {name: getattr(row, name) for name in names} | {"entered_by": row.entered_by.username}


def _cost(row: DeskCost) -> dict[str, Any]:
    said = {"id": row.pk, "month": str(row), "amount": row.amount, "note": row.note, "entered_at": row.entered_at}
    return said | {"entered_by": row.entered_by.username}


urlpatterns = [
    path("call-counts", CallCountList.as_view()),
    path("call-counts/<int:key>", CallCountView.as_view()),
    path("desk-costs", DeskCostList.as_view()),
    path("desk-costs/<int:key>", DeskCostView.as_view()),
]
