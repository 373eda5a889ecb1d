"""Questions that other parts answer: the board, the calendar, the configuration data.

A part fills a question in at start-up: ``far.answers.board = ...``. Until then the change answers from what it holds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from itsm.flow import Move
from itsm.records.links import linked
from itsm.records.models import Link, LinkKind

#: States in which a change holds its window.
HOLDING = ("scheduled", "implementing", "emergency_implementing")


def no_decision(change: Any, at: datetime) -> str:
    """Give no decision: no board keeps any for this change."""
    return ""


def affected_items(change: Any) -> list[int]:
    """List the keys of the configuration items that the change is linked to."""
    return [row.pk for row in linked(change, kind=LinkKind.AFFECTS).records if row.kind == "ci"]


def window_conflicts(change: Any, start: datetime, end: datetime, implementer_id: int | None) -> list[str]:
    """List the numbers of other changes that hold a part of the window with the same implementer or an item of it."""
    from changes.models import Change

    shared = Link.objects.filter(kind=LinkKind.AFFECTS, target_id__in=answers.items(change)).values("source_id")
    others = Change.objects.filter(state__in=HOLDING, window_start__lt=end, window_end__gt=start).exclude(pk=change.pk)
    same = Q(pk__in=shared)
    if implementer_id is not None:
        same |= Q(implementer_id=implementer_id)
    return list(others.filter(same).order_by("pk").values_list("number", flat=True))


def nothing_frozen(change: Any, start: datetime, end: datetime) -> list[str]:
    """List no freeze: no calendar keeps any."""
    return []


def has_baseline(change: Any) -> bool:
    """Tell whether each item was kept as it was since the change was authorised; without items there is nothing to keep."""
    from configuration import baselines

    if not answers.items(change):
        return bool(change.no_ci_reason)
    return baselines.is_taken(change, since=change.authorised_at or change.created_at)


def item_classes(change: Any) -> set[str]:
    """Collect the codes of the classes of the affected items."""
    from configuration.models import ConfigurationItem

    rows = ConfigurationItem.objects.filter(pk__in=answers.items(change))
    return set(rows.values_list("ci_class__code", flat=True))


def nothing_crosses(changes: Sequence[Any]) -> dict[int, int]:
    """Count nothing: no calendar compares the changes."""
    return {}


def items_updated(change: Any, note: str) -> bool:
    """Tell whether each item was written by this change since its work began, or said to be unchanged since it ended."""
    return not unanswered_items(change)


def unanswered_items(change: Any) -> list[int]:
    """List the keys of the items that were neither written since the work began, nor said unchanged since it ended."""
    from configuration import baselines

    if not answers.items(change):
        return []
    return baselines.unanswered(change, since=change.actual_end, written_since=change.actual_start)


def nothing_objects(change: Any, move: Move) -> str:
    """Object to nothing: no board has decided on this change."""
    return ""


@dataclass
class Answers:
    """Who answers each question; ``board`` gives approved, rejected, deferred or nothing.

    ``stands`` objects where what the board approved is not what would be done; ``conditions`` where its conditions are open.
    """

    board: Callable[[Any, datetime], str] = no_decision
    stands: Callable[[Any, Move], str] = nothing_objects
    conditions: Callable[[Any, Move], str] = nothing_objects
    conflicts: Callable[[Any, datetime, datetime, int | None], list[str]] = window_conflicts
    frozen: Callable[[Any, datetime, datetime], list[str]] = nothing_frozen
    items: Callable[[Any], list[int]] = affected_items
    baseline: Callable[[Any], bool] = has_baseline
    classes: Callable[[Any], set[str]] = item_classes
    conflicts_of: Callable[[Sequence[Any]], dict[int, int]] = nothing_crosses
    updated: Callable[[Any, str], bool] = items_updated


answers = Answers()
