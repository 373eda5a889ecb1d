"""A sheet of the machine room that a second keeper read: compared, and waiting for somebody else to agree."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from configuration import attributes, field_values, schema
from configuration.models import ConfigurationItem, ImportBatch, ImportRow
from itsm.people.models import Person

READER, SOURCE, FILE = "yang", "spreadsheet", "機房盤點.csv"
#: key of the demo's item, and what the sheet tells of it.
TOLD = (
    ("host-1", {"memory_mb": "786432", "os": "KVM 10"}),
    ("ups-2", {"place": "B1 電力室 2", "runtime_minutes": "8"}),
)
NEW = {
    "title": "esx-05", "serial": "SN-HOST-5", "place": "A2 U24", "manufacturer": "Acme", "model": "R760", "cpu_cores": "64",
    "memory_mb": "786432", "os": "KVM 10",
}  # fmt: skip
#: What nobody can read as a number.
BAD = ("esx-06", "cpu_cores", "六十四核")


def load(made: dict[str, ConfigurationItem], *, at: datetime) -> None:
    """Keep the rows as the comparison lays them out: two items that differ, a new one, and one that was refused."""
    reader = Person.objects.get(username=READER)
    batch = ImportBatch.objects.create(
        source=SOURCE, file_name=FILE, mapping={"state": "live"}, made_by=reader, made_at=at, rows_read=len(TOLD) + 2
    )
    rows = [_differs(made[key], told) for key, told in TOLD if key in made]
    for place, row in enumerate([*rows, _new(), _refused()], start=1):
        row.batch, row.place, row.line, row.file = batch, place, place + 1, FILE
        row.save()


def _differs(item: ConfigurationItem, told: dict[str, str]) -> ImportRow:
    cells = [_cell(name, field_values.text_of(item, name), text) for name, text in told.items()]
    values = {"title": item.title} | told
    return _row(ImportRow.Action.UPDATE, item.title, item.ci_class.code, values, cells, item=item)


def _new() -> ImportRow:
    return _row(
        ImportRow.Action.CREATE, NEW["title"], "server", NEW, [_cell(name, "", text) for name, text in NEW.items()]
    )


def _refused() -> ImportRow:
    name, field, text = BAD
    server = schema.present().by_code("server")
    assert server is not None  # it is shipped
    asked = next(row for row in schema.present().attributes(server.pk) if row.code == field)
    made = _row(ImportRow.Action.REFUSED, name, "server", {}, [], column=field, value=text)
    try:
        attributes.read(asked, text)
    except attributes.Unfit as refusal:
        made.sentence = str(refusal)
    return made


def _row(action: str, name: str, code: str, values: dict[str, str], cells: list[Any], **more: Any) -> ImportRow:
    told = {"class": code, "values": values}
    return ImportRow(kind=ImportRow.Kind.ITEM, action=action, name=name, told=told, cells=cells, **more)


def _cell(field: str, old: str, new: str) -> dict[str, Any]:
    return {"field": field, "old": old, "new": new, "kept": False}
