"""Reading rows with the names of what they point to.

A join of ten tables takes PostgreSQL longer to plan than to run, so what rows point to is read apart: one query for each
table, whatever the number of rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import Model, QuerySet


def fetch(rows: QuerySet[Any], columns: Sequence[str]) -> list[dict[str, Any]]:
    """Read ``pk`` and ``columns`` of the rows; those like ``team__code`` come from the table that ``team`` points to."""
    plain = [column for column in columns if "__" not in column]
    wanted: dict[str, list[str]] = defaultdict(list)
    for column in columns:
        prefix, _line, far = column.partition("__")
        if far:
            wanted[prefix].append(far)
    fetched = list(rows.values("pk", *plain, *(f"{prefix}_id" for prefix in wanted)))
    known = _known(rows.model, wanted, fetched)
    for prefix, names in wanted.items():
        found, named = known[_target(rows.model, prefix)], [(name, f"{prefix}__{name}") for name in names]
        for row in fetched:
            there = found.get(row.pop(f"{prefix}_id"), {})
            for name, column in named:
                row[column] = there.get(name)
    return fetched


def _target(model: type[Model], prefix: str) -> type[Model]:
    target: Any = model._meta.get_field(prefix).related_model
    return target  # type: ignore[no-any-return]  # a class, because models are loaded


def _known(
    model: type[Model], wanted: dict[str, list[str]], fetched: list[dict[str, Any]]
) -> dict[type[Model], dict[Any, dict[str, Any]]]:
    keys: dict[type[Model], set[Any]] = defaultdict(set)
    names: dict[type[Model], set[str]] = defaultdict(set)
    for prefix, far in wanted.items():
        target = _target(model, prefix)
        keys[target].update(row[f"{prefix}_id"] for row in fetched)
        names[target].update(far)
    return {target: _read(target, keys[target] - {None}, sorted(names[target])) for target in keys}


def _read(target: type[Model], keys: set[Any], names: list[str]) -> dict[Any, dict[str, Any]]:
    if not keys:
        return {}
    found = target._base_manager.filter(pk__in=keys).values("pk", *names)
    return {row["pk"]: row for row in found}
