"""Writing rows of an import: items new and changed, relationships; every call inside an authority that reaches them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from configuration import field_values, schema, sensitive
from configuration.attributes import Unfit
from configuration.flow import CI
from configuration.models import CiRelation, ConfigurationItem, ImportBatch, ImportRow
from configuration.services import FIELDS
from itsm.records.insertion import insert_whole, keys_for
from itsm.records.models import Event, Record
from itsm.records.numbers import take

CHANNEL = "import"


def create(batch: ImportBatch, rows: list[ImportRow], *, at: datetime) -> None:
    """This will make the items that rows tell of, in the state that the mapping names."""
    made: list[tuple[ImportRow, dict[str, Any]]] = []
    for row in rows:
        try:
            made.append((row, _fields(row, batch=batch, at=at)))
        except Unfit as refusal:
            row.remark = str(refusal)[:300]
    keys = keys_for(Record, count=len(made))
    numbers = take(CI.prefix, at=at, count=len(made)) if made else []
    items = [
        ConfigurationItem(id=key, record_ptr_id=key, kind=CI.key, number=number, created_at=at, **fields)
        for (_row, fields), key, number in zip(made, keys, numbers, strict=True)
    ]
    insert_whole(items)
    for (row, _fields_of), item in zip(made, items, strict=True):
        row.item_id, row.applied_at = item.pk, at
    Event.objects.bulk_create([_event(batch, item.pk, Event.Kind.OPENED, "open", at, {}) for item in items])


def _fields(row: ImportRow, *, batch: ImportBatch, at: datetime) -> dict[str, Any]:
    ci_class = schema.present().by_code(row.told["class"])
    if ci_class is None:
        raise Unfit(gettext("This class is no longer there."))
    state = batch.mapping.get("state", "live")
    written = {name: field_values.read(name, text, class_id=ci_class.pk) for name, text in row.told["values"].items()}
    stamp = {"source": batch.source, "at": at.isoformat()}
    return {
        "ci_class_id": ci_class.pk,
        "state": state,
        "phase": CI.states[state].phase,
        "version": 1,
        "changed_at": at,
        "live_since": at if state == "live" else None,
        "attributes": {name: value for name, value in written.items() if name not in FIELDS and value is not None},
        "provenance": dict.fromkeys(sorted(written), stamp),
        **{name: value for name, value in written.items() if name in FIELDS},
    }


def update(batch: ImportBatch, rows: list[ImportRow], *, at: datetime) -> None:
    """This will write the cells of rows over their items, as far as those are still as they were compared."""
    keys = sorted(row.item_id for row in rows if row.item_id)
    locked = ConfigurationItem.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=keys).order_by("pk")
    items = {item.pk: item for item in locked}
    for row in rows:
        item = items.get(row.item_id or 0)
        cells = [cell for cell in row.cells if not cell["kept"]]
        if item is None or any(field_values.text_of(item, cell["field"]) != cell["old"] for cell in cells):
            row.remark = gettext("The item is no longer as it was when the file was compared.")
            continue
        try:
            write_cells(item, {cell["field"]: cell["new"] for cell in cells}, batch=batch, at=at)
        except Unfit as refusal:
            row.remark = str(refusal)[:300]
            continue
        row.applied_at = at


def write_cells(item: ConfigurationItem, values: dict[str, str], *, batch: ImportBatch, at: datetime) -> None:
    """This will write texts into fields and attributes of a locked item, and journal what differed.

    :raises Unfit: if a text does not fit any more
    """
    if not values:
        return
    read = {name: field_values.read(name, text, class_id=item.ci_class_id) for name, text in values.items()}
    before = {name: field_values.text_of(item, name) for name in values}
    for name, value in read.items():
        if name in FIELDS:
            setattr(item, name, value)
        else:
            item.attributes.pop(name, None)
            item.attributes |= {} if value is None else {name: value}
    stamp = {"source": batch.source, "at": at.isoformat()}
    item.provenance |= dict.fromkeys(values, stamp)
    item.version, item.changed_at = item.version + 1, at
    touched = [name for name in read if name in FIELDS]
    columns = {name: getattr(item, name) for name in (*touched, "attributes", "provenance", "version", "changed_at")}
    ConfigurationItem.objects.filter(pk=item.pk).update(**columns)
    old, new = (sensitive.masked(texts, item.ci_class_id) for texts in (before, values))
    fields = {name: [old[name], new[name]] for name in values}
    Event.objects.bulk_create([_event(batch, item.pk, Event.Kind.EDITED, "edit", at, {"fields": fields})])


def relate(batch: ImportBatch, rows: list[ImportRow], *, at: datetime) -> None:
    """This will join the items that rows name, as far as both are there."""
    places = {row.told.get(f"{end}_row") for row in rows for end in ("source", "target")} - {None}
    made = dict(batch.rows.filter(place__in=places).values_list("place", "item"))
    types = {kind.code: kind for kind in schema.present().types.values()}
    todo: list[tuple[ImportRow, CiRelation]] = []
    for row in rows:
        ends = [row.told.get(end) or made.get(row.told.get(f"{end}_row")) for end in ("source", "target")]
        if None in ends or row.type not in types:
            row.remark = gettext("An end of this relationship was not brought in.")
            continue
        todo.append((row, CiRelation(type=types[row.type], source_id=ends[0], target_id=ends[1], valid_from=at)))
    _join(todo, at=at)
    _journal_joined(batch, [(row, relation) for row, relation in todo if row.applied_at], at=at)


def _join(todo: list[tuple[ImportRow, CiRelation]], *, at: datetime) -> None:
    """Write all at once; where the database objects, one by one, to know which."""
    try:
        with transaction.atomic():
            CiRelation.objects.bulk_create([relation for _row, relation in todo])
        refused: set[int] = set()
    except IntegrityError:
        refused = {row.pk for row, relation in todo if not _one(relation)}
    for row, relation in todo:
        if row.pk in refused:
            row.remark = gettext("This relationship is there already, is not allowed, or would make a circle.")
        else:
            row.relation, row.applied_at = relation, at


def _one(relation: CiRelation) -> bool:
    try:
        with transaction.atomic():
            relation.pk = None
            relation.save(force_insert=True)
    except IntegrityError:
        return False
    return True


def _journal_joined(batch: ImportBatch, todo: list[tuple[ImportRow, CiRelation]], *, at: datetime) -> None:
    keys = {key for _row, relation in todo for key in (relation.source_id, relation.target_id)}
    numbers = dict(Record.objects.filter(pk__in=keys).values_list("pk", "number"))
    events = []
    for row, relation in todo:
        words = {"type": row.type, "source": numbers[relation.source_id], "target": numbers[relation.target_id]}
        events += [
            _event(batch, key, Event.Kind.EDITED, "related", at, words)
            for key in (relation.source_id, relation.target_id)
        ]
    Event.objects.bulk_create(events)


def _event(batch: ImportBatch, key: int, kind: str, name: str, at: datetime, facts: dict[str, Any]) -> Event:
    return Event(
        record_id=key, kind=kind, name=name, actor=batch.undone_by or batch.applied_by, channel=CHANNEL, at=at,
        facts={"grounds": "import", "batch": batch.pk, **facts},
    )  # fmt: skip
