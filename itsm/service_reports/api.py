"""Reports over REST: the list, one report with its figures, the rows behind a number, and the steps."""

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

from itsm.api.paging import Order
from itsm.api.schema import listing, refusals
from itsm.api.scopes import Scope
from itsm.api.views import ApiView, ListView
from itsm.service_reports import steps
from itsm.service_reports.models import ReportIssue
from itsm.service_reports.periods import label

PLAIN = (
    "edition", "superseded", "state", "period", "starts_at", "ends_at", "is_provisional", "digest", "calculated_at", "approved_at",
    "issued_at", "acknowledged_at", "acknowledged_by",
)  # fmt: skip


class ReportShape(serializers.Serializer[Any]):
    """A report in a list."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    customer = serializers.CharField(help_text="Code of the unit.")
    month = serializers.CharField(help_text="2026-11, 2026-Q4 or 2026.")
    period = serializers.ChoiceField(ReportIssue.Period.choices)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    edition = serializers.IntegerField()
    superseded = serializers.BooleanField(help_text="A later edition stands in its place.")
    state = serializers.ChoiceField(ReportIssue.State.choices)
    is_provisional = serializers.BooleanField()
    digest = serializers.CharField(help_text="SHA-256 of the canonical figures; empty until they are calculated.")
    calculated_at = serializers.DateTimeField(allow_null=True)
    approved_at = serializers.DateTimeField(allow_null=True)
    issued_at = serializers.DateTimeField(allow_null=True)
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    acknowledged_by = serializers.CharField(allow_blank=True)


class WholeReportShape(ReportShape):
    """A report with everything that it counts."""

    figures = serializers.DictField(help_text="Each number with formula, exact value, text and rows.")
    services = serializers.ListField(help_text="Promises, breaches, exclusions, maintenance, trend of each service.")
    differences = serializers.ListField(help_text="What differs from the edition before.")


class DigestShape(serializers.Serializer[Any]):
    """What is approved."""

    digest = serializers.CharField(max_length=64, help_text="Of the figures that were read.")


class ReportFilter(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """By what reports may be filtered."""

    customer = filters.CharFilter(field_name="customer__code")
    state = filters.ChoiceFilter(choices=ReportIssue.State.choices)

    class Meta:
        model = ReportIssue
        fields: tuple[str, ...] = ()


def _number(row: dict[str, Any]) -> str:
    code = row["customer__code"]
    issue = ReportIssue(edition=row["edition"], period=row["period"], starts_at=row["starts_at"])
    return issue.number_for(code)


def _shape(row: dict[str, Any]) -> dict[str, Any]:
    plain = {name: row[name] for name in PLAIN}
    month = label(row["starts_at"], row["period"])
    return {"id": row["id"], "number": _number(row), "customer": row["customer__code"], "month": month, **plain}


class ReportList(ListView):
    """Reports that the caller may know of."""

    scopes = {"GET": Scope.TICKETS_READ}
    orders = {"-starts_at": Order("starts_at", descending=True, kind=datetime)}
    columns = ("id", "customer__code", *PLAIN)
    filterset_class = ReportFilter

    def rows(self) -> QuerySet[Any]:
        """This will start at what the caller may know of."""
        found: QuerySet[Any] = ReportIssue.objects.filter(
            pk__in=ReportIssue.objects.visible_to(self.caller).values("pk")
        )
        return found

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will lay out one report."""
        return _shape(row)

    @extend_schema(operation_id="list_sla_reports", tags=["sla-reports"], responses=listing(ReportShape))
    def get(self, request: Request) -> Response:
        """List service level reports that you may see, the newest period first."""
        return self.page()


class ReportView(ApiView):
    """One report."""

    scopes = {"GET": Scope.TICKETS_READ}

    def find(self, pk: int) -> ReportIssue:
        """This will find a report that the caller may know of (404)."""
        found: ReportIssue = get_object_or_404(
            ReportIssue.objects.visible_to(self.caller).select_related("customer"), pk=pk
        )
        return found

    def whole(self, issue: ReportIssue) -> dict[str, Any]:
        """This will lay out a report with its figures."""
        row = {name: getattr(issue, name) for name in PLAIN} | {"id": issue.pk, "customer__code": issue.customer.code}
        kept = issue.figures
        return _shape(row) | {
            "figures": kept.get("figures", {}), "services": kept.get("services", []), "differences": issue.differences,
        }  # fmt: skip

    @extend_schema(
        operation_id="read_sla_report", tags=["sla-reports"], responses={200: WholeReportShape, **refusals()}
    )
    def get(self, request: Request, pk: int) -> Response:
        """Read a report: every number with the rows that make it, as it was issued."""
        return Response(self.whole(self.find(pk)))


class ReportApproval(ReportView):
    """Approval of a report."""

    scopes = {"POST": Scope.TICKETS_WRITE}
    http_method_names = ["post", "options"]

    @extend_schema(
        operation_id="approve_sla_report", tags=["sla-reports"], request=DigestShape,
        responses={200: WholeReportShape, **refusals()},
    )  # fmt: skip
    def post(self, request: Request, pk: int) -> Response:
        """Approve exactly the figures that you have read."""
        issue = self.find(pk)
        given = DigestShape(data=request.data)
        given.is_valid(raise_exception=True)
        steps.approve(issue, digest=given.validated_data["digest"], by=self.caller, at=timezone.now())
        return Response(self.whole(self.find(pk)))


class ReportIssuing(ReportView):
    """Issue of a report."""

    scopes = {"POST": Scope.TICKETS_WRITE}
    http_method_names = ["post", "options"]

    @extend_schema(
        operation_id="issue_sla_report",
        tags=["sla-reports"],
        request=None,
        responses={200: WholeReportShape, **refusals()},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Freeze an approved report and hand it to the customer."""
        steps.issue(self.find(pk), by=self.caller, at=timezone.now())
        return Response(self.whole(self.find(pk)))


urlpatterns = [
    path("sla-reports", ReportList.as_view()),
    path("sla-reports/<int:pk>", ReportView.as_view()),
    path("sla-reports/<int:pk>/approve", ReportApproval.as_view()),
    path("sla-reports/<int:pk>/issue", ReportIssuing.as_view()),
]
