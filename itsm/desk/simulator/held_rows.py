"""The cases behind a sum of held time: one page of them with what they add up to, or all of them to take along."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from itsm.desk.simulator.addresses import Address, one_of, parameter
from itsm.desk.simulator.held_forms import HeldFilter
from itsm.desk.simulator.words import number, share
from itsm.people.models import Person
from itsm.tickets.finding import page_of
from itsm.tickets.models import Ticket
from itsm.ui.moments import span
from sla.held.sums import GROUPS, cases, held, whole
from sla.simulation_models import HeldLife, HeldTime, Party

PAGE, PIECE = 100, 2000


@dataclass(frozen=True)
class Behind(Address):
    """Which sum it is, beside the filter: the share of one party, or what has no service, team or supplier."""

    share: str = parameter(one_of(Party.values))
    without: str = parameter(one_of(GROUPS))


def found(query: Mapping[str, str], *, person: Person) -> QuerySet[HeldTime]:
    """This will give the parts of closed cases that the address asks for and that ``person`` may see."""
    parts = held(HeldFilter(query).chosen(), Ticket.objects.visible_to(person))
    without = Behind.read(query).without
    return parts.filter(**{f"{GROUPS[without]}__isnull": True}) if without else parts


def page(query: Mapping[str, str], *, person: Person, place: int) -> dict[str, Any]:
    """This will give one page of cases, the longest first, and what all of them come to."""
    parts, of = found(query, person=person), Behind.read(query).share
    told = whole(parts, share=of)
    shown = list(cases(parts, share=of)[(place - 1) * PAGE : place * PAGE])
    return {
        "lines": _said(shown), "total": span(told["seconds"]), "seconds": told["seconds"], "count": number(told["cases"]),
        "page": place, "share": _share(told, of) if of else None, "next": place + 1 if told["cases"] > place * PAGE else None,
    }  # fmt: skip


def _said(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    tickets = Ticket.objects.in_bulk([row["case"] for row in rows])
    return [
        {
            "case": tickets[row["case"]], "url": page_of(tickets[row["case"]]), "seconds": row["seconds"],
            "time": span(row["seconds"]), "part_seconds": row["part"], "part": span(row["part"]) if row["part"] else "-",
        }
        for row in rows
    ]  # fmt: skip


def _share(told: dict[str, int], party: str) -> dict[str, Any]:
    """Lay out the share that one party held of the whole."""
    return {
        "party": Party(party).label, "part": span(told["part"]) if told["part"] else "-", "part_seconds": told["part"],
        "text": share(told["part"], told["seconds"]),
    }  # fmt: skip


def sheet(query: Mapping[str, str], *, person: Person) -> tuple[Sequence[str], Iterator[Sequence[Any]]]:
    """This will give the heads and the rows of all cases that are asked for and that ``person`` may see, to take along."""
    of = Behind.read(query).share
    more = [f"{Party(of).label} (s)"] if of else []
    return [*heads(), *more], lines(cases(found(query, person=person), share=of), of)


def heads() -> list[str]:
    """This will give the heads of a table of cases with what was held of each."""
    return [
        _("Case"), _("Number of the source"), _("Subject"), _("Service"), _("Received"), _("Closed"), _("Held (s)"),
    ]  # fmt: skip


def lines(summed: QuerySet[HeldTime, dict[str, Any]], of: str = "") -> Iterator[Sequence[Any]]:
    """This will lay out the rows of such a table, with what the party ``of`` held as the last cell if it is given."""
    rows = summed.iterator(chunk_size=PIECE)
    while piece := list(islice(rows, PIECE)):
        keys = [row["case"] for row in piece]
        tickets, lives = Ticket.objects.select_related("service").in_bulk(keys), HeldLife.objects.in_bulk(keys)
        yield from (_line(row, tickets[row["case"]], lives.get(row["case"]), of) for row in piece)


def _line(row: dict[str, Any], case: Ticket, life: HeldLife | None, of: str) -> Sequence[Any]:
    return [
        case.number, case.source_number, case.title, str(case.service or ""), life and life.began_at, life and life.ended_at,
        row["seconds"], *([row["part"]] if of else []),
    ]  # fmt: skip
