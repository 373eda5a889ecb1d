"""The neighbours of a record that are no cases: known errors, configuration items, meetings, transitions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from itsm.records import register
from itsm.records.finding import plain_processes
from itsm.records.models import Link
from itsm.tickets.models import Ticket

if TYPE_CHECKING:
    from itsm.people.models import Person

#: Neighbours of one kind that are read.
MOST = 60


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


def owners(record: Any, *, person: Person) -> list[tuple[str, Any]]:
    """Read the records to which ``record`` belongs by a column of its own, as far as ``person`` may know of them.

    Each comes with the name of the column; one statement for each.
    """
    known = {process.model for process in register.processes()}
    found = []
    for field in record._meta.concrete_fields:
        key, model = getattr(record, field.attname), field.related_model
        if key is None or model not in known or field.remote_field.parent_link:
            continue
        near = model.objects.visible_to(person).filter(pk=key).first()
        if near is not None:
            found.append((str(field.verbose_name), near))
    return found


def cases(rows: Iterable[Mapping[str, Any]], *, person: Person) -> list[Any]:
    """Read the linked cases, as far as ``person`` may know of them; one statement."""
    plain = {process.key for process in plain_processes()}
    keys = {row["other"] for row in rows if row["other_kind"] not in plain}
    near = Ticket.objects.visible_to(person).filter(pk__in=keys) if keys else Ticket.objects.none()
    return list(near.only("number", "kind", "title", "state", "phase", "merged_into").order_by("pk")[:MOST])
