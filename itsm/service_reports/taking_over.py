"""A corrected report begins with what was said in the edition before: commentary, and results that persons entered."""

from __future__ import annotations

from itsm.service_reports.models import ReportComment, ReportIssue, ReportResult


def take_over(made: ReportIssue, *, earlier: ReportIssue) -> bool:
    """Copy what was said in ``earlier`` into a new edition, in the names and at the times of those who said it; tell whether there was any.

    Commentary keeps the edition in which it was written, until somebody keeps it anew.
    """
    said = [
        ReportComment(
            issue=made, service_id=row.service_id, text=row.text, by_id=row.by_id, at=row.at,
            taken_from=row.taken_from or earlier.edition,
        )
        for row in earlier.comments.order_by("pk")
    ]  # fmt: skip
    results = [
        ReportResult(
            issue=made, service_id=row.service_id, promise_id=row.promise_id, verdict=row.verdict, text=row.text,
            evidence=row.evidence, by_id=row.by_id, at=row.at,
        )
        for row in earlier.results.order_by("pk")
    ]  # fmt: skip
    ReportComment.objects.bulk_create(said)
    ReportResult.objects.bulk_create(results)
    return bool(said or results)
