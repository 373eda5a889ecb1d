"""Questions that the configuration data answer: which item a name means, its version, its baseline.

Configuration fills them in at start-up: ``far.answers.baseline = ...``. Until then the release answers from what it holds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from itsm.flow import Move
from itsm.records.models import Link, LinkKind, Record


def item_numbered(name: str) -> Record | None:
    """Find the configuration item that ``name`` is the number of; None where it is a mere name."""
    found: Record | None = Record.objects.filter(kind="ci", number=name).first()
    return found


def nothing_known(item: Record) -> str:
    """Give no version: none is kept of the item."""
    return ""


def put_nowhere(deployment: Any, version: str, move: Move) -> None:
    """Keep the version on the deployment alone."""


def has_baseline(release: Any) -> bool:
    """Tell whether a baseline was laid to the release since it was approved; without items there is nothing to keep."""
    from releases.models import Content, Deployment

    items = Content.objects.filter(release=release.pk, item__isnull=False)
    targets = Deployment.objects.filter(release=release.pk, target__isnull=False)
    if not items.exists() and not targets.exists():
        return True
    rows = Link.objects.filter(target_id=release.pk, kind=LinkKind.BASELINE_OF)
    return rows.filter(created_at__gte=release.approved_at or release.created_at).exists()


def items_updated(release: Any, note: str) -> bool:
    """Tell whether ``note`` says what became of the items, or every target that is an item has its version."""
    from releases.models import Deployment

    reached = Deployment.objects.filter(release=release.pk, state="succeeded", target__isnull=False)
    return bool(note) or not reached.filter(new_version="").exists()


def nothing_differs(release: Any) -> list[Any]:
    """List no difference: no baseline is kept."""
    return []


@dataclass
class Answers:
    """Who answers each question."""

    item: Callable[[str], Record | None] = item_numbered
    version: Callable[[Record], str] = nothing_known
    put: Callable[[Any, str, Move], None] = put_nowhere
    baseline: Callable[[Any], bool] = has_baseline
    updated: Callable[[Any, str], bool] = items_updated
    difference: Callable[[Any], list[Any]] = nothing_differs


answers = Answers()
