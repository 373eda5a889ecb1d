"""The figures of suppliers (domain 4.8)."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any

from django.utils.timezone import localdate

from itsm.records.figures import Count, Durations, Mean, Rows, Share, averaged, durations, lasted, share
from relationships.models import Contract, SupplierCase, SupplierDispute, SupplierEvaluation
from relationships.spending_figures import MOMENT
from sla.attained import MET, MISSED, of_suppliers
from sla.models import Clock


def _judged(start: datetime, end: datetime) -> Any:
    cases = SupplierCase.objects.filter(state="closed", closed_at__gte=start, closed_at__lt=end).values("pk")
    return Clock.objects.counted().filter(record__in=cases)


def contract_attainment(*, start: datetime, end: datetime) -> Share:
    """Count the cases answered within their contract's time among those closed in the period that had a target, by supplier."""
    rows = _judged(start, end).filter(MET | MISSED)
    return of_suppliers(rows)


def time_held(*, start: datetime, end: datetime) -> Durations:
    """Measure how long the supplier held each case that was closed in the period, in the contract's hours."""
    spent = _judged(start, end).exclude(elapsed_seconds=None)
    return lasted(Rows(spent, "record", "elapsed_seconds"))


def time_to_answer(*, start: datetime, end: datetime) -> Durations:
    """Measure from sending to the last answer, around the clock."""
    rows = SupplierCase.objects.filter(answered_at__gte=start, answered_at__lt=end)
    return durations(rows.values_list("pk", "sent_at", "answered_at"))


def disputes_opened(*, start: datetime, end: datetime) -> Count:
    """Count the disputes raised in the period."""
    return Count(Rows(SupplierDispute.objects.filter(created_at__gte=start, created_at__lt=end)))


def contracts_reviewed_late(*, start: datetime, end: datetime) -> Share:
    """Count the contracts whose review was due before the end of the period among those in force."""
    rows = Contract.objects.filter(phase="working")
    return share(Rows(rows.filter(review_on__lt=localdate(end))), Rows(rows))


def supplier_score(*, start: datetime, end: datetime) -> Mean:
    """Average the weighted marks of the evaluations held in the period."""
    rows = SupplierEvaluation.objects.filter(held_on__gte=localdate(start), held_on__lte=localdate(end - MOMENT))
    weights = SupplierEvaluation.WEIGHTS
    whole = sum(weights.values())
    marks = [
        (one.pk, Fraction(sum(part * getattr(one, name) for name, part in weights.items()), whole)) for one in rows
    ]
    return averaged(Rows(tuple(marks), of="evaluation"), [mark for _key, mark in marks])


def contract_rows(*, start: datetime, end: datetime) -> Any:
    """Give the contracts in force with supplier and period, as evidence of clause 7.2."""
    return Contract.objects.filter(phase="working").select_related("supplier__organisation").order_by("ends_on", "pk")


def evaluation_rows(*, start: datetime, end: datetime) -> Any:
    """Give the evaluations of suppliers held in the period."""
    rows = SupplierEvaluation.objects.filter(held_on__gte=localdate(start), held_on__lte=localdate(end - MOMENT))
    return rows.select_related("supplier__organisation", "by").order_by("held_on", "pk")


def dispute_rows(*, start: datetime, end: datetime) -> Any:
    """Give the disputes raised in the period."""
    return SupplierDispute.objects.filter(created_at__gte=start, created_at__lt=end).order_by("pk")


EVIDENCE = {"contracts_in_force": contract_rows, "suppliers_evaluated": evaluation_rows}
DISPUTED = {"disputes_raised": dispute_rows}
