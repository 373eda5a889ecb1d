"""The mapping of configuration data: which columns make items and relationships. Checked whole before anything is read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext_noop

from configuration import field_values, schema
from configuration.reconciling import IGNORED
from itsm.intake.faults import BadMapping

SHIPPED = Path(__file__).resolve().parent / "mappings"
KEYS = ("format", "encoding", "delimiter", "missing", "items", "relations", "precedence", "ignored", "state")
ITEM_KEYS = ("file", "class", "name", "fields", "values", "constants", "identity")
RELATION_KEYS = ("file", "type", "source", "target", "make")
STATES = ("planned", "in_stock", "in_build", "live")
ANYTHING = "*"


@dataclass(frozen=True, slots=True)
class Choice:
    """A code that is the same for all rows, or that a column decides by a table of values.

    A value that ends with a star stands for all that begin so; the longest that fits counts.
    """

    code: str
    column: str
    values: dict[str, str]

    def of(self, cell: str) -> str:
        """This will give the code for a cell; empty when the table has none."""
        if not self.column or cell in self.values:
            return self.values[cell] if self.column else self.code
        fitting = [key for key in self.values if key.endswith(ANYTHING) and cell.startswith(key[:-1])]
        return self.values[max(fitting, key=len)] if fitting else ""

    def codes(self) -> Iterable[str]:
        """This will list every code that it can give."""
        return self.values.values() if self.column else (self.code,)


@dataclass(frozen=True)
class ItemPart:
    """How rows make items; ``fields`` says for a field or attribute in which column it stands."""

    file: str
    ci_class: Choice
    name: str
    fields: dict[str, str]
    values: dict[str, dict[str, str]]
    constants: dict[str, str]
    identity: tuple[tuple[str, ...], ...]

    def columns(self) -> list[str]:
        """This will name the columns that it reads."""
        return [column for column in (self.name, self.ci_class.column, *self.fields.values()) if column]


@dataclass(frozen=True)
class RelationPart:
    """How rows make relationships; ends that begin with ``prefix`` are made as items of ``made_class`` where they lack."""

    file: str
    type: Choice
    source: str
    target: str
    prefix: str = ""
    made_class: str = ""

    def columns(self) -> list[str]:
        """This will name the columns that it reads."""
        return [column for column in (self.source, self.target, self.type.column) if column]


@dataclass(frozen=True)
class CmdbMapping:
    """A checked mapping."""

    name: str
    format: str
    encoding: str
    delimiter: str
    missing: frozenset[str]
    items: tuple[ItemPart, ...]
    relations: tuple[RelationPart, ...]
    general: tuple[str, ...]
    by_field: dict[str, tuple[str, ...]]
    ignored: frozenset[str]
    state: str
    wanted: tuple[str, ...] = ()

    def columns_read(self) -> list[str]:
        """This will name the columns of the part that is being read."""
        return list(dict.fromkeys(self.wanted))

    def reading(self, part: ItemPart | RelationPart, *, format: str) -> CmdbMapping:
        """This will say how the file of one part is read."""
        return replace(self, wanted=tuple(part.columns()), format=format)


def load(name_or_path: str) -> CmdbMapping:
    """This will read a mapping that is shipped, by its name, or one of your own, by its path.

    :raises BadMapping: if it is not there or cannot be followed
    """
    path = SHIPPED / f"{name_or_path}.yaml"
    if "/" in name_or_path or not path.is_file():
        path = Path(name_or_path)
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in SHIPPED.glob("*.yaml")))
        raise BadMapping(
            gettext_noop("There is no mapping “%(name)s”. Give the path of a file, or one of: %(known)s."),
            name=name_or_path, known=known,
        )  # fmt: skip
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as trouble:
        raise BadMapping(gettext_noop("The mapping cannot be read: %(why)s"), why=str(trouble)) from trouble
    return checked(data, name=path.stem)


def checked(data: Any, *, name: str) -> CmdbMapping:
    """This will turn what a mapping holds into a mapping.

    :raises BadMapping: with the first thing that is wrong
    """
    if not isinstance(data, dict):
        raise BadMapping(gettext_noop("The mapping must be a list of keys such as columns and values."))
    _known(data, KEYS, where="")
    order = _table(data, "precedence")
    made = CmdbMapping(
        name=name,
        format=str(data.get("format", "")),
        encoding=str(data.get("encoding", "utf-8-sig")),
        delimiter=str(data.get("delimiter", ","))[:1],
        missing=frozenset(str(text) for text in data.get("missing", [""])),
        items=tuple(_item(row) for row in _rows(data, "items")),
        relations=tuple(_relation(row) for row in _rows(data, "relations")),
        general=tuple(_texts(order.pop(ANYTHING, []))),
        by_field={str(field): tuple(_texts(sources)) for field, sources in order.items()},
        ignored=IGNORED | {str(text).casefold() for text in data.get("ignored", [])},
        state=str(data.get("state", "live")),
    )
    if not made.items and not made.relations:
        raise BadMapping(gettext_noop("The mapping makes neither items nor relationships."))
    if made.state not in STATES:
        raise BadMapping(
            gettext_noop("“%(state)s” is no state in which items come in. Can be: %(known)s."),
            state=made.state, known=", ".join(STATES),
        )  # fmt: skip
    return made


def _rows(data: dict[Any, Any], key: str) -> list[dict[Any, Any]]:
    found = data.get(key) or []
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise BadMapping(gettext_noop("“%(key)s” of the mapping must be a list."), key=key)
    return found


def _table(data: dict[Any, Any], key: str) -> dict[Any, Any]:
    found = data.get(key) or {}
    if not isinstance(found, dict):
        raise BadMapping(gettext_noop("“%(key)s” of the mapping must be pairs of a key and a value."), key=key)
    return dict(found)


def _words(data: dict[Any, Any], key: str) -> dict[str, str]:
    return {str(name): str(value) for name, value in _table(data, key).items()}


def _texts(found: Any) -> list[str]:
    return [str(item) for item in found] if isinstance(found, list) else [str(found)]


def _known(table: dict[Any, Any], allowed: Iterable[str], *, where: str) -> None:
    odd = [str(key) for key in table if key not in allowed]
    if odd:
        raise BadMapping(
            gettext_noop("The mapping has the unknown key “%(key)s”%(where)s. Known are: %(known)s."),
            key=odd[0], where=f" ({where})" if where else "", known=", ".join(allowed),
        )  # fmt: skip


def _item(row: dict[Any, Any]) -> ItemPart:
    _known(row, ITEM_KEYS, where="items")
    ci_class = _choice(row.get("class"), key="class")
    _check(ci_class.codes(), {found.code for found in schema.present().classes.values()}, what="class")
    if not row.get("name"):
        raise BadMapping(gettext_noop("The mapping names no column for: %(fields)s."), fields="name")
    part = ItemPart(
        file=str(row.get("file", "")),
        ci_class=ci_class,
        name=str(row["name"]),
        fields=_words(row, "fields"),
        values={str(field): _words(_table(row, "values"), field) for field in _table(row, "values")},
        constants=_words(row, "constants"),
        identity=tuple(tuple(_texts(rule)) for rule in row.get("identity", [])),
    )
    _check_fields(part)
    return part


def _check_fields(part: ItemPart) -> None:
    keys = [found.pk for code in part.ci_class.codes() if (found := schema.present().by_code(code))]
    for name in (*part.fields, *part.constants, *(field for rule in part.identity for field in rule)):
        if name not in ("title", "number") and not any(field_values.known(name, class_id=key) for key in keys):
            raise BadMapping(gettext_noop("None of the classes has a field or attribute “%(name)s”."), name=name)


def _relation(row: dict[Any, Any]) -> RelationPart:
    _known(row, RELATION_KEYS, where="relations")
    kind = _choice(row.get("type"), key="type")
    _check(kind.codes(), {found.code for found in schema.present().types.values()}, what="type")
    if not row.get("source") or not row.get("target"):
        raise BadMapping(gettext_noop("The mapping names no column for: %(fields)s."), fields="source, target")
    make = _words(row, "make")
    _known(make, ("prefix", "class"), where="make")
    if make:
        _check([make.get("class", "")], {found.code for found in schema.present().classes.values()}, what="class")
    return RelationPart(
        str(row.get("file", "")),
        kind,
        str(row["source"]),
        str(row["target"]),
        make.get("prefix", ""),
        make.get("class", ""),
    )


def _choice(given: Any, *, key: str) -> Choice:
    if isinstance(given, dict):
        values = _words(given, "values")
        if not given.get("column") or not values:
            raise BadMapping(gettext_noop("“%(key)s” of the mapping needs a column and a table of values."), key=key)
        return Choice("", str(given["column"]), values)
    if not given:
        raise BadMapping(gettext_noop("The mapping names no column for: %(fields)s."), fields=key)
    return Choice(str(given), "", {})


def _check(codes: Iterable[str], known: set[str], *, what: str) -> None:
    odd = [code for code in codes if code and code not in known]
    if odd:
        raise BadMapping(
            gettext_noop("There is no %(what)s “%(code)s” in the configuration data."), what=what, code=odd[0]
        )
