"""The rows behind a number, as far as a person may see them, and how many they may not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from itsm.records import kpis, register
from itsm.records.figures import Rows
from itsm.records.models import Record
from itsm.tickets.finding import page_of
from itsm.tickets.models import Ticket
from itsm.tickets.querysets import SEES_ALL

if TYPE_CHECKING:
    from itsm.people.models import Person

PAGE = 50
#: Rows that one file takes.
MOST_TAKEN = 50_000


@dataclass(frozen=True)
class Listed:
    """A page of rows; ``total`` is the number that they make, ``hidden`` of ``count`` rows may not be seen by the person."""

    lines: list[dict[str, Any]]
    count: int
    total: float
    hidden: int
    older: int | None


def listed(rows: Rows, *, person: Person, before: int | None = None, most: int = PAGE) -> Listed:
    """List the rows, those of the newest records first."""
    if rows.of == "record" and isinstance(rows.found, QuerySet):
        return _listed_by_database(rows, person, before, most)
    made = _summed(rows.pairs())
    seen = _seen(rows.of, list(made), person)
    keys = sorted((key for key in seen if before is None or key < before), reverse=True)
    lines = _with_amounts(_lines(rows.of, keys[:most], person), made)
    hidden = sum(times for key, (times, _amount) in made.items() if key not in seen)
    count = int(sum(times for times, _amount in made.values()))
    total = float(sum(amount for _times, amount in made.values()))
    return Listed(lines, count, total, int(hidden), keys[most - 1] if len(keys) > most else None)


def _listed_by_database(rows: Rows, person: Person, before: int | None, most: int) -> Listed:
    """List rows that a statement gives without reading more of them than a page shows."""
    keys = rows.found.order_by().values(rows.key)
    models, (count, total) = _models_of(rows), rows.count_and_total()
    hidden, newest = 0, set()
    for model in models:
        visible = model.objects.visible_to(person).filter(pk__in=keys).order_by("-pk")
        hidden += _hidden(rows, model, person, alone=count if len(models) == 1 else None)
        page = visible if before is None else visible.filter(pk__lt=before)
        newest.update(page.values_list("pk", flat=True)[: most + 1])
    shown = sorted(newest, reverse=True)[: most + 1]
    some = replace(rows, found=rows.found.filter(**{f"{rows.key}__in": shown[:most]}))
    lines = _with_amounts(_lines("record", shown[:most], person), _summed(some.pairs()))
    return Listed(lines, count, float(total), hidden, shown[most - 1] if len(shown) > most else None)


def _models_of(rows: Rows) -> set[Any]:
    """Name the tables in which the records of rows are seen; asks the database only where nobody else knows."""
    if rows.kind == "ticket" or (rows.key == "pk" and issubclass(rows.found.model, Ticket)):
        return {Ticket}
    if rows.kind:
        return _models({rows.kind})
    keys = rows.found.order_by().values(rows.key)
    return _models(set(Record.objects.filter(pk__in=keys).values_list("kind", flat=True).distinct()))


def _hidden(rows: Rows, model: Any, person: Person, *, alone: int | None) -> int:
    """Count the rows of one table that the person may not see; whoever sees all cases misses confidential ones only."""
    seen = model.objects.visible_to(person).order_by().values("pk")
    if model is Ticket and person.role_codes & SEES_ALL:
        kept = set(Ticket.objects.filter(confidential=True).order_by().values_list("pk", flat=True))
        kept -= set(seen.filter(pk__in=_among(list(kept))).values_list("pk", flat=True)) if kept else set()
        return int(rows.found.filter(**{f"{rows.key}__in": _among(list(kept))}).order_by().count()) if kept else 0
    every = rows.found if alone is not None else rows.found.filter(**{f"{rows.key}__in": model.objects.values("pk")})
    total = every.order_by().count() if alone is None else alone
    return int(total - every.filter(**{f"{rows.key}__in": seen}).order_by().count())


def _summed(pairs: Iterable[tuple[int, float]]) -> dict[int, list[float]]:
    """Add up how often each key is named, and what it adds."""
    made: dict[int, list[float]] = defaultdict(lambda: [0, 0])
    for key, amount in pairs:
        made[key][0] += 1
        made[key][1] += amount
    return made


def _with_amounts(lines: list[dict[str, Any]], made: dict[int, list[float]]) -> list[dict[str, Any]]:
    for one in lines:
        one["times"], one["amount"] = int(made[one["key"]][0]), made[one["key"]][1]
    return lines


def _models(kinds: set[str]) -> set[Any]:
    """Name the tables in which records of the kinds are seen: one for all cases."""
    return {Ticket if issubclass(model := register.process(kind).model, Ticket) else model for kind in kinds}


def _among(keys: list[int]) -> RawSQL:
    """Give many keys as one parameter."""
    return RawSQL("SELECT unnest(%s::bigint[])", [keys])


def _seen(of: str, keys: list[int], person: Person) -> set[int]:
    """Choose the keys that the person may know of."""
    if of != "record":
        return set(kpis.subject(of)(keys, person))
    seen: set[int] = set()
    for model in _models(set(Record.objects.filter(pk__in=_among(keys)).values_list("kind", flat=True).distinct())):
        seen.update(model.objects.visible_to(person).filter(pk__in=_among(keys)).values_list("pk", flat=True))
    return seen


def _lines(of: str, keys: list[int], person: Person) -> list[dict[str, Any]]:
    if of != "record":
        told = kpis.subject(of)(keys, person)
        return [{"key": key, "number": "", "title": told[key][0], "url": told[key][1], "state": None} for key in keys]
    by_kind: dict[str, list[int]] = defaultdict(list)
    for key, kind in Record.objects.filter(pk__in=keys).values_list("pk", "kind"):
        by_kind[kind].append(key)
    found = {row.pk: row for kind, some in by_kind.items() for row in _read(kind, some, person)}
    return [_line(found[key]) for key in keys if key in found]


def _read(kind: str, keys: list[int], person: Person) -> Any:
    model = register.process(kind).model
    table: Any = Ticket if issubclass(model, Ticket) else model
    rows = table.objects.visible_to(person).filter(pk__in=keys)
    return rows.only("number", "kind", "title", "state")


def _line(row: Any) -> dict[str, Any]:
    state = register.process_of(row).flow.states[row.state]
    return {"key": row.pk, "number": row.number, "title": row.title, "url": page_of(row), "state": state}
