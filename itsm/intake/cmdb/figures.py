"""The figures of what one source brought in, counted from what is stored."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, QuerySet

from configuration.models import CiRelation, ConfigurationItem, ImportBatch, ImportRow
from configuration.querysets import CiQuerySet


def of_source(source: str) -> CiQuerySet:
    """Only items whose name was written by that source, the retired ones aside."""
    found: CiQuerySet = ConfigurationItem.objects.in_use().filter(provenance__title__source=source)
    return found


def figures(source: str) -> dict[str, Any]:
    """This will count items, relationships and what leads nowhere, by the last import of the source."""
    items = of_source(source)
    batch = ImportBatch.objects.filter(source=source).exclude(state="dropped").order_by("-pk").first()
    counts = batch.counts if batch else {}
    lost = batch.rows.filter(action=ImportRow.Action.DANGLING) if batch else ImportRow.objects.none()
    held = CiRelation.objects.present().filter(source__in=items.values("pk"))
    return {
        "items": items.count(),
        "items_in_files": counts.get("items", 0),
        "items_from_relationships": counts.get("made", 0),
        "by_class": _by(items, "ci_class__code"),
        "by_environment": _by(items, "environment"),
        "relationships_told": counts.get("relations", {}),
        "relationships": _by(held, "type__code"),
        "items_with_several_targets": _several(held),
        "dangling": sorted({row.values.get("name", "") for row in lost}),
        "duplicates_reported": batch.rows.filter(action__in=("ambiguous", "repeated")).count() if batch else 0,
    }


def _by(rows: QuerySet[Any], column: str) -> dict[str, int]:
    return dict(rows.order_by().values_list(column).annotate(count=Count("pk")).order_by("-count", column))


def _several(held: QuerySet[Any]) -> dict[str, int]:
    """Count by kind the items that have more than one such relationship."""
    several = held.order_by().values("type__code", "source").annotate(count=Count("pk")).filter(count__gt=1)
    found: dict[str, int] = {}
    for row in several:
        found[row["type__code"]] = found.get(row["type__code"], 0) + 1
    return found
