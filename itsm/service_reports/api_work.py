"""Work on reports over REST: the rows behind a number, preparing, commenting, calculating anew, sending back, signing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.api.schema import refusals
from itsm.api.scopes import Scope
from itsm.api.serializers import Strict, Text
from itsm.records.refusals import NotAllowed
from itsm.service_reports import access, contract_years, entering, kinds, steps
from itsm.service_reports.amounts import figure_of
from itsm.service_reports.api_reading import ReportReader, WholeReportShape
from itsm.service_reports.forms import UNREAD, read_day
from itsm.service_reports.models import ReportIssue, ReportResult
from itsm.service_reports.rows_page import arithmetic, sides
from itsm.service_reports.scope import customers
from sla.models import ServiceAgreement

LONG = steps.LONGEST
#: A method that answers a step.
Step = TypeVar("Step", bound=Callable[..., Response])


class ReportRowShape(serializers.Serializer[Any]):
    """One row behind a number."""

    what = serializers.CharField(help_text="outage, record, claim, maintenance, agreed, ...")
    which = serializers.CharField(help_text="Its key, its day or its name.")
    amount = serializers.IntegerField(help_text="What it adds: seconds, a mark, or one.")
    label = serializers.CharField(help_text="What it is called; hidden from who may not know of it.")  # type: ignore[assignment]  # a field of the body, no attribute of the serializer
    url = serializers.CharField(allow_blank=True)


class ReportSideShape(serializers.Serializer[Any]):
    """One side of a formula with its sum."""

    name = serializers.CharField()
    total = serializers.IntegerField()
    rows = ReportRowShape(many=True)


class ReportFigureShape(serializers.Serializer[Any]):
    """A number with the rows that make it."""

    figure = serializers.CharField()
    formula = serializers.CharField()
    unit = serializers.CharField()
    value = serializers.CharField(allow_null=True, help_text="The exact number, a fraction as text.")
    shown = serializers.CharField()
    arithmetic = serializers.CharField(allow_blank=True, help_text="How the sums make the number.")
    sides = ReportSideShape(many=True)


class PrepareBody(Strict):
    """Whose report, of which period."""

    customer = Text(max_length=50, help_text="Code of the unit.")
    month = Text(
        max_length=10,
        help_text="2026-11; of a quarter or year any month of it, of a week or contract year any day of it: 2026-11-23.",
    )
    kind = serializers.ChoiceField(kinds.CHOICES, required=False, default="month")
    years = serializers.ChoiceField(ReportIssue.Years.choices, required=False, default="gregorian")
    agreement = Text(
        max_length=40, required=False, allow_blank=True, default="",
        help_text="Number of the agreement whose contract year is meant; may be left out where the customer has one only.",
    )  # fmt: skip
    reason = Text(max_length=500, required=False, allow_blank=True, default="", help_text="Why it is issued anew.")


class ReportResultBody(Strict):
    """What a person found of a promise that nothing measures."""

    name = Text(max_length=40, help_text="Of the line in the report, such as custom-3.")
    verdict = serializers.ChoiceField(
        ReportResult.Verdict.choices, required=False, allow_blank=True, default="",
        help_text="Empty, with the rest empty, takes the result away.",
    )  # fmt: skip
    text = Text(max_length=entering.LONGEST, required=False, allow_blank=True, default="")
    evidence = Text(max_length=entering.LONGEST_LINK, required=False, allow_blank=True, default="", help_text="A link.")


class ReportCommentBody(Strict):
    """What is said about a service."""

    text = Text(max_length=LONG, allow_blank=True, help_text="Empty takes the commentary away.")
    results = ReportResultBody(
        many=True, required=False, help_text="Of promises that a person judges; those not named stay as they are."
    )


class ReportReasonBody(Strict):
    """Why a report is given back."""

    reason = Text(max_length=400)


class ReportSignatureBody(Strict):
    """Who signs for the customer."""

    name = Text(max_length=120)
    title = Text(max_length=120, required=False, allow_blank=True, default="")
    remark = Text(max_length=LONG, required=False, allow_blank=True, default="")


class FigureRows(ReportReader):
    """The rows behind one number."""

    scopes = {"GET": Scope.TICKETS_READ}

    @extend_schema(
        operation_id="read_sla_report_rows", tags=["sla-reports"], responses={200: ReportFigureShape, **refusals()}
    )
    def get(self, request: Request, pk: int, figure: str) -> Response:
        """Read exactly the rows that make a number of the report."""
        issue = self.find(pk)
        kept = issue.figures.get("figures", {}).get(figure)
        if kept is None:
            raise Http404
        one = figure_of(kept)
        named = zip(one.sides.items(), sides(one, issue, self.caller), strict=True)
        told = [
            {
                "name": name, "total": side.total, "rows": [
                    {"what": what, "which": str(which), "amount": amount, "label": row.label, "url": row.url}
                    for (what, which, amount), row in zip(rows, side.rows, strict=True)
                ],
            }
            for (name, rows), side in named
        ]  # fmt: skip
        plain = {name: kept[name] for name in ("formula", "unit", "value", "shown")}
        return Response({"figure": figure, **plain, "arithmetic": arithmetic(one), "sides": told})


class ReportStepView(ReportReader):
    """One step with a report; afterwards the report is answered."""

    scopes = {"POST": Scope.TICKETS_WRITE}

    def read(self, body: type[Any]) -> dict[str, Any]:
        """This will read the body."""
        given = body(data=self.request.data)
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)


def step(operation: str, body: type[Any] | None) -> Callable[[Step], Step]:
    """Describe a step in the OpenAPI document."""
    described: Callable[[Step], Step] = extend_schema(
        operation_id=operation,
        tags=["sla-reports"],
        request=body,
        responses={200: WholeReportShape, **refusals(409, 413, 415, 422)},
    )
    return described


class ReportRecalculation(ReportStepView):
    """Calculating anew."""

    @step("recalculate_sla_report", None)
    def post(self, request: Request, pk: int) -> Response:
        """Ask for the figures to be calculated anew by the worker."""
        steps.recalculate(self.find(pk), by=self.caller, at=timezone.now())
        return Response(self.whole(self.find(pk)))


class ReportSendBack(ReportStepView):
    """Giving back."""

    @step("send_back_sla_report", ReportReasonBody)
    def post(self, request: Request, pk: int) -> Response:
        """Give an approved report back to its preparation, with what is to be changed."""
        issue, given = self.find(pk), self.read(ReportReasonBody)
        steps.send_back(issue, reason=given["reason"], by=self.caller, at=timezone.now())
        return Response(self.whole(self.find(pk)))


class ReportCommentary(ReportStepView):
    """Commentary on a service."""

    @step("comment_sla_report", ReportCommentBody)
    def post(self, request: Request, pk: int, code: str) -> Response:
        """Keep what is said about a service, and results of what a person judges, as its owner or who prepares reports."""
        issue = self.find(pk)
        service, given = get_object_or_404(issue.services, code=code), self.read(ReportCommentBody)
        results = [entering.Result(**one) for one in given.get("results", [])]
        steps.comment(issue, service, given["text"], results=results, by=self.caller, at=timezone.now())
        return Response(self.whole(self.find(pk)))


class ReportSigning(ReportStepView):
    """The customer's signature."""

    @step("sign_sla_report", ReportSignatureBody)
    def post(self, request: Request, pk: int) -> Response:
        """Sign for an issued report as who speaks for the customer, once."""
        issue, given = self.find(pk), self.read(ReportSignatureBody)
        steps.acknowledge(issue, steps.Signature(**given), way="portal", by=self.caller, at=timezone.now())
        return Response(self.whole(self.find(pk)))


