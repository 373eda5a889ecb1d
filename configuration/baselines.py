"""Taking baselines: which version each item was in at a moment; and telling whether what was kept is still the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext

from configuration import schema
from configuration.models import (
    Authority,
    Baseline,
    BaselineItem,
    CiRelation,
    CiVersion,
    ConfigurationItem,
    NoChange,
)
from itsm.records.models import Link, LinkKind, Record

if TYPE_CHECKING:
    from itsm.people.models import Person

PAGE = 2000


class NothingToKeep(Exception):
    """There was no item to take a baseline of; carries the sentence."""


class NotToAnswer(Exception):
    """Nothing is answered for an item now; carries the sentence."""


def take(
    items: Iterable[int], *, name: str, by: Person | None, at: datetime, record: Record | None = None,
    scope: dict[str, Any] | None = None,
) -> Baseline:  # fmt: skip
    """Keep how ``items`` (by key) and their relationships are ``at`` that moment; ``record`` is the change or release.

    :raises NothingToKeep: if none of them was there then
    """
    keys = sorted(set(items))
    with transaction.atomic():
        versions = list(CiVersion.objects.as_of(at).filter(item__in=keys).order_by("item").only("pk", "item_id"))
        if not versions:
            raise NothingToKeep(gettext("None of these items was recorded at that moment."))
        made: Baseline = Baseline.objects.create(
            name=name[:160], at=at, made_at=at, made_by=by, record_id=record.pk if record else None, scope=scope or {},
            count=len(versions),
        )  # fmt: skip
        BaselineItem.objects.bulk_create(
            [BaselineItem(baseline=made, item_id=row.item_id, item_version=row) for row in versions], batch_size=PAGE
        )
        made.digest = digest(made)
        made.save(update_fields=["digest"])
    return made


def take_for(record: Record, *, by: Person | None, at: datetime) -> Baseline:
    """Keep how the items that a change or a release affects are, before it begins.

    :raises NothingToKeep: if it affects none that is recorded
    """
    name = gettext("Before %(number)s") % {"number": record.number}
    return take(affected(record), name=name, by=by, at=at, record=record, scope={"of": "record"})


def affected(record: Record) -> list[int]:
    """List the keys of the items that a change or a release says it affects."""
    rows = Link.objects.filter(source_id=record.pk, kind=LinkKind.AFFECTS, target__kind="ci")
    return list(rows.order_by("target").values_list("target", flat=True))


def of_scope(*, class_id: int | None) -> list[int]:
    """List the keys of the items in use, of one class with all below it, or of all."""
    rows = ConfigurationItem.objects.in_use()
    if class_id is not None:
        rows = rows.filter(ci_class__in=schema.present().below(class_id))
    return list(rows.order_by("pk").values_list("pk", flat=True))


def digest(baseline: Baseline) -> str:
    """Compute the hash of everything that a baseline refers to: items with their data, relationships with their ends."""
    marks = hashlib.sha256()
    rows = BaselineItem.objects.filter(baseline=baseline).order_by("item")
    for item, data in rows.values_list("item", "item_version__data").iterator(chunk_size=PAGE):
        marks.update(json.dumps([item, data], sort_keys=True, ensure_ascii=False).encode())
    for edge in relations(baseline):
        marks.update(json.dumps(edge).encode())
    return marks.hexdigest()


def relations(baseline: Baseline) -> list[tuple[int, ...]]:
    """List the relationships that its items had at its moment."""
    keys = BaselineItem.objects.filter(baseline=baseline).values("item")
    rows = CiRelation.objects.as_of(baseline.at).filter(source__in=keys).order_by("type", "source", "target")
    return list(rows.values_list("type", "source", "target", "weight"))


def is_intact(baseline: Baseline) -> bool:
    """Tell whether everything that it refers to is as it was when it was taken."""
    return digest(baseline) == baseline.digest


def is_taken(record: Any, *, since: datetime | None) -> bool:
    """Tell whether every item that ``record`` affects stands in a baseline taken for it, none before ``since``."""
    wanted = set(affected(record))
    if not wanted:
        return True
    kept = BaselineItem.objects.filter(baseline__record=record.pk, item__in=wanted)
    if since is not None:
        kept = kept.filter(baseline__made_at__gte=since)
    return wanted <= set(kept.values_list("item", flat=True))


def say_no_change(record: Any, item: ConfigurationItem, *, by: Person | None, at: datetime) -> None:
    """Note that a change or a release left the data of an item as they were; only its work's end can tell.

    :raises NotToAnswer: if the work has not ended, or its record is closed
    """
    if record.actual_end is None:
        raise NotToAnswer(gettext("Whether an item stayed as it was is answered once the work has ended."))
    if not record.is_open:
        raise NotToAnswer(
            gettext("%(number)s is closed: nothing more is answered for its items.") % {"number": record.number}
        )
    NoChange.objects.get_or_create(record_id=record.pk, item_id=item.pk, defaults={"by": by, "at": at})


def unanswered(record: Any, *, since: datetime | None, written_since: datetime | None = None) -> list[int]:
    """List the affected items that were neither written on this record's authority nor said to be unchanged ``since``.

    What was written before ``written_since`` (the start of the work) says nothing of what the work did.
    """
    wanted = affected(record)
    said = NoChange.objects.filter(record_id=record.pk, item__in=wanted)
    acts = Authority.objects.filter(record_id=record.pk)
    if since is not None:
        said = said.filter(at__gte=since)
    if written_since is not None:
        acts = acts.filter(at__gte=written_since)
    versions = CiVersion.objects.filter(item__in=wanted, authority__in=acts)
    ends = CiRelation.objects.filter(Q(began_by__in=acts) | Q(ended_by__in=acts))
    written = {
        *versions.values_list("item", flat=True),
        *(key for pair in ends.values_list("source", "target") for key in pair),
    }
    answered = {*said.values_list("item", flat=True), *written}
    return [key for key in wanted if key not in answered]
