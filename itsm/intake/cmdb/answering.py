"""What changes ask about configuration data: is the baseline taken."""

from __future__ import annotations

from typing import Any

from configuration import baselines
from itsm.records.models import Link, LinkKind


def has_baseline(change: Any) -> bool:
    """Tell whether every affected item stands in a baseline taken for the change since it was authorised.

    A baseline that stands as a link of the change counts too; without items it is said why there are none.
    """
    if not baselines.affected(change):
        return bool(change.no_ci_reason)
    since = change.authorised_at or change.created_at
    linked = Link.objects.filter(target_id=change.pk, kind=LinkKind.BASELINE_OF, created_at__gte=since)
    return linked.exists() or baselines.is_taken(change, since=since)


def items_of(release: Any) -> list[int]:
    """List the keys of the items that a change or release affects; of a release, what it holds and reaches too."""
    from releases.models import Content, Deployment

    contents = Content.objects.filter(release=release.pk, item__isnull=False).values_list("item", flat=True)
    targets = Deployment.objects.filter(release=release.pk, target__isnull=False).values_list("target", flat=True)
    return sorted({*contents, *targets, *baselines.affected(release)})


def answer() -> None:
    """Fill in what changes ask; releases ask the configuration data themselves."""
    from changes import far as changes

    changes.answers.baseline = has_baseline
