"""Which of the changes that a calendar shows stand against each other or against a freeze; for any number of them at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from changes import scope
from changes.calendar_models import FreezeWaiver, FreezeWindow
from changes.conflicts import BLOCKER, HOPS, WANTING, WARNING
from changes.far import HOLDING
from changes.models import Change
from changes.scope import Subject
from configuration import schema
from configuration.models import ConfigurationItem
from itsm.records.models import Record
from itsm.records.planned import Planned

#: Pairs of the changes that share a moment and an item, an item near, or the implementer; the nearest way of each pair.
PAIRS = """
WITH RECURSIVE shown AS (
    SELECT ticket_ptr_id AS key, tstzrange(window_start, window_end) AS stretch, implementer_id
    FROM changes_change WHERE ticket_ptr_id = ANY(%(keys)s)
), near(key, item, origin, hops, down) AS (
    SELECT l.source_id, l.target_id, l.target_id, 0, way
    FROM records_link l JOIN shown ON shown.key = l.source_id CROSS JOIN (VALUES (true), (false)) AS ways(way)
    WHERE l.kind = 'affects'
  UNION
    SELECT near.key, far.item, near.origin, near.hops + 1, near.down
    FROM near CROSS JOIN LATERAL (
        SELECT effect_id AS item FROM configuration_cirelation WHERE near.down AND cause_id = near.item AND valid_to IS NULL
        UNION ALL
        SELECT cause_id FROM configuration_cirelation WHERE NOT near.down AND effect_id = near.item AND valid_to IS NULL
    ) AS far
    WHERE near.hops < %(hops)s
      AND NOT EXISTS (SELECT FROM changes_notaffected n WHERE n.change_id = near.key AND n.item_id = far.item)
), pairs AS (
    SELECT a.key AS one, b.key AS other, near.hops, near.origin, near.item
    FROM near JOIN records_link l ON l.target_id = near.item AND l.kind = 'affects'
    JOIN shown a ON a.key = near.key JOIN shown b ON b.key = l.source_id
    WHERE a.key <> b.key AND a.stretch && b.stretch
      AND NOT EXISTS (SELECT FROM changes_notaffected n WHERE n.change_id = b.key AND n.item_id = near.origin)
  UNION ALL
    SELECT a.key, b.key, NULL, NULL, NULL FROM shown a JOIN shown b ON b.implementer_id = a.implementer_id
    WHERE a.key < b.key AND a.stretch && b.stretch
)
SELECT DISTINCT ON (least(one, other), greatest(one, other)) one, other, hops, origin, item
FROM pairs ORDER BY least(one, other), greatest(one, other), hops NULLS LAST, one
"""


@dataclass(frozen=True)
class Clash:
    """One thing that the calendar lists under its grid."""

    severity: str
    first: Planned
    text: str
    second: Planned | None = None

    @property
    def blocks(self) -> bool:
        """Tell whether it stops a change."""
        return self.severity == BLOCKER


def clashes(shown: Sequence[Planned], freezes: Sequence[FreezeWindow]) -> list[Clash]:
    """Find what stands against what among ``shown``; five statements for any number."""
    changes = {one.key: one for one in shown if one.kind == "change" and one.state.code in (*HOLDING, *WANTING)}
    if not changes:
        return []
    found = [*_pairs(changes), *in_freezes(changes, freezes)]
    return sorted(found, key=lambda clash: (not clash.blocks, clash.first.start, clash.first.key))


def _pairs(changes: dict[int, Planned]) -> list[Clash]:
    with connection.cursor() as cursor:
        cursor.execute(PAIRS, {"keys": list(changes), "hops": HOPS})
        rows = cursor.fetchall()
    numbers = dict(
        Record.objects.filter(pk__in={key for row in rows for key in row[3:] if key}).values_list("pk", "number")
    )
    return [
        _clash(changes[one], changes[other], hops, numbers.get(origin), numbers.get(item))
        for one, other, hops, origin, item in rows
    ]


def _clash(one: Planned, other: Planned, hops: int | None, origin: Any, item: Any) -> Clash:
    if hops is None:
        text = _("the same implementer: %(person)s") % {"person": one.person}
    elif hops == 0:
        text = _("the same item: %(item)s") % {"item": item}
    else:
        text = _("one chain of items: %(origin)s → %(item)s (%(hops)s steps)") % {
            "origin": origin,
            "item": item,
            "hops": hops,
        }
    both = one.state.code in HOLDING and other.state.code in HOLDING
    return Clash(BLOCKER if both else WARNING, one, text, other)


def in_freezes(changes: dict[int, Planned], freezes: Sequence[FreezeWindow]) -> list[Clash]:
    """Find which of ``changes`` (by key) fall into which freeze that is for them and not waived."""
    if not freezes:
        return []
    subjects = subjects_of(changes.values())
    waived = set(_waivers(changes, freezes))
    return [
        _in_freeze(one, freeze)
        for one in changes.values()
        for freeze in freezes
        if freeze.starts_at < one.end and one.start < freeze.ends_at
        if (one.key, freeze.pk) not in waived and scope.applies(freeze, subjects[one.key])
    ]


def _in_freeze(one: Planned, freeze: FreezeWindow) -> Clash:
    text = _("falls into the freeze “%(freeze)s”") % {"freeze": freeze.name}
    if freeze.exceptions:
        text = _("%(text)s (exceptions: %(exceptions)s)") % {"text": text, "exceptions": freeze.exceptions}
    return Clash(BLOCKER if freeze.is_hard else WARNING, one, text)


def _waivers(changes: dict[int, Planned], freezes: Sequence[FreezeWindow]) -> Any:
    rows = FreezeWaiver.objects.filter(change__in=list(changes), freeze__in=[row.pk for row in freezes])
    return rows.values_list("change_id", "freeze_id")


def subjects_of(shown: Iterable[Planned]) -> dict[int, Subject]:
    """Read what each of the changes is about; two statements for any number."""
    rows = list(shown)
    items = {item for one in rows for item in one.items}
    classes = dict(ConfigurationItem.objects.filter(pk__in=items).values_list("pk", "ci_class"))
    lines = schema.present().lines
    services: dict[int, set[int]] = {one.key: {one.service_id} if one.service_id else set() for one in rows}
    through = Change.affected_services.through.objects.filter(change__in=list(services))
    for change, service in through.values_list("change_id", "service_id"):
        services[change].add(service)
    return {
        one.key: Subject(
            one.key, one.items, scope.classes_above((classes[item] for item in one.items if item in classes), lines),
            frozenset(services[one.key]), "emergency" in one.tags,
        )
        for one in rows
    }  # fmt: skip
