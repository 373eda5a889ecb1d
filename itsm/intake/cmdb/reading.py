"""From files to what they tell: items and relationships, each with the place where it stands; the same line again counts once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_noop

from itsm.intake.cmdb.mapping import ANYTHING, CmdbMapping, ItemPart, RelationPart
from itsm.intake.faults import BadFile, Fault
from itsm.intake.reading import Row, read

MOST_ROWS = 500_000
LONGEST_NAME = 160
NO_CLASS = gettext_noop("The mapping gives no class for this value.")
NO_TYPE = gettext_noop("The mapping gives no kind of relationship for this value.")
NO_NAME = gettext_noop("A name of 1 to %(most)s characters is needed here.")
NOT_LISTED = gettext_noop("The mapping lists no such value for %(field)s.")
WIDTH = gettext_noop("The row has %(count)s cells, the first line %(width)s.")


@dataclass
class Told:
    """An item as a row tells it; ``values`` by field and attribute, still as text."""

    file: str
    line: int
    class_code: str
    name: str
    values: dict[str, str]
    identity: tuple[tuple[str, ...], ...]
    columns: dict[str, str] = field(default_factory=dict)
    made: bool = False


@dataclass
class Edge:
    """A relationship as a row tells it."""

    file: str
    line: int
    type: str
    source: str
    target: str


@dataclass
class Content:
    """Everything that was read; ``faults`` go with the name of their file."""

    items: list[Told] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    faults: list[tuple[str, Fault]] = field(default_factory=list)
    rows: int = 0


def read_all(path: Path, *, mapping: CmdbMapping) -> Content:
    """This will read the file, or in a folder every file that the mapping names.

    :raises BadFile: if one is not there, cannot be read, or lacks a column
    """
    content = Content()
    seen: set[Any] = set()
    for part in mapping.items:
        for where, row, cells in _rows(path, part, mapping, content):
            _take_item(part, where, row, cells, mapping=mapping, content=content, seen=seen)
    for relation in mapping.relations:
        for where, row, cells in _rows(path, relation, mapping, content):
            _take_edge(relation, where, row, cells, mapping=mapping, content=content, seen=seen)
    return content


def _rows(
    path: Path, part: ItemPart | RelationPart, mapping: CmdbMapping, content: Content
) -> Iterator[tuple[str, Row, dict[str, str]]]:
    file = path / part.file if path.is_dir() else path
    if path.is_dir() and not part.file:
        raise BadFile(gettext_noop("This is a folder, and the mapping does not say which file of it is to be read."))
    rows = read(file, mapping=mapping.reading(part, format=mapping.format or format_of(file)))
    header = next(rows).cells
    for row in rows:
        content.rows += 1
        if content.rows > MOST_ROWS:
            raise BadFile(gettext_noop("The file has more than %(most)s rows."), most=MOST_ROWS)
        if len(row.cells) != len(header):
            values = {"count": len(row.cells), "width": len(header)}
            content.faults.append((file.name, Fault(row.line, "", "", WIDTH, values)))
            continue
        yield file.name, row, {name: _clean(cell, mapping) for name, cell in zip(header, row.cells, strict=True)}


def format_of(path: Path) -> str:
    """This will tell from a file's name how it is written."""
    return "xlsx" if path.name.lower().removesuffix(".gz").endswith(".xlsx") else "csv"


def _clean(cell: str, mapping: CmdbMapping) -> str:
    text = " ".join(cell.replace("\x00", "").split())
    return "" if text in mapping.missing else text


def _take_item(
    part: ItemPart,
    where: str,
    row: Row,
    cells: dict[str, str],
    *,
    mapping: CmdbMapping,
    content: Content,
    seen: set[Any],
) -> None:
    name, code = cells[part.name], part.ci_class.of(cells.get(part.ci_class.column, ""))
    if not 0 < len(name) <= LONGEST_NAME:
        content.faults.append((where, Fault(row.line, part.name, name[:200], NO_NAME, {"most": LONGEST_NAME})))
        return
    if not code:
        cell = cells.get(part.ci_class.column, "")
        content.faults.append((where, Fault(row.line, part.ci_class.column, cell[:200], NO_CLASS)))
        return
    values = dict(part.constants)
    for field_name, column in part.fields.items():
        table = part.values.get(field_name)
        cell = cells[column]
        if cell and table is not None and cell not in table and ANYTHING not in table:
            content.faults.append((where, Fault(row.line, column, cell[:200], NOT_LISTED, {"field": field_name})))
            return
        values[field_name] = table.get(cell, table.get(ANYTHING, "")) if cell and table is not None else cell
    told = Told(
        where, row.line, code, name, {key: text for key, text in values.items() if text}, part.identity, part.fields
    )
    mark = (code, name, tuple(sorted(told.values.items())))
    if mark not in seen:
        seen.add(mark)
        content.items.append(told)


def _take_edge(
    part: RelationPart,
    where: str,
    row: Row,
    cells: dict[str, str],
    *,
    mapping: CmdbMapping,
    content: Content,
    seen: set[Any],
) -> None:
    kind, source, target = part.type.of(cells.get(part.type.column, "")), cells[part.source], cells[part.target]
    if not source and not target:
        return
    if not kind:
        cell = cells.get(part.type.column, "")
        content.faults.append((where, Fault(row.line, part.type.column, cell[:200], NO_TYPE)))
        return
    for column, name in ((part.source, source), (part.target, target)):
        if not 0 < len(name) <= LONGEST_NAME:
            content.faults.append((where, Fault(row.line, column, name[:200], NO_NAME, {"most": LONGEST_NAME})))
            return
        _make_end(part, where, row.line, name, content, seen)
    if (kind, source, target) not in seen:
        seen.add((kind, source, target))
        content.edges.append(Edge(where, row.line, kind, source, target))


def _make_end(part: RelationPart, where: str, line: int, name: str, content: Content, seen: set[Any]) -> None:
    """Ends that the mapping says are known by their prefix alone are items without a row of their own."""
    if part.prefix and name.startswith(part.prefix) and (part.made_class, name) not in seen:
        seen.add((part.made_class, name))
        content.items.append(Told(where, line, part.made_class, name, {}, (("title",),), made=True))
