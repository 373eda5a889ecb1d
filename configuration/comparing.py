"""What differs between two moments: items, their fields, their relationships, each with what authorised it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from configuration import schema
from configuration.models import AcceptedDifference, Authority, CiRelation, CiVersion, ConfigurationItem
from configuration.version_words import NAMES, STATE, VersionWords

#: What a version keeps beside what people write.
ASIDE = ("record_ptr_id", "live_since", "attributes", "ci_class_id")


@dataclass(frozen=True, slots=True)
class Why:
    """What authorised a difference: words, the number of the record that did, and whether anything did at all."""

    words: str
    number: str = ""
    is_authorised: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was. ``kind``: added, gone, changed, joined or parted.

    ``field`` is its plain key; ``old`` and ``new`` are told as files tell them, rows by their codes, for machines;
    ``was`` and ``becomes`` in words, for people.
    """

    kind: str
    item: int
    number: str
    title: str
    label: str
    old: str
    new: str
    why: Why
    field: str = ""
    version: int | None = None
    restores: bool = True
    was: str = ""
    becomes: str = ""


NOBODY = Why("", is_authorised=False)


def compare(items: Iterable[int], *, start: datetime, end: datetime | None) -> list[Difference]:
    """List what differs on ``items`` between two moments (``end`` None is now), item by item."""
    return _Comparison(sorted(set(items)), start, end).differences()


def unauthorised(found: Iterable[Difference]) -> list[Difference]:
    """Keep what nothing authorises and nobody let stand."""
    return [one for one in found if not one.why.is_authorised]


class _Comparison:
    """The rows of both moments, read once."""

    def __init__(self, items: list[int], start: datetime, end: datetime | None) -> None:
        self.items, self.start, self.end = items, start, end
        self.numbers = {
            key: (number, title)
            for key, number, title in ConfigurationItem.objects.filter(pk__in=items).values_list(
                "pk", "number", "title"
            )
        }
        self.names = VersionWords()

    def differences(self) -> list[Difference]:
        """Compare items, then relationships."""
        before, after = self._as_of(self.start), self._as_of(self.end)
        between = self._between()
        found: list[Difference] = []
        for key in self.items:
            found += self._item(key, before.get(key), after.get(key), between.get(key, []))
        found += self._relations()
        return found

    def _as_of(self, moment: datetime | None) -> dict[int, CiVersion]:
        rows = CiVersion.objects.filter(item__in=self.items)
        rows = rows.filter(valid_to=None) if moment is None else rows.as_of(moment)
        return {row.item_id: row for row in rows.select_related(*_AUTHORITY)}

    def _between(self) -> dict[int, list[CiVersion]]:
        rows = CiVersion.objects.filter(item__in=self.items, valid_from__gte=self.start)
        if self.end is not None:
            rows = rows.filter(valid_from__lte=self.end)
        found: dict[int, list[CiVersion]] = {}
        for row in rows.select_related(*_AUTHORITY, "accepted__by").order_by("item", "sequence"):
            found.setdefault(row.item_id, []).append(row)
        return found

    def _item(
        self, key: int, before: CiVersion | None, after: CiVersion | None, between: list[CiVersion]
    ) -> list[Difference]:
        if before is None and after is None:
            return []
        if before is None or after is None:
            there = after or before
            assert there is not None  # one of them is
            kind = "added" if before is None else "gone"
            return [
                self._made(kind, key, "", "", str(there.data["title"]), _why(between[0] if between else there), there)
            ]
        return self._fields(key, before, after, between)

    def _fields(self, key: int, before: CiVersion, after: CiVersion, between: list[CiVersion]) -> list[Difference]:
        old, new = flat(before.data), flat(after.data)
        class_id = int(after.data["ci_class_id"])
        found = []
        for name in sorted(old.keys() | new.keys()):
            if old.get(name) == new.get(name):
                continue
            version = _changer(name, before, between)
            why = _why(version, moved=name == STATE)
            label = self.names.label(name, class_id=class_id)
            texts = (self.names.text(name, old.get(name)), self.names.text(name, new.get(name)))
            made = self._made("changed", key, label, *texts, why, version, field=NAMES.get(name, name))
            was, becomes = (self.names.words(name, data.get(name), class_id=class_id) for data in (old, new))
            found.append(replace(made, was=was, becomes=becomes))
        return found

    def _made(
        self,
        kind: str,
        key: int,
        label: str,
        old: str,
        new: str,
        why: Why,
        version: CiVersion | None,
        *,
        field: str = "",
    ) -> Difference:
        number, title = self.numbers.get(key, ("", ""))
        return Difference(
            kind, key, number, title, label, old, new, why, field=field, version=version.pk if version else None,
            restores=kind == "changed" and field != STATE, was=old, becomes=new,
        )  # fmt: skip

    def _relations(self) -> list[Difference]:
        rows = CiRelation.objects.filter(Q(source__in=self.items) | Q(target__in=self.items)).select_related(
            "source", "target", "began_by__record", "began_by__by", "ended_by__record", "ended_by__by"
        )
        then, now = ({row.pk: row for row in rows.as_of(moment)} for moment in (self.start, self.end))
        same = {_ends(row) for row in then.values()} & {_ends(row) for row in now.values()}
        found = []
        for row in then.values():
            if row.pk not in now and _ends(row) not in same:
                found.append(self._edge("parted", row, row.ended_by))
        for row in now.values():
            if row.pk not in then and _ends(row) not in same:
                found.append(self._edge("joined", row, row.began_by))
        return found

    def _edge(self, kind: str, row: CiRelation, authority: Authority | None) -> Difference:
        words = f"{schema.present().types[row.type_id]} {row.target.number} {row.target.title}"
        old, new = (words, "") if kind == "parted" else ("", words)
        return Difference(
            kind,
            row.source_id,
            row.source.number or "",
            row.source.title,
            _("relationship"),
            old,
            new,
            explained(authority),
            was=old,
            becomes=new,
        )