def prepared(caller: Any, given: dict[str, Any]) -> ReportIssue:
    """Begin a report as the body asks for it.

    :raises NotAllowed: if the caller does not prepare reports
    :raises ValidationError: if there is no such customer or month
    """
    at, day, named = timezone.now(), read_day(given["month"], given["kind"]), given["agreement"]
    if not access.prepares(caller):
        raise NotAllowed
    customer = next((one for one in customers(at=at) if one.code == given["customer"]), None)
    agreement = ServiceAgreement.objects.visible_to(caller).filter(number=named).first() if named else None
    wrong = {}
    if customer is None:
        wrong["customer"] = [_("There is no customer with this code who is owed a report.")]
    if day is None:
        wrong["month"] = [str(UNREAD)]
    if named and agreement is None:
        wrong["agreement"] = [_("There is no such agreement.")]
    if wrong:
        raise ValidationError(wrong)
    return contract_years.prepared(given | {"customer": customer, "day": day, "agreement": agreement}, by=caller, at=at)


urlpatterns = [
    path("sla-reports/<int:pk>/rows/<str:figure>", FigureRows.as_view()),
    path("sla-reports/<int:pk>/recalculate", ReportRecalculation.as_view()),
    path("sla-reports/<int:pk>/send-back", ReportSendBack.as_view()),
    path("sla-reports/<int:pk>/comments/<slug:code>", ReportCommentary.as_view()),
    path("sla-reports/<int:pk>/sign", ReportSigning.as_view()),
]
