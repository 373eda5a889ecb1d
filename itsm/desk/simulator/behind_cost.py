"""The cases behind what a team held in a run, with the time that each adds: one page of them, a list, or all to take along."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from itsm.desk.simulator import held_rows
from itsm.desk.simulator.addresses import KEY, Address, key_of, one_of, parameter, place_of
from itsm.desk.simulator.words import number
from itsm.people.models import Person, Team
from itsm.tickets.finding import page_of
from itsm.tickets.models import Ticket
from itsm.ui.moments import span
from sla.held.sums import cases, whole
from sla.simulation import figures, running
from sla.simulation_models import HeldTime, SimulationRun

PAGE = 100
LATE = "1"


@dataclass(frozen=True)
class Cost(Address):
    """Which team, and whether only what it held of the cases that would miss."""

    team: str = parameter(KEY)
    late: str = parameter(one_of([LATE]))

    def found(self, run: SimulationRun) -> QuerySet[HeldTime]:
        """This will give what the team held of the cases of a run."""
        return figures.held_by(run, team=key_of(self.team), late=self.late == LATE)

    def seen(self, run: SimulationRun, *, person: Person) -> QuerySet[HeldTime]:
        """This will leave those of cases that ``person`` may see."""
        return self.found(run).filter(record__in=Ticket.objects.visible_to(person).values("pk"))


def team_of(asked: Cost) -> Team:
    """This will give the team that is asked for.

    :raises Http404: if there is no such team
    """
    team = Team.objects.filter(pk=key_of(asked.team)).first()
    if team is None:
        raise Http404(_("There is no such team."))
    return team


def page(run: SimulationRun, query: Mapping[str, str], *, person: Person) -> dict[str, Any]:
    """This will give one page of cases, the longest first, and how many of them are not for ``person``.

    :raises Http404: if there is no such team
    """
    asked = Cost.read(query)
    team, seen, all_of = team_of(asked), asked.seen(run, person=person), whole(asked.found(run))
    place, open_to = place_of(query.get("page")), whole(seen)["cases"]
    shown = list(cases(seen)[(place - 1) * PAGE : place * PAGE])
    return {
        "team": team, "late": bool(asked.late), "query": asked.query(), "count": number(all_of["cases"]),
        "total": span(all_of["seconds"]), "seconds": all_of["seconds"], "hidden": all_of["cases"] - open_to, "page": place,
        "next": place + 1 if open_to > place * PAGE else None, "lines": _said(shown),
        "gone": not all_of["cases"] and running.are_gone(run),
    }  # fmt: skip


def _said(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = Ticket.objects.in_bulk([row["case"] for row in rows])
    return [
        {"case": found[row["case"]], "url": page_of(found[row["case"]]), "seconds": row["seconds"], "time": span(row["seconds"])}
        for row in rows
    ]  # fmt: skip


def sheet(
    run: SimulationRun, query: Mapping[str, str], *, person: Person
) -> tuple[Sequence[str], Iterator[Sequence[Any]]]:
    """This will give the heads and the rows of all cases that are asked for and that ``person`` may see, to take along.

    :raises Http404: if there is no such team
    """
    asked = Cost.read(query)
    team_of(asked)
    return held_rows.heads(), held_rows.lines(cases(asked.seen(run, person=person)))
