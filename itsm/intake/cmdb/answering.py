"""What changes and releases ask about configuration data: is the baseline taken, are the data brought up to date."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from configuration import authority, baselines, comparing, services
from configuration.models import Baseline, BaselineItem, ConfigurationItem
from itsm.flow import Move
from itsm.records import register
from itsm.records.links import link
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


def is_updated(change: Any, note: str) -> bool:
    """Tell whether every affected item was written under the change or said to be unchanged; a note answers for the rest."""
    return bool(note) or not baselines.unanswered(change, since=None)


def items_of(release: Any) -> list[int]:
    """List the keys of the items that a change or release affects; of a release, what it holds and reaches too."""
    from releases.models import Content, Deployment

    contents = Content.objects.filter(release=release.pk, item__isnull=False).values_list("item", flat=True)
    targets = Deployment.objects.filter(release=release.pk, target__isnull=False).values_list("target", flat=True)
    return sorted({*contents, *targets, *baselines.affected(release)})


def release_has_baseline(release: Any) -> bool:
    """Tell whether every item that the release holds or reaches stands in a baseline taken since it was approved."""
    wanted = set(items_of(release))
    if not wanted:
        return True
    since = release.approved_at or release.created_at
    linked = Link.objects.filter(target_id=release.pk, kind=LinkKind.BASELINE_OF, created_at__gte=since)
    kept = BaselineItem.objects.filter(baseline__record=release.pk, baseline__made_at__gte=since, item__in=wanted)
    return linked.exists() or wanted <= set(kept.values_list("item", flat=True))


def difference_of(release: Any) -> list[Any]:
    """List what differs since the latest baseline of the release."""
    last = Baseline.objects.of(release).first()
    return comparing.compare(items_of(release), start=last.at, end=None) if last else []


def version_of(item: Any) -> str:
    """Give the version that is recorded of an item."""
    found = ConfigurationItem.objects.filter(pk=item.pk).first()
    return found.release_version if found else ""


def put_version(deployment: Any, version: str, move: Move) -> None:
    """Record the version that a deployment brought, on the authority of a change that its release implements."""
    item = ConfigurationItem.objects.filter(pk=deployment.target_id).first()
    if item is None:
        return
    links = Link.objects.filter(target_id=deployment.release_id, kind=LinkKind.IMPLEMENTED_BY).select_related("source")
    standing = [one.source for one in links.order_by("pk") if authority.authorises(one.source)]
    if not standing:
        return  # the guard of the deployment asks for a running change; without one the version stays on the deployment
    change = register.load(standing[0])
    link(change, item, kind=LinkKind.AFFECTS, by=move.by, at=move.at, auto=True)
    grounds = authority.Grounds("change", change=change)
    with suppress(services.NothingToChange):
        services.edit(item, grounds=grounds, by=None, at=move.at, source="release", release_version=version[:60])


def answer() -> None:
    """Fill in what changes and releases ask, where nobody has done so."""
    from changes import far as changes
    from releases import far as releases

    changes.answers.baseline, changes.answers.updated = has_baseline, is_updated
    if releases.answers.baseline is releases.has_baseline:
        releases.answers.baseline = release_has_baseline
    if releases.answers.difference is releases.nothing_differs:
        releases.answers.difference = difference_of
    if releases.answers.version is releases.nothing_known:
        releases.answers.version = version_of
    if releases.answers.put is releases.put_nowhere:
        releases.answers.put = put_version
