"""Items that the identification rules of their class take for one and the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection

from configuration import schema
from configuration.models import ConfigurationItem
from configuration.reconciling import IGNORED
from configuration.services import FIELDS

MOST = 5000  # sets that are looked at


@dataclass(frozen=True, slots=True)
class Group:
    """A set of items, each with its class, and the rule that takes them for the same."""

    keys: tuple[int, ...]
    class_ids: tuple[int, ...]
    rule: tuple[str, ...]


def duplicates() -> list[Group]:
    """List every set of items in use with the same marks; one that several rules find, once, by the strongest."""
    found: dict[tuple[int, ...], Group] = {}
    rules = [(owner, rule) for owner, kept in _owners().items() for rule in kept]
    sets = [(rule, *same) for owner, rule in rules for same in _same(rule, schema.present().below(owner))]
    for rule, keys, classes in sets:
        if not any(set(keys) <= set(other) for other in found):
            found[keys] = Group(keys, classes, rule)
    return [found[keys] for keys in sorted(found)]


def _owners() -> dict[int, list[tuple[str, ...]]]:
    """The classes that keep rules of their own; a class below with own rules is no longer judged by those above."""
    known = schema.present()
    return {key: [tuple(rule) for rule in row.identity] for key, row in known.classes.items() if row.identity}


def _kin(classes: list[int], rule: tuple[str, ...]) -> list[int]:
    known = schema.present()
    return [key for key in classes if list(rule) in known.identity(key)]


def _same(rule: tuple[str, ...], classes: list[int]) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Ask the database for sets that agree in every part of a rule; a part that says nothing joins nobody."""
    parts, values = [], []
    for name in rule:
        expression, given = _expression(name)
        parts.append(f"lower(regexp_replace(btrim(coalesce({expression}, '')), '\\s+', ' ', 'g'))")
        values += given
    marks = ", ".join(f"{part} AS mark_{place}" for place, part in enumerate(parts))
    named = ", ".join(f"mark_{place}" for place in range(len(parts)))
    useful = " AND ".join(f"NOT mark_{place} = ANY(%s)" for place in range(len(parts)))
    statement = (
        f"SELECT array_agg(pk ORDER BY pk), array_agg(ci_class_id ORDER BY pk) FROM (SELECT record_ptr_id AS pk, ci_class_id, {marks} "  # noqa: S608  (names of our own columns; values are parameters)
        f"FROM configuration_configurationitem WHERE state NOT IN ('retired', 'disposed') AND ci_class_id = ANY(%s)) marked "
        f"WHERE {useful} GROUP BY {named} HAVING count(*) > 1 ORDER BY 1 LIMIT {MOST}"
    )
    ignored = sorted(IGNORED)
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, _kin(classes, rule), *([ignored] * len(parts))])
        return [(tuple(keys), tuple(of)) for keys, of in cursor.fetchall()]


def _expression(name: str) -> tuple[str, list[Any]]:
    if name not in FIELDS:
        return "attributes->>%s", [name]
    column = str(ConfigurationItem._meta.get_field(name).column)  # type: ignore[union-attr]  # a field of the table
    return f"{connection.ops.quote_name(column)}::text", []
