"""The dry run: every row that was read beside what is there, kept so that a person can read the difference."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_noop

from configuration import field_values, schema
from configuration.attributes import Unfit
from configuration.models import ConfigurationItem, ImportBatch, ImportRow
from configuration.reconciling import Cell, Identifier, compare
from itsm.intake.cmdb import held, joining
from itsm.intake.cmdb.mapping import CmdbMapping
from itsm.intake.cmdb.reading import Content, Told

if TYPE_CHECKING:
    from itsm.people.models import Person

PAGE = 1000
Action, Kind = ImportRow.Action, ImportRow.Kind
SEVERAL = gettext_noop("%(count)s items have the same marks (%(rule)s): %(numbers)s.")
AGAIN = gettext_noop("Line %(line)s tells of the same item otherwise.")
NO_NUMBER = gettext_noop("No item in use has the number %(number)s.")
OTHER_CLASS = "ci_class"


def stage(
    content: Content, *, mapping: CmdbMapping, plan: dict[str, Any], source: str, file_name: str, channel: str,
    by: Person | None, at: datetime,
) -> ImportBatch:  # fmt: skip
    """This will keep what was read beside what is there, and write nothing else."""
    with transaction.atomic():
        batch: ImportBatch = ImportBatch.objects.create(
            source=source, file_name=file_name[-255:], mapping=plan, channel=channel, made_by=by, made_at=at,
            rows_read=content.rows,
        )  # fmt: skip
        staging = _Staging(batch, mapping, at)
        for told in content.items:
            staging.item(told)
        staging.settle()
        for row in joining.rows(content.edges, staging.by_name, ignored=mapping.ignored):
            staging.keep(row)
        for file, bad in content.faults:
            staging.keep(
                ImportRow(
                    file=file, line=bad.line, kind=Kind.ITEM, action=Action.REFUSED, column=bad.column[:200], value=bad.value[:200],
                    sentence=bad.sentence, values=bad.values,
                )
            )  # fmt: skip
        staging.write()
        batch.counts = _counts(content, staging)
        batch.save(update_fields=["counts"])
    return batch


def _counts(content: Content, staging: _Staging) -> dict[str, Any]:
    told: dict[str, int] = {}
    for edge in content.edges:
        told[edge.type] = told.get(edge.type, 0) + 1
    made = sum(one.made for one in content.items)
    return {
        "items": len(content.items) - made,
        "made": made,
        "relations": told,
        "same": staging.same,
        "seen": sorted(staging.seen),
    }


class _Staging:
    """The rows of one batch as they come."""

    def __init__(self, batch: ImportBatch, mapping: CmdbMapping, at: datetime) -> None:
        self.batch, self.mapping, self.at = batch, mapping, at
        self.held = held.Held(ignored=mapping.ignored)
        self.here: dict[Any, Identifier] = {}
        self.rows: list[ImportRow] = []
        self.by_name: dict[str, list[joining.End]] = {}
        self.matched: dict[int, list[tuple[Told, ImportRow]]] = {}
        self.same = self.place = 0
        self.seen: set[int] = set()

    def keep(self, row: ImportRow) -> ImportRow | None:
        """Give it its place; a relationship that is there already is only counted."""
        if row.action == joining.SAME:
            self.same += 1
            return None
        self.place += 1
        row.batch, row.place = self.batch, self.place
        self.rows.append(row)
        return row

    def item(self, told: Told) -> None:
        """Find what a row tells of, and keep it with what is to become of it."""
        ci_class = schema.present().by_code(told.class_code)
        assert ci_class is not None  # the mapping was checked
        row = ImportRow(file=told.file, line=told.line, kind=Kind.ITEM, action=Action.CREATE, name=told.name)
        row.told = {"class": told.class_code}
        try:
            values, without = _read(told, class_id=ci_class.pk)
        except _Bad as bad:
            row.action, row.column, row.value, row.sentence = Action.REFUSED, bad.column, bad.value[:200], bad.sentence
            self.keep(row)
            return
        number = {held.NUMBER: told.values[held.NUMBER]} if told.values.get(held.NUMBER) else {}
        row.told["values"], row.cells = values, without
        rules = told.identity or held.rules_of(ci_class.pk)
        finder = self.held.identifier(rules, class_id=ci_class.pk, own=bool(told.identity))
        match, marks = finder.find(values | number), self._marks(rules, ci_class.pk, own=bool(told.identity))
        earlier = marks.find(values | number)
        if match.is_ambiguous:
            row.action, row.sentence = Action.AMBIGUOUS, SEVERAL
            row.values = {"count": len(match.keys), "rule": " + ".join(match.rule), "numbers": _numbers(match.keys)}
        elif earlier.keys:
            row.action, row.sentence, row.values = Action.REPEATED, AGAIN, {"line": earlier.keys[0]}
        elif number and match.rule != (held.NUMBER,):
            row.action, row.sentence, row.values = Action.REFUSED, NO_NUMBER, {"number": told.values[held.NUMBER]}
        elif match.key is not None:
            row.item_id = match.key
            self.matched.setdefault(match.key, []).append((told, row))
        marks.add(told.line, values | number)
        self._placed(row, told, ci_class.pk)

    def _marks(self, rules: held.Rules, class_id: int, *, own: bool) -> Identifier:
        key = rules if own else (rules, tuple(held.kin_of(class_id)))
        return self.here.setdefault(key, Identifier(rules, ignored=self.mapping.ignored))

    def _placed(self, row: ImportRow, told: Told, class_id: int) -> None:
        if row.action in (Action.REPEATED, Action.REFUSED):
            self.keep(row)
            return
        if row.action == Action.CREATE and row.item_id is None:
            row.cells = [_cell(Cell(name, "", text)) for name, text in row.told["values"].items()] + row.cells
        kept = self.keep(row)
        if kept is not None and row.action == Action.CREATE:
            for name in {told.name, row.told["values"].get("hostname", "")} - {""}:
                self.by_name.setdefault(joining.key_of(name), []).append(joining.End(class_id, row.item_id, kept.place))

    def settle(self) -> None:
        """Compare those that were found with their items; who tells of nothing new is only counted."""
        keys = list(self.matched)
        for start in range(0, len(keys), PAGE):
            part = keys[start : start + PAGE]
            found = ConfigurationItem.objects.select_related(*field_values.POINTERS).in_bulk(part)
            for key in part:
                for _told, row in self.matched[key]:
                    self._compare(row, found[key])
        places = {row.place for row in self.rows if row.action == joining.SAME}
        self.rows = [row for row in self.rows if row.place not in places]
        self.same += len(places)

    def _compare(self, row: ImportRow, item: ConfigurationItem) -> None:
        values: dict[str, str] = row.told["values"]
        days = schema.present().classes[item.ci_class_id].stale_days
        order = held.precedence(general=self.mapping.general, by_field=self.mapping.by_field, stale_days=days)
        cells = compare(
            held.texts(item, values),
            values,
            source=self.batch.source,
            precedence=order,
            writers=held.writers(item),
            at=self.at,
        )
        told_class = schema.present().by_code(row.told["class"])
        if told_class is not None and told_class.pk not in schema.present().lines[item.ci_class_id]:
            cells.append(Cell(OTHER_CLASS, schema.present().classes[item.ci_class_id].code, told_class.code, kept=True))
        row.cells = [_cell(cell) for cell in cells] + row.cells
        row.action = Action.KEPT if row.cells else joining.SAME
        if any(not cell["kept"] for cell in row.cells):
            row.action = Action.UPDATE
        self.seen.add(item.pk)

    def write(self) -> None:
        """Write all rows that were kept."""
        ImportRow.objects.bulk_create(self.rows, batch_size=PAGE)


class _Bad(Exception):
    """A cell that does not fit."""

    def __init__(self, column: str, value: str, sentence: str) -> None:
        super().__init__(sentence)
        self.column, self.value, self.sentence = column, value, sentence[:300]


def _read(told: Told, *, class_id: int) -> tuple[dict[str, str], list[dict[str, Any]]]:
    """Read the cells of a row: what fits, and what the class has no place for.

    :raises _Bad: at the first cell that does not fit
    """
    values, without = {"title": told.name}, []
    for name, text in told.values.items():
        if name == held.NUMBER:
            continue
        if not field_values.known(name, class_id=class_id):
            without.append({"field": name, "old": "", "new": text, "kept": True, "why": "class"})
            continue
        try:
            values[name] = field_values.plain(name, field_values.read(name, text, class_id=class_id))
        except Unfit as refusal:
            raise _Bad(told.columns.get(name, name)[:200], text, str(refusal)) from refusal
    return values, without


def _cell(cell: Cell) -> dict[str, Any]:
    return {"field": cell.attribute, "old": cell.old or "", "new": cell.new, "kept": cell.kept}


def _numbers(keys: tuple[int, ...]) -> str:
    rows = ConfigurationItem.objects.filter(pk__in=keys[:5]).order_by("pk")
    return ", ".join(rows.values_list("number", flat=True))
