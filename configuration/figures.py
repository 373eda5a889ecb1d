"""The figures of configuration management (domain 4.8): is what is recorded right, complete, kept up."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.timezone import localdate

from configuration import schema
from configuration.health import GONE, faulty_keys
from configuration.models import (
    Authority,
    Baseline,
    CiRelation,
    CiVersion,
    ConfigurationItem,
    Correction,
    VerificationAudit,
)
from configuration.schema_models import CiAttribute
from itsm.records.figures import Rows, Share, moves_of, share

#: Working days within which a difference that an audit found should be corrected.
CORRECTED_WITHIN = 10


def _closed(start: datetime, end: datetime) -> list[tuple[int, dict[str, Any]]]:
    rows = VerificationAudit.objects.closed().filter(closed_at__gte=start, closed_at__lt=end)
    return list(rows.values_list("pk", "figures"))


def _audits(pairs: Iterable[tuple[int, int]]) -> Rows:
    return Rows(tuple(pairs), of="audit")


def accuracy(*, start: datetime, end: datetime) -> Share:
    """Count the attributes that audits closed in the period found to be right."""
    found = _closed(start, end)
    return share(_audits((key, one["right"]) for key, one in found), _audits((key, one["lines"]) for key, one in found))


def strict_accuracy(*, start: datetime, end: datetime) -> Share:
    """Count the items that those audits found to be right in everything."""
    found = [(key, one) for key, one in _closed(start, end) if one.get("strict")]
    right = _audits((key, round(one["strict"]["share"] * one["items"])) for key, one in found)
    return share(right, _audits((key, one["items"]) for key, one in found))


def population_completeness(*, start: datetime, end: datetime) -> Share:
    """Count what those audits met and found registered."""
    found = _closed(start, end)
    met = _audits((key, one["items"] - one["missing"]) for key, one in found)
    return share(met, _audits((key, one["items"] - one["missing"] + one["unregistered"]) for key, one in found))


def completeness(*, start: datetime, end: datetime) -> Share:
    """Count the required attributes that are filled, as they stand now; the past is not looked up."""
    return _filled(CiAttribute.Mark.REQUIRED)


def recommended_completeness(*, start: datetime, end: datetime) -> Share:
    """Count the recommended attributes that are filled, as they stand now."""
    return _filled(CiAttribute.Mark.RECOMMENDED)


def _filled(mark: str) -> Share:
    """Give for each item in use how many attributes with the mark its class has, and how many are filled."""
    asked: dict[int, list[str]] = {}
    part, whole = [], []
    for key, ci_class, held in _used().values_list("pk", "ci_class_id", "attributes"):
        if ci_class not in asked:
            asked[ci_class] = [row.code for row in schema.present().attributes(ci_class) if row.mark == mark]
        whole.append((key, len(asked[ci_class])))
        part.append((key, sum(held.get(code) not in ("", None) for code in asked[ci_class])))
    return share(Rows(tuple(part)), Rows(tuple(whole)))


def _used() -> Any:
    return ConfigurationItem.objects.exclude(state__in=GONE)


def correctness_health(*, start: datetime, end: datetime) -> Share:
    """Count the items that are neither duplicates, orphans nor stale at the end of the period, as they stand now."""
    rows = _used()
    return share(Rows(rows.exclude(pk__in=sorted(faulty_keys(at=end)))), Rows(rows))


def relation_health(*, start: datetime, end: datetime) -> Share:
    """Count the present relationships of which both ends are in use; each counts at the item where it begins."""
    rows = CiRelation.objects.filter(valid_to=None)
    sound = rows.exclude(source__state__in=GONE).exclude(target__state__in=GONE)
    return share(Rows(sound, "source"), Rows(rows, "source"))


def audits_on_time(*, start: datetime, end: datetime) -> Share:
    """Count the audits planned for the period that were closed by their day."""
    planned = VerificationAudit.objects.filter(planned_on__gte=localdate(start), planned_on__lt=localdate(end))
    rows = planned.values_list("pk", "planned_on", "closed_at")
    good = [key for key, day, closed in rows if closed is not None and day is not None and localdate(closed) <= day]
    return share(_audits((key, 1) for key in good), Rows(planned, of="audit"))


def corrected_on_time(*, start: datetime, end: datetime) -> Share:
    """Count the differences that audits found in the period and that were corrected within ten working days."""
    rows = Correction.objects.filter(source="audit", raised_at__gte=start, raised_at__lt=end, refused_at=None)
    good = [
        (key, 1)
        for key, raised, applied in rows.values_list("pk", "raised_at", "applied_at")
        if applied is not None and localdate(applied) <= working_days_after(localdate(raised), days=CORRECTED_WITHIN)
    ]
    return share(Rows(tuple(good), of="correction"), Rows(rows, of="correction"))


def working_days_after(day: date, *, days: int) -> date:
    """Give the day that lies so many Mondays to Fridays after ``day``."""
    while days > 0:
        day += timedelta(days=1)
        days -= day.weekday() < 5
    return day


def changed_without_change(*, start: datetime, end: datetime) -> Share:
    """Count the versions written in the period on another authority than a change."""
    rows = CiVersion.objects.filter(recorded_at__gte=start, recorded_at__lt=end)
    return share(Rows(rows.exclude(authority__kind=Authority.Kind.CHANGE), "item"), Rows(rows, "item"))


def wrong_ci_data(*, start: datetime, end: datetime) -> Share:
    """Count the incidents resolved in the period whose handling wrong configuration data hindered (tag wrong_ci_data)."""
    resolved = set(moves_of("incident", "resolve", start=start, end=end).values_list("record", flat=True))
    rows = Correction.objects.filter(case__in=resolved, refused_at=None)
    tagged = set(rows.values_list("case", flat=True))
    return share(Rows(tuple((key, 1) for key in sorted(tagged))), Rows(tuple((key, 1) for key in sorted(resolved))))


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
