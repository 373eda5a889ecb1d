"""How reports are laid out over REST, and how one is found."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from rest_framework import serializers

from itsm.api.views import ApiView
from itsm.service_reports import kinds
from itsm.service_reports.models import ReportIssue
from itsm.service_reports.periods import label
from itsm.service_reports.remedies import owed
from sla.models import Remedy

PLAIN = (
    "edition", "superseded", "state", "period", "starts_at", "ends_at", "is_provisional", "digest", "calculated_at", "approved_at",
    "issued_at", "acknowledged_at", "acknowledged_by", "approved_without",
)  # fmt: skip


class ReportShape(serializers.Serializer[Any]):
    """A report in a list."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    customer = serializers.CharField(help_text="Code of the unit.")
    month = serializers.CharField(
        help_text="2026-11, 2026-Q4, 2026, 2026-W48, or 2026-C1001: a contract year that begins on 1 October."
    )
    agreement = serializers.CharField(allow_null=True, help_text="Number of the agreement whose contract year it is.")
    period = serializers.ChoiceField(kinds.CHOICES)
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
    approved_without = serializers.CharField(
        allow_blank=True, help_text="Why it was approved without a result that a person owed."
    )


class RemedyOwed(serializers.Serializer[Any]):
    """A remedy that is owed for a promise of the report."""

    service = serializers.CharField(help_text="Code of the service.")
    promise = serializers.CharField(help_text="Name of the promise among the lines of the service.")
    kind = serializers.ChoiceField(Remedy.Kind.choices)
    amount = serializers.CharField(allow_null=True, help_text="An exact number as text.")
    cap = serializers.CharField(allow_null=True, help_text="At most so much.")
    claim_needed = serializers.BooleanField()
    claim_days = serializers.IntegerField(allow_null=True, help_text="Days for claiming, from the issue of the report.")
    claim_until = serializers.DateField(allow_null=True, help_text="Last day for claiming; null until it is issued.")


class WholeReportShape(ReportShape):
    """A report with everything that it counts."""

    figures = serializers.DictField(help_text="Each number with formula, exact value, text and rows.")
    services = serializers.ListField(help_text="Promises, breaches, exclusions, maintenance, trend of each service.")
    workload = serializers.ListField(
        help_text="Limits of the workload, each with the figure of the most that came in one of its periods; null: not counted here."
    )
    remedies = RemedyOwed(many=True)
    differences = serializers.ListField(help_text="What differs from the edition before.")


def number_of(row: dict[str, Any]) -> str:
    """Give the number of a row of the list."""
    code = row["customer__code"]
    named = {name: row[name] for name in ("edition", "period", "starts_at")}
    issue = ReportIssue(**named, agreement_id=row["agreement"])
    return issue.number_for(code)


def report_told(row: dict[str, Any]) -> dict[str, Any]:
    """Lay a row of the list out."""
    plain = {name: row[name] for name in PLAIN} | {"agreement": row["agreement__number"]}
    month = label(row["starts_at"], row["period"])
    return {"id": row["id"], "number": number_of(row), "customer": row["customer__code"], "month": month, **plain}


class ReportReader(ApiView):
    """Finds a report and lays it out."""

    def find(self, pk: int) -> ReportIssue:
        """This will find a report that the caller may know of (404)."""
        found: ReportIssue = get_object_or_404(
            ReportIssue.objects.visible_to(self.caller).select_related("customer", "agreement"), pk=pk
        )
        return found

    def whole(self, issue: ReportIssue) -> dict[str, Any]:
        """This will lay out a report with its figures."""
        row = {name: getattr(issue, name) for name in PLAIN} | {"id": issue.pk, "customer__code": issue.customer.code}
        row |= {"agreement": issue.agreement_id, "agreement__number": issue.agreement and issue.agreement.number}
        kept = issue.figures
        return report_told(row) | {
            "figures": kept.get("figures", {}), "services": kept.get("services", []),
            "workload": kept.get("workload", []),
            "remedies": RemedyOwed(owed(issue), many=True).data, "differences": issue.differences,
        }  # fmt: skip
