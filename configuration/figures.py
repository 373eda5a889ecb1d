"""The figures of configuration management (domain 4.8): is what is recorded right, complete, kept up."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.utils.timezone import localdate

from configuration.health import health
from configuration.models import Authority, Baseline, CiVersion, Correction, VerificationAudit
from itsm.records.figures import Share

#: Working days within which a difference that an audit found should be corrected.
CORRECTED_WITHIN = 10


def _closed(start: datetime, end: datetime) -> list[dict[str, Any]]:
    rows = VerificationAudit.objects.closed().filter(closed_at__gte=start, closed_at__lt=end)
    return list(rows.values_list("figures", flat=True))


def accuracy(*, start: datetime, end: datetime) -> Share:
    """Count the attributes that audits closed in the period found to be right."""
    found = _closed(start, end)
    return Share(sum(one["right"] for one in found), sum(one["lines"] for one in found))


def strict_accuracy(*, start: datetime, end: datetime) -> Share:
    """Count the items that those audits found to be right in everything."""
    found = [one for one in _closed(start, end) if one.get("strict")]
    right = sum(round(one["strict"]["share"] * one["items"]) for one in found)
    return Share(right, sum(one["items"] for one in found))


def population_completeness(*, start: datetime, end: datetime) -> Share:
    """Count what those audits met and found registered."""
    found = _closed(start, end)
    met = sum(one["items"] - one["missing"] for one in found)
    return Share(met, met + sum(one["unregistered"] for one in found))


def completeness(*, start: datetime, end: datetime) -> Share:
    """Count the required attributes that are filled, as they stand now; the past is not looked up."""
    return Share(*health(at=end).whole.required)


def recommended_completeness(*, start: datetime, end: datetime) -> Share:
    """Count the recommended attributes that are filled, as they stand now."""
    return Share(*health(at=end).whole.recommended)


def correctness_health(*, start: datetime, end: datetime) -> Share:
    """Count the items that are neither duplicates, orphans nor stale at the end of the period, as they stand now."""
    whole = health(at=end).whole
    return Share(whole.items - whole.faulty, whole.items)


def relation_health(*, start: datetime, end: datetime) -> Share:
    """Count the present relationships of which both ends are in use."""
    found = health(at=end)
    return Share(found.relations_sound, found.relations)


def audits_on_time(*, start: datetime, end: datetime) -> Share:
    """Count the audits planned for the period that were closed by their day."""
    planned = VerificationAudit.objects.filter(planned_on__gte=localdate(start), planned_on__lt=localdate(end))
    rows = [
        (planned_on, closed_at)
        for planned_on, closed_at in planned.values_list("planned_on", "closed_at")
        if planned_on
    ]
    return Share(sum(closed is not None and localdate(closed) <= day for day, closed in rows), len(rows))


def corrected_on_time(*, start: datetime, end: datetime) -> Share:
    """Count the differences that audits found in the period and that were corrected within ten working days."""
    rows = Correction.objects.filter(source="audit", raised_at__gte=start, raised_at__lt=end, refused_at=None)
    found = list(rows.values_list("raised_at", "applied_at"))
    good = sum(
        applied is not None and localdate(applied) <= working_days_after(localdate(raised), days=CORRECTED_WITHIN)
        for raised, applied in found
    )
    return Share(good, len(found))


def working_days_after(day: date, *, days: int) -> date:
    """Give the day that lies so many Mondays to Fridays after ``day``."""
    while days > 0:
        day += timedelta(days=1)
        days -= day.weekday() < 5
    return day


def changed_without_change(*, start: datetime, end: datetime) -> Share:
    """Count the versions written in the period on another authority than a change."""
    rows = CiVersion.objects.filter(recorded_at__gte=start, recorded_at__lt=end)
    return Share(rows.exclude(authority__kind=Authority.Kind.CHANGE).count(), rows.count())


FIGURES = {
    "accuracy": accuracy,
    "strict_accuracy": strict_accuracy,
    "completeness": completeness,
    "recommended_completeness": recommended_completeness,
    "population_completeness": population_completeness,
    "correctness_health": correctness_health,
    "relation_health": relation_health,
    "audits_on_time": audits_on_time,
    "corrected_on_time": corrected_on_time,
    "changed_without_change": changed_without_change,
}


def audits_closed(*, start: datetime, end: datetime) -> Any:
    """Give the audits closed in the period: CIs are audited and gaps acted on (clause 9.1)."""
    return VerificationAudit.objects.closed().filter(closed_at__gte=start, closed_at__lt=end).order_by("pk")


def corrections_made(*, start: datetime, end: datetime) -> Any:
    """Give the verified corrections that were carried out in the period."""
    return Correction.objects.filter(applied_at__gte=start, applied_at__lt=end).order_by("pk")


def baselines_taken(*, start: datetime, end: datetime) -> Any:
    """Give the baselines taken in the period: a baseline before a release, and traceable data (clause 9.1)."""
    return Baseline.objects.filter(made_at__gte=start, made_at__lt=end).order_by("pk")


EVIDENCE = {
    "audits_closed": audits_closed,
    "corrections_made": corrections_made,
    "baselines_taken": baselines_taken,
}
