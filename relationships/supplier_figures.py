"""The figures of suppliers (domain 4.8)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from itsm.records.figures import Durations, Share, durations
from relationships.models import Contract, SupplierCase, SupplierDispute, SupplierEvaluation
from sla.models import Clock


def _judged(start: datetime, end: datetime) -> Any:
    cases = SupplierCase.objects.filter(state="closed", closed_at__gte=start, closed_at__lt=end).values("pk")
    return Clock.objects.counted().filter(record__in=cases)


def contract_attainment(*, start: datetime, end: datetime) -> Share:
    """Count the cases answered within their contract's time among those closed in the period that had a target."""
    found = _judged(start, end).aggregate(
        met=Count("pk", filter=Q(state="met")), missed=Count("pk", filter=Q(state="missed"))
    )
    return Share(found["met"], found["met"] + found["missed"])


def time_held(*, start: datetime, end: datetime) -> Durations:
    """Measure how long the supplier held each case that was closed in the period, in the contract's hours."""
    spent = _judged(start, end).exclude(elapsed_seconds=None).values_list("elapsed_seconds", flat=True)
    return Durations(tuple(sorted(float(seconds) for seconds in spent)))


def time_to_answer(*, start: datetime, end: datetime) -> Durations:
    """Measure from sending to the last answer, around the clock."""
    rows = SupplierCase.objects.filter(answered_at__gte=start, answered_at__lt=end)
    return durations(rows.values_list("sent_at", "answered_at"))


def disputes_opened(*, start: datetime, end: datetime) -> int:
    """Count the disputes raised in the period."""
    found: int = SupplierDispute.objects.filter(created_at__gte=start, created_at__lt=end).count()
    return found


def contracts_reviewed_late(*, start: datetime, end: datetime) -> Share:
    """Count the contracts whose review was due before the end of the period among those in force."""
    rows = Contract.objects.filter(phase="working")
    return Share(rows.filter(review_on__lt=end.date()).count(), rows.count())


def contract_rows(*, start: datetime, end: datetime) -> Any:
    """Give the contracts in force with supplier and period, as evidence of clause 7.2."""
    return Contract.objects.filter(phase="working").select_related("supplier__organisation").order_by("ends_on", "pk")


def evaluation_rows(*, start: datetime, end: datetime) -> Any:
    """Give the evaluations of suppliers held in the period."""
    rows = SupplierEvaluation.objects.filter(held_on__gte=start.date(), held_on__lt=end.date())
    return rows.select_related("supplier__organisation", "by").order_by("held_on", "pk")


def dispute_rows(*, start: datetime, end: datetime) -> Any:
    """Give the disputes raised in the period."""
    return SupplierDispute.objects.filter(created_at__gte=start, created_at__lt=end).order_by("pk")


FIGURES = {figure.__name__: figure for figure in (contract_attainment, time_held, time_to_answer)}
CONTRACTS = {figure.__name__: figure for figure in (contracts_reviewed_late,)}
DISPUTES = {figure.__name__: figure for figure in (disputes_opened,)}
EVIDENCE = {"contracts_in_force": contract_rows, "suppliers_evaluated": evaluation_rows}
DISPUTED = {"disputes_raised": dispute_rows}
