"""Reports over REST: the KPI dictionary, figures over a period, and the rows behind them."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.api.schema import refusals
from itsm.api.scopes import Scope
from itsm.api.views import ApiView
from itsm.records import kpis
from itsm.records.figures import PART, WHOLE
from itsm.reporting import access, shown, snapshots, targets
from itsm.reporting.asked import Asked, read
from itsm.reporting.behind import behind
from itsm.reporting.kpi_views import names

#: Where there are very many cases, figures are counted before they are asked for.
COUNTED_AT = "When the worker counted it; null where it was counted for this answer."
#: The digits of a key: those of owed reports name customer, agreement and period in one number, longer than that of any record.
LONGEST_KEY = 30
PERIOD = ("from", "to", "service", "team", "priority")
PARAMETERS = [
    OpenApiParameter("from", str, description="First day; 29 days ago if left out."),
    OpenApiParameter("to", str, description="Last day; today if left out."),
    OpenApiParameter("service", str, description="Code of a service to narrow to."),
    OpenApiParameter("team", str, description="Code of a team to narrow to."),
    OpenApiParameter("priority", str, description="Priority to narrow to, 1 to 5."),
]
SIDES = (
    "Rows of `part`, of `whole` (if left out), of `unpriced` cases that a cost leaves out, or of a value of a breakdown: "
    "`class.minor`."
)
ROWS = [
    OpenApiParameter("side", str, description=SIDES),
    OpenApiParameter("before", int, description="Only rows of records with a lower key: `next` of the page before."),
]  # fmt: skip


class KpiShape(serializers.Serializer[Any]):
    """One figure of the dictionary."""

    key = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = serializers.CharField()
    formula = serializers.CharField()
    owner = serializers.CharField(help_text="Code of the role that answers for it.")
    unit = serializers.ChoiceField(list(shown.UNITS))
    period = serializers.ChoiceField(list(shown.PERIODS), help_text="Which day of a record decides.")
    better = serializers.CharField(allow_blank=True, help_text="Which way is better: up, down, or neither.")
    target = serializers.CharField(allow_null=True, help_text="In per cent, hours, NT$ or as a number, today.")


class FigureShape(serializers.Serializer[Any]):
    """A figure over a period."""

    key = serializers.CharField()
    since = serializers.DateField()
    last = serializers.DateField()
    text = serializers.CharField(help_text="As it is shown: cut, never rounded; “-” where there is nothing to count.")
    value = serializers.CharField(allow_null=True, help_text="Exact, as a fraction: per cent, hours, NT$ or a number.")
    beside = serializers.CharField(
        allow_blank=True, help_text="What belongs beside it in words: the spread, and what is left out."
    )
    part = serializers.IntegerField(allow_null=True)
    whole = serializers.IntegerField(allow_null=True, help_text="Of what is no share, on how many rows it rests.")
    few = serializers.BooleanField(help_text="It rests on fewer than 30 answers.")
    target = serializers.CharField(allow_null=True)
    met = serializers.BooleanField(allow_null=True)
    coverage = serializers.CharField(
        allow_blank=True,
        help_text="How much of the period is known, where only a part may have been entered; else empty.",
    )
    narrowed = serializers.BooleanField(help_text="Whether service, team and priority narrow it.")
    counted_at = serializers.DateTimeField(allow_null=True, help_text=COUNTED_AT)


class FigureRowShape(serializers.Serializer[Any]):
    """One record behind a figure."""

    number = serializers.CharField(allow_blank=True, help_text="Empty where the row is no record.")
    title = serializers.CharField(allow_blank=True)
    adds = serializers.FloatField(help_text="What it adds: one, seconds, or an amount.")
    times = serializers.IntegerField(help_text="How many rows name it.")


class FigureRowsShape(serializers.Serializer[Any]):
    """A page of the rows behind a figure."""

    count = serializers.IntegerField(help_text="All rows, also those you may not see.")
    total = serializers.FloatField(help_text="What all rows add up to.")
    hidden = serializers.IntegerField(help_text="Rows that you may not see.")
    next = serializers.IntegerField(allow_null=True)
    counted_at = serializers.DateTimeField(allow_null=True, help_text=COUNTED_AT)
    rows = FigureRowShape(many=True)


class ReportView(ApiView):
    """What is for readers of reports."""

    scopes = {"GET": Scope.TICKETS_READ}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """This will let only readers of reports in."""
        super().initial(request, *args, **kwargs)
        if not access.reads(self.caller):
            raise PermissionDenied(access.refusal())

    def asked(self, request: Request) -> Asked:
        """This will read the period and what to narrow to.

        :raises ValidationError: if any of it cannot be read
        """
        found = read(request.query_params.dict(), at=timezone.now())
        if found.wrong:
            raise ValidationError({"detail": list(found.wrong)})
        return found

    def find(self, figure: str) -> kpis.Kpi:
        """This will find a figure.

        :raises Http404: if there is none
        """
        found = kpis.find(figure)
        if found is None:
            raise Http404(_("There is no such figure."))
        return found


class KpiList(ReportView):
    """The dictionary."""

    @extend_schema(operation_id="list_kpis", tags=["reports"], responses={200: KpiShape(many=True), **refusals()})
    def get(self, request: Request) -> Response:
        """List every figure with its formula, owner, unit, period, direction and target."""
        known, today = targets.all_set(), timezone.localdate()
        return Response([_described(one, targets.in_force(one, on=today, known=known)) for one in kpis.all_kpis()])


class FigureView(ReportView):
    """One figure."""

    def known_parameters(self) -> frozenset[str]:
        """This will name period and filters."""
        return frozenset(PERIOD)

    @extend_schema(
        operation_id="read_figure", tags=["reports"], parameters=PARAMETERS, responses={200: FigureShape, **refusals()}
    )
    def get(self, request: Request, figure: str) -> Response:
        """Compute a figure over a period, exact and against its target."""
        kpi, asked = self.find(figure), self.asked(request)
        counted = snapshots.told([kpi], asked)[0]
        value = shown.compute(kpi, asked) if counted.value is None else counted.value
        aim = targets.in_force(kpi, on=asked.last)
        exact = targets.measured(kpi, value)
        told = shown.line(kpi, value, asked=asked, aim=aim)
        return Response({
            "key": kpi.key, "since": asked.since, "last": asked.last, "text": told["text"], "value": None if exact is None else str(exact),
            "beside": told["beside"],
            "part": told["part"], "whole": told["whole"] if told["whole"] is not None else shown.size(value), "few": told["few"],
            "target": _number(aim), "met": told["met"], "narrowed": asked.narrowed and shown.narrows(value, asked),
            "counted_at": counted.at, "coverage": shown.coverage(kpi, asked),
        })  # fmt: skip


class FigureRows(ReportView):
    """The rows behind one figure."""

    def known_parameters(self) -> frozenset[str]:
        """This will name period, filters, side and page."""
        return frozenset((*PERIOD, "side", "before"))

    @extend_schema(
        operation_id="list_figure_rows", tags=["reports"], parameters=[*PARAMETERS, *ROWS], responses={200: FigureRowsShape, **refusals()}
    )  # fmt: skip
    def get(self, request: Request, figure: str) -> Response:
        """List the rows behind a figure that you may see, those of the newest records first, fifty at a time."""
        kpi, asked = self.find(figure), self.asked(request)
        side, before = request.query_params.get("side", WHOLE), request.query_params.get("before", "")
        key = int(before) if before.isdecimal() and len(before) <= LONGEST_KEY else None
        told = behind(kpi, asked, side, person=self.caller, before=key, patient=True)
        if side not in (PART, WHOLE, *told.value.sides) or (before and key is None):
            raise ValidationError({"side": [_("Choose part or whole, and a number for before.")]})
        found = told.found
        lines = [
            {"number": one["number"], "title": one["title"], "adds": one["amount"], "times": one["times"]}
            for one in found.lines
        ]
        return Response({
            "count": found.count, "total": found.total, "hidden": found.hidden, "next": found.older, "counted_at": told.at, "rows": lines,
        })  # fmt: skip


def _described(kpi: kpis.Kpi, aim: Any) -> dict[str, Any]:
    called = names(kpi)
    return {
        "key": kpi.key, "name_zh": called["zh"], "name_en": called["en"], "formula": str(kpi.formula), "owner": kpi.owner,
        "unit": kpi.unit, "period": kpi.period, "better": kpi.good, "target": _number(aim),
    }  # fmt: skip


def _number(value: Any) -> str | None:
    return None if value is None else f"{float(value):g}"


urlpatterns = [
    path("kpis", KpiList.as_view()),
    path("figures/<str:figure>", FigureView.as_view()),
    path("figures/<str:figure>/rows", FigureRows.as_view()),
]
