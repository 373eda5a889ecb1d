"""The cases behind what a team held in a run, with the time that each adds to the sum."""

from __future__ import annotations

from typing import Any

from django.db.models import Sum
from django.http import Http404, QueryDict
from django.utils.translation import gettext as _

from itsm.desk.simulator.addresses import key_of, place_of
from itsm.desk.simulator.words import number
from itsm.people.models import Person, Team
from itsm.tickets.finding import page_of
from itsm.tickets.models import Ticket
from itsm.ui.moments import span
from sla.simulation import figures
from sla.simulation_models import SimulationRun

PAGE = 100


def page(run: SimulationRun, query: QueryDict, *, person: Person) -> dict[str, Any]:
    """This will give one page of cases, the longest first, and how many of them are not for ``person``.

    :raises Http404: if there is no such team
    """
    team = Team.objects.filter(pk=key_of(query.get("team"))).first()
    if team is None:
        raise Http404(_("There is no such team."))
    late = query.get("late") == "1"
    held = figures.held_by(run, team=team.pk, late=late)
    seen = held.filter(record__in=Ticket.objects.visible_to(person).values("pk"))
    place = place_of(query.get("page"))
    summed: Any = seen.values("record").annotate(seconds=Sum("seconds")).order_by("-seconds", "record")
    shown = list(summed[(place - 1) * PAGE : place * PAGE])
    cases = Ticket.objects.in_bulk([row["record"] for row in shown])
    all_of, open_to = held.aggregate(total=Sum("seconds"))["total"] or 0, summed.count()
    whole = held.values("record").distinct().count()
    return {
        "team": team, "late": late, "count": number(whole), "total": span(all_of), "hidden": whole - open_to, "page": place,
        "next": place + 1 if open_to > place * PAGE else None,
        "lines": [
            {"case": cases[row["record"]], "url": page_of(cases[row["record"]]), "time": span(row["seconds"])} for row in shown
        ],
    }  # fmt: skip
