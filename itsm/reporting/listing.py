"""The rows behind a number, as far as a person may see them, and how many they may not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Max, QuerySet
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
#: How many keys are looked through first for the newest rows, and by what the next lot is larger.
FIRST_LOT, TIMES = 20_000, 5
#: By record, how often it is named and what it adds.
Summed = dict[int, list[float]]


@dataclass(frozen=True)
class Listed:
    """A page of rows; ``total`` is the number that they make, ``hidden`` of ``count`` rows may not be seen by the person.

    None where they are still to be counted. ``is_cut`` says that older ones are not listed here.
    """

    lines: list[dict[str, Any]]
    count: int | None
    total: float | None
    hidden: int
    older: int | None
    is_cut: bool = False


def listed(rows: Rows, *, person: Person, before: int | None = None, most: int = 0) -> Listed:
    """List the rows, those of the newest records first; a page of them if it is not said how many at ``most``."""
    most = most or PAGE
    if rows.of == "record" and isinstance(rows.found, QuerySet):
        models, (count, total) = models_of(rows), rows.count_and_total()
        hidden = sum(_hidden(rows, model, person, alone=count if len(models) == 1 else None) for model in models)
        lines, older = _page(rows, models, person, before, most)
        return Listed(lines, count, float(total), hidden, older)
    made = summed(rows.pairs())
    seen = _seen(rows.of, list(made), person)
    keys = sorted((key for key in seen if before is None or key < before), reverse=True)
    lines = _with_amounts(_lines(rows.of, keys[:most], person), made)
    unseen = sum(times for key, (times, _amount) in made.items() if key not in seen)
    count = int(sum(times for times, _amount in made.values()))
    total = float(sum(amount for _times, amount in made.values()))
    return Listed(lines, count, total, int(unseen), keys[most - 1] if len(keys) > most else None)


def of_cases(rows: Rows) -> bool:
    """Tell whether rows are known to be cases that a statement gives, so that a page of them is found without counting all."""
    return rows.of == "record" and isinstance(rows.found, QuerySet) and _is_of_cases(rows)


def uncounted(rows: Rows, *, person: Person, before: int | None, lots: int | None = None) -> Listed:
    """List a page of rows of cases without counting them all, as far as they are found in so many lots."""
    lines, older = _page(rows, {Ticket}, person, before, PAGE, lots)
    return Listed(lines, None, None, _hidden(rows, Ticket, person, alone=None), older)


def shown(made: Summed, *, person: Person, more: bool) -> tuple[list[dict[str, Any]], int | None]:
    """Give the lines of cases whose times and amounts are known, and the key from which older ones follow (``more``)."""
    lines = sorted(_lines("record", list(made), person), key=lambda one: -one["key"])
    return _with_amounts(lines, made), min(made) if more else None


def _page(
    rows: Rows, models: set[Any], person: Person, before: int | None, most: int, lots: int | None = None
) -> tuple[list[Any], int | None]:
    """Find the lines of one page without reading more rows than it shows."""
    newest: set[int] = set()
    for model in models:
        newest.update(newest_keys(rows, model.objects.visible_to(person), before=before, most=most + 1, lots=lots))
    keys = sorted(newest, reverse=True)[: most + 1]
    lines = _with_amounts(_lines("record", keys[:most], person), summed_of(rows, keys[:most]))
    return lines, keys[most - 1] if len(keys) > most else None


def newest_keys(
    rows: Rows, among: QuerySet[Any], *, before: int | None, most: int, lots: int | None = None
) -> list[int]:
    """Find the greatest keys of rows that are ``among`` records, below ``before``: from the top in lots that grow, all or so many."""
    last = (Record.objects.aggregate(last=Max("pk"))["last"] or 0) + 1
    top = last if before is None else min(before, last)
    found: list[int] = []
    lot = FIRST_LOT
    while top > 0 and len(found) < most and (lots is None or lot < FIRST_LOT * TIMES**lots):
        least = max(top - lot, 0)
        within = rows.found.filter(**{f"{rows.key}__gte": least, f"{rows.key}__lt": top}).order_by().values(rows.key)
        part = among.filter(pk__gte=least, pk__lt=top, pk__in=within).order_by("-pk").values_list("pk", flat=True)
        found += list(part[: most - len(found)])
        top, lot = least, lot * TIMES
    return found


def summed_of(rows: Rows, keys: Any) -> Summed:
    """Add up how often some records are named, and what they add."""
    return summed(replace(rows, found=rows.found.filter(**{f"{rows.key}__in": keys})).pairs())


def _is_of_cases(rows: Rows) -> bool:
    if rows.kind and rows.kind != "ticket":
        return issubclass(register.process(rows.kind).model, Ticket)
    if rows.kind or rows.key == "pk":
        return bool(rows.kind) or issubclass(rows.found.model, Ticket)
    named = (
        None if rows.key in rows.found.query.annotations else rows.found.model._meta.get_field(rows.key).related_model
    )
    return isinstance(named, type) and issubclass(named, Ticket)


def models_of(rows: Rows) -> set[Any]:
    """Name the tables in which the records of rows are seen; asks the database only where nobody else knows."""
    if not isinstance(rows.found, QuerySet):
        named = among(list({key for key, _amount in rows.found}))
        return _models(set(Record.objects.filter(pk__in=named).values_list("kind", flat=True).distinct()))
    if _is_of_cases(rows):
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
        kept -= set(seen.filter(pk__in=among(list(kept))).values_list("pk", flat=True)) if kept else set()
        return int(rows.found.filter(**{f"{rows.key}__in": among(list(kept))}).order_by().count()) if kept else 0
    every = rows.found if alone is not None else rows.found.filter(**{f"{rows.key}__in": model.objects.values("pk")})
    total = every.order_by().count() if alone is None else alone
    return int(total - every.filter(**{f"{rows.key}__in": seen}).order_by().count())


def summed(pairs: Iterable[tuple[int, float]]) -> Summed:
    """Add up how often each key is named, and what it adds."""
    made: Summed = defaultdict(lambda: [0, 0])
    for key, amount in pairs:
        made[key][0] += 1
        made[key][1] += amount
    return made


def _with_amounts(lines: list[dict[str, Any]], made: Summed) -> list[dict[str, Any]]:
    for one in lines:
        one["times"], one["amount"] = int(made[one["key"]][0]), _plain(made[one["key"]][1])
    return lines


def _plain(amount: Any) -> float:
    """Give an amount of money as other amounts are."""
    return float(amount) if isinstance(amount, Decimal) else amount


def _models(kinds: set[str]) -> set[Any]:
    """Name the tables in which records of the kinds are seen: one for all cases."""
    return {Ticket if issubclass(model := register.process(kind).model, Ticket) else model for kind in kinds}


def among(keys: list[int]) -> RawSQL:
    """Give many keys as one parameter."""
    return RawSQL("SELECT unnest(%s::bigint[])", [keys])


def _seen(of: str, keys: list[int], person: Person) -> set[int]:
    """Choose the keys that the person may know of."""
    if of != "record":
        return set(kpis.subject(of)(keys, person))
    seen: set[int] = set()
    for model in _models(set(Record.objects.filter(pk__in=among(keys)).values_list("kind", flat=True).distinct())):
        seen.update(model.objects.visible_to(person).filter(pk__in=among(keys)).values_list("pk", flat=True))
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
