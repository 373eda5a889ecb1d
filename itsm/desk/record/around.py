"""The neighbours of a record that are no cases: known errors, configuration items, meetings, transitions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from itsm.records import register
from itsm.records.finding import plain_processes
from itsm.records.models import Link
from itsm.tickets.models import Ticket

if TYPE_CHECKING:
    from itsm.people.models import Person

#: Neighbours of one kind that are read.
MOST = 60
#: Records of one kind that belong to a record and are read as its neighbours; their own lists hold all.
MOST_MEMBERS = 12


def rows_of(record: Any) -> list[dict[str, Any]]:
    """Read the links of ``record`` from both ends, in the order in which they were made."""
    rows = []
    ends = (("source", "target", True), ("target", "source", False))
    for near, far, out in ends:
        found = Link.objects.filter(**{near: record.pk}).order_by("pk")
        columns = ("pk", "kind", "auto", f"{far}_id", f"{far}__kind", f"{far}__number")
        names = ("pk", "kind", "auto", "other", "other_kind", "number")
        rows += [dict(zip(names, row, strict=True)) | {"out": out} for row in found.values_list(*columns)[:MOST]]
    return rows


def plain_ones(rows: Iterable[Mapping[str, Any]], *, person: Person) -> list[Any]:
    """Read the linked records that are no cases, as far as ``person`` may know of them; one statement for each kind."""
    keys: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        keys[row["other_kind"]].add(row["other"])
    found: list[Any] = []
    for process in plain_processes():
        if keys.get(process.key):
            near = process.model.objects.visible_to(person).filter(pk__in=keys[process.key])
            found += near.only("number", "kind", "title", "state", "phase").order_by("pk")[:MOST]
    return found


def owners(record: Any, *, person: Person) -> list[Any]:
    """Read the records to which ``record`` belongs by a column of its own, as far as ``person`` may know of them.

    One statement for each.
    """
    known = {process.model for process in register.processes()}
    found = []
    for field in record._meta.concrete_fields:
        key, model = getattr(record, field.attname), field.related_model
        if key is None or model not in known or field.remote_field.parent_link:
            continue
        near = model.objects.visible_to(person).filter(pk=key).first()
        if near is not None:
            found.append(near)
    return found


def members(record: Any, *, person: Person) -> list[Any]:
    """Read the newest records that belong to ``record`` by a column of theirs and are no cases, as far as ``person`` may know.

    One statement for each kind that may belong to it: none for most records.
    """
    found: list[Any] = []
    for model, column in _belonging(record._meta.model):
        rows = model.objects.visible_to(person).filter(**{column: record.pk}).exclude(number=None)
        found += rows.only("number", "kind", "title", "state", "phase").order_by("-pk")[:MOST_MEMBERS]
    return found


@cache
def _belonging(owner: Any) -> list[tuple[Any, str]]:
    """List the models of records that are no cases and have a column for a record of ``owner``, with the column's name."""
    models = [process.model for process in plain_processes()]
    return [
        (model, field.name) for model in models for field in model._meta.concrete_fields if field.related_model is owner
    ]


def cases(rows: Iterable[Mapping[str, Any]], *, person: Person) -> list[Any]:
    """Read the linked cases, as far as ``person`` may know of them; one statement."""
    plain = {process.key for process in plain_processes()}
    keys = {row["other"] for row in rows if row["other_kind"] not in plain}
    near = Ticket.objects.visible_to(person).filter(pk__in=keys) if keys else Ticket.objects.none()
    return list(near.only("number", "kind", "title", "state", "phase", "merged_into").order_by("pk")[:MOST])
