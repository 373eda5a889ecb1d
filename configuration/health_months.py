"""Keeping the health of the data by month: measured again and again, the last of a month stays."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.timezone import localdate

from configuration.health import ClassHealth, health
from configuration.health_models import HealthMonth

#: Months that a page shows.
SHOWN = 12
MEASURED = ("items", "score", "accuracy", "completeness", "correctness", "measured_at")


def keep(at: datetime) -> int:
    """Write how the data stand at ``at`` into its month, in place of what stood there; gives how many rows.

    A measure that is older than what stands there is left out.
    """
    found, month = health(at=at), localdate(at).replace(day=1)
    if not found.whole.items:
        return 0
    later = HealthMonth.objects.filter(month=month, measured_at__gt=at)
    if later.exists():
        return 0
    rows = [
        _row(part, key, month, at) for part, key in [(found.whole, None), *((row, row.key) for row in found.classes)]
    ]
    HealthMonth.objects.filter(month=month).exclude(ci_class__in=[row.key for row in found.classes]).exclude(
        ci_class=None
    ).delete()
    for row in rows:
        values = {name: getattr(row, name) for name in MEASURED}
        HealthMonth.objects.update_or_create(month=month, ci_class_id=row.ci_class_id, defaults=values)
    return len(rows)


def _row(part: ClassHealth, key: int | None, month: date, at: datetime) -> HealthMonth:
    accuracy = part.accuracy.share if part.accuracy else None
    return HealthMonth(
        month=month, ci_class_id=key, items=part.items, score=part.score, accuracy=accuracy, completeness=part.completeness,
        correctness=part.correctness, measured_at=at,
    )  # fmt: skip


def whole() -> list[HealthMonth]:
    """List the last twelve months of all classes together, the earliest first."""
    rows = HealthMonth.objects.filter(ci_class=None).order_by("-month")[:SHOWN]
    return list(rows)[::-1]
