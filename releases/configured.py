"""What a release asks of the configuration data and writes there: items, versions, baselines, differences."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from configuration import access, baselines, comparing, sensitive, services
from configuration.authority import Grounds
from configuration.baseline_models import BaselineItem
from configuration.models import CiVersion, ConfigurationItem, NoChange
from configuration.version_words import VersionWords
from itsm.flow import Move
from itsm.records import journal, register
from itsm.records.links import link, linking
from itsm.records.models import Event, Link, LinkKind, Record

LONGEST = 60


def item_named(name: str) -> Record | None:
    """Find the configuration item with that number, or the only one with that name; None where it is a mere name."""
    numbered: Record | None = ConfigurationItem.objects.filter(number=name).first()
    if numbered is not None:
        return numbered
    found = list(ConfigurationItem.objects.in_use().filter(title=name).order_by("pk")[:2])
    return found[0] if len(found) == 1 else None


def version_of(key: int) -> str:
    """Give the version that is recorded of an item; empty when none is."""
    kept: str | None = ConfigurationItem.objects.filter(pk=key).values_list("release_version", flat=True).first()
    return kept or ""


def items_of(release: Any) -> set[int]:
    """Collect the keys of the items that the release holds or is deployed to."""
    held = release.contents.filter(item__isnull=False).values_list("item", flat=True)
    reached = release.deployments.filter(target__isnull=False).values_list("target", flat=True)
    return {*held, *reached}


def name_items(release: Any, move: Move) -> None:
    """Link the release with its items, so that each shows what happens to it."""
    known = set(Link.objects.filter(source=release.pk, kind=LinkKind.AFFECTS).values_list("target", flat=True))
    for item in Record.objects.filter(pk__in=items_of(release) - known).order_by("pk"):
        link(release, item, kind=LinkKind.AFFECTS, by=move.by, at=move.at, auto=True)


def put(about: Any, key: int | None, version: str, *, release: Any, move: Move) -> None:
    """Write the version of the item ``key`` as the release's changes authorise it, or say in the journal why not.

    ``about`` is the record whose journal tells it: the deployment or the release.
    """
    version = version[:LONGEST]
    item: Any = None if key is None else ConfigurationItem.objects.select_related("ci_class").filter(pk=key).first()
    if item is None or item.release_version == version:
        return
    said = ""
    for row in linking(release, kind=LinkKind.IMPLEMENTED_BY).records:
        grounds = Grounds("change", change=register.load(row))
        by = move.by if access.may_write(move.by, grounds) else None
        said = services.objection(grounds, ci_class=item.ci_class, by=by, at=move.at, item=item)
        if not said:
            services.edit(item, grounds=grounds, by=by, at=move.at, source="release", release_version=version)
            return
    facts = {"item": item.number, "version": version, "why": said}
    journal.write(about, kind=Event.Kind.EDITED, name="version_not_written", move=move, **facts)


def has_baseline(release: Any) -> bool:
    """Tell whether every item stands in a baseline taken for the release, or for a change of it, since it was approved."""
    wanted = items_of(release)
    if not wanted:
        return True
    taken_for = [release.pk, *(row.pk for row in linking(release, kind=LinkKind.IMPLEMENTED_BY).records)]
    since = release.approved_at or release.created_at
    kept = BaselineItem.objects.filter(baseline__record__in=taken_for, baseline__made_at__gte=since, item__in=wanted)
    return wanted <= set(kept.values_list("item", flat=True))


def keep_baseline(release: Any, name: str, *, by: Any, at: datetime) -> bool:
    """Keep how the items of the release are at ``at``; tells whether there was any to keep."""
    keys = items_of(release)
    if keys:
        baselines.take(keys, name=name, by=by, at=at, record=release, scope={"of": "record"})
    return bool(keys)


def missed(release: Any) -> set[int]:
    """Collect the keys of the items that were targets, none of which succeeded: what was to be put on them is not there."""
    rows = release.deployments.filter(target__isnull=False).values_list("target", "state")
    return {key for key, _state in rows} - {key for key, state in rows if state == "succeeded"}


def updated(release: Any) -> bool:
    """Tell whether each item is recorded as it was put into use, was written since, or is said to be unchanged."""
    return not unwritten(release)


def unwritten(release: Any) -> list[str]:
    """List the numbers of the items whose version is not the one put into use, and that nobody answered for otherwise."""
    wanted = dict(
        release.deployments.filter(state="succeeded", target__isnull=False).values_list("target", "new_version")
    )
    if release.outcome in ("successful", "with_issues"):
        wanted |= dict(
            release.contents.filter(item__isnull=False)
            .exclude(new_version="")
            .exclude(item__in=missed(release))
            .values_list("item", "new_version")
        )
    rows = ConfigurationItem.objects.filter(pk__in=wanted).order_by("pk").values_list("pk", "number", "release_version")
    other = {key: number for key, number, version in rows if version != wanted[key][:LONGEST]}
    answered = _answered(release) if other else set()
    return [number for key, number in other.items() if key not in answered]


def _answered(release: Any) -> set[int]:
    """Collect the items that were written on the release's authority, or said to be unchanged after its work."""
    said = NoChange.objects.filter(record=release.pk)
    written = CiVersion.objects.filter(authority__record=release.pk)
    return {*said.values_list("item", flat=True), *written.values_list("item", flat=True)}


@dataclass(frozen=True)
class Difference:
    """One column of an item that is not as it was before the release."""

    number: str
    title: str
    field: str
    before: str
    after: str
    label: str


def differences(release: Any, *, person: Any = None) -> list[Difference]:
    """List what of its items changed from its start to its end (or now), by the history of the items.

    Attributes whose values ``person`` does not read are masked; None is the system itself.
    """
    if release.actual_start is None:
        return []
    keys = items_of(release)
    before = {row.item_id: row.data for row in CiVersion.objects.as_of(release.actual_start).filter(item__in=keys)}
    now = CiVersion.objects.filter(item__in=keys, valid_to=None)
    after = now if release.closed_at is None else CiVersion.objects.as_of(release.closed_at).filter(item__in=keys)
    unread, versions = sensitive.by_class(person), list(after.select_related("item").order_by("item"))
    words = VersionWords([*before.values(), *(row.data for row in versions)])
    found: list[Difference] = []
    for row in versions:
        was, becomes = comparing.flat(before.get(row.item_id, {})), comparing.flat(row.data)
        of = row.item.ci_class_id
        for name in sorted((was.keys() | becomes.keys()) - IGNORED):
            if was.get(name) != becomes.get(name):
                told = [words.words(name, data.get(name), class_id=of) for data in (was, becomes)]
                old, new = (sensitive.shown(text, name, unread[of]) for text in told)
                label = words.label(name, class_id=of)
                found.append(Difference(row.item.number, row.item.title, name, old, new, label))
    return found


#: Columns that every edit alters, or that say nothing to people.
IGNORED = frozenset({"version", "changed_at", "provenance", "record_ptr_id", "phase"})
