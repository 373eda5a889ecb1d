"""Reports over REST: the list, one report with its figures, preparing, approving and issuing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
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
from itsm.api.views import ListView
from itsm.service_reports import api_work, steps
from itsm.service_reports.api_reading import PLAIN, ReportReader, ReportShape, WholeReportShape, report_told
from itsm.service_reports.api_work import PrepareBody, prepared
from itsm.service_reports.models import ReportIssue


class DigestShape(serializers.Serializer[Any]):
    """What is approved."""

    digest = serializers.CharField(max_length=64, help_text="Of the figures that were read.")
    reason = serializers.CharField(
        max_length=500, required=False, allow_blank=True, default="", help_text="Why it goes without a result that a person owes.",
    )  # fmt: skip


class ReportFilter(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """By what reports may be filtered."""

    customer = filters.CharFilter(field_name="customer__code")
    state = filters.ChoiceFilter(choices=ReportIssue.State.choices)

    class Meta:
        model = ReportIssue
        fields: tuple[str, ...] = ()


class ReportList(ReportReader, ListView):
    """Reports that the caller may know of."""

    scopes = {"GET": Scope.TICKETS_READ, "POST": Scope.TICKETS_WRITE}
    orders = {"-starts_at": Order("starts_at", descending=True, kind=datetime)}
    columns = ("id", "customer__code", "agreement", "agreement__number", *PLAIN)
    filterset_class = ReportFilter

    def rows(self) -> QuerySet[Any]:
        """This will start at what the caller may know of."""
        found: QuerySet[Any] = ReportIssue.objects.filter(
            pk__in=ReportIssue.objects.visible_to(self.caller).values("pk")
        )
        return found

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will lay out one report."""
        return report_told(row)

    @extend_schema(operation_id="list_sla_reports", tags=["sla-reports"], responses=listing(ReportShape))
    def get(self, request: Request) -> Response:
        """List service level reports that you may see, the newest period first."""
        return self.page()

    @extend_schema(
        operation_id="prepare_sla_report", tags=["sla-reports"], request=PrepareBody,
        responses={201: WholeReportShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Begin a report, or with a reason a new edition of an issued one; the worker calculates it."""
        given = PrepareBody(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(self.whole(self.find(prepared(self.caller, given.validated_data).pk)), status=201)


class ReportView(ReportReader):
    """One report."""

    scopes = {"GET": Scope.TICKETS_READ}

    @extend_schema(
        operation_id="read_sla_report", tags=["sla-reports"], responses={200: WholeReportShape, **refusals()}
    )
    def get(self, request: Request, pk: int) -> Response:
        """Read a report: every number with the rows that make it, as it was issued."""
        return Response(self.whole(self.find(pk)))


class ReportApproval(ReportReader):
    """Approval of a report."""

    scopes = {"POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="approve_sla_report", tags=["sla-reports"], request=DigestShape,
        responses={200: WholeReportShape, **refusals()},
    )  # fmt: skip
    def post(self, request: Request, pk: int) -> Response:
        """Approve exactly the figures that you have read."""
        issue = self.find(pk)
        given = DigestShape(data=request.data)
        given.is_valid(raise_exception=True)
        steps.approve(issue, **given.validated_data, by=self.caller, at=timezone.now())
        return Response(self.whole(self.find(pk)))


class ReportIssuing(ReportReader):
    """Issue of a report."""

    scopes = {"POST": Scope.TICKETS_WRITE}

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
    *api_work.urlpatterns,
]