_AUTHORITY = ("authority__record", "authority__by", "authority__correction", "authority__batch")


def _ends(row: CiRelation) -> tuple[Any, ...]:
    return row.type_id, row.source_id, row.target_id, row.weight, row.group, row.needs


def flat(data: Mapping[str, Any]) -> dict[str, Any]:
    """Give the fields and attributes of a version side by side, those that are empty left out."""
    plain = {name: value for name, value in data.items() if name not in ASIDE}
    both = plain | dict(data.get("attributes") or {})
    return {name: value for name, value in both.items() if value not in (None, "")}


def _changer(name: str, before: CiVersion, between: list[CiVersion]) -> CiVersion | None:
    """Find the version that brought the value which stands in the end."""
    last, value = None, flat(before.data).get(name)
    for row in between:
        new = flat(row.data).get(name)
        if new != value:
            last, value = row, new
    return last


def _why(version: CiVersion | None, *, moved: bool = False) -> Why:
    if version is None:
        return NOBODY
    if version.authority is None and moved:
        return Why(_("by its own lifecycle"))
    found = explained(version.authority)
    kept: AcceptedDifference | None = getattr(version, "accepted", None)
    if found.is_authorised or kept is None:
        return found
    words = _("accepted by %(person)s") % {"person": kept.by or ""}
    return Why(words, note=kept.reason)


def explained(authority: Authority | None) -> Why:
    """Say in words what an authority was; without one, nothing authorised it."""
    if authority is None:
        return NOBODY
    by = {"person": str(authority.by or "")}
    if authority.kind == Authority.Kind.CHANGE and authority.record is not None:
        return Why(_("explained by %(number)s") % {"number": authority.record.number}, str(authority.record.number))
    if authority.kind == Authority.Kind.CORRECTION:
        return Why(_("verified correction %(number)s") % {"number": authority.correction_id})
    if authority.kind == Authority.Kind.IMPORT:
        note = authority.batch.source if authority.batch is not None else authority.reason
        return Why(_("import, applied by %(person)s") % by, note=note)
    return Why(_("light control, by %(person)s") % by)
