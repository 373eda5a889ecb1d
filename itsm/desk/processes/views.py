"""The map of the processes with live counts, and the records behind each count."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from itsm.desk.access import for_workers
from itsm.desk.processes import roads
from itsm.desk.processes.roads import PLACES, RoadKind
from itsm.desk.record import around
from itsm.draw.neighbours import Road, Station, process_map
from itsm.records import register
from itsm.tickets.finding import page_of

PAGE = 50


@require_safe
@for_workers
def processes(request: HttpRequest) -> HttpResponse:
    """Draw how the processes hand over to each other, with what is open on each way; the same as a table."""
    counts = roads.counted(request.user)  # type: ignore[arg-type]  # signed in
    rows = [_row(road, counts) for road in roads.of_roads()]
    drawn = process_map(
        _stations(), [row["road"] for row in rows], title=_("How the processes hand over to each other")
    )
    return render(request, "desk/processes.html", {"map": drawn, "rows": rows})


def _row(road: RoadKind, counts: dict[tuple[str, str, str], Any]) -> dict[str, Any]:
    found = counts.get((road.link.value, *road.ends), {"open": 0, "all": 0})
    every = reverse("desk:road", args=[road.name])
    url, (source, target) = f"{every}?show=open" if found["open"] else every, road.way
    return {
        "source": name_of(source), "target": name_of(target), "label": road.label,
        "open": found["open"], "all": found["all"], "url": url, "every": every,
        "road": Road(source, target, str(road.label), found["open"], url if found["all"] else "", road.bend, road.at),
    }  # fmt: skip


def name_of(key: str) -> str:
    """Name the records of a process."""
    return str(capfirst(register.process(key).model._meta.verbose_name))


def _stations() -> dict[str, Station]:
    known = {process.key: process for process in register.processes()}
    return {key: Station(name_of(key), column, row) for key, (column, row) in PLACES.items() if key in known}


@require_safe
@for_workers
def road(request: HttpRequest, name: str) -> HttpResponse:
    """List the records on both ends of one way, the newest first."""
    found = roads.named(name)
    if found is None:
        raise Http404(_("There is no such way between processes."))
    raw = request.GET.get("before", "")
    before = int(raw) if raw.isascii() and raw.isdecimal() and len(raw) < 19 else None
    person: Any = request.user
    still_open = request.GET.get("show") == "open"
    rows = roads.pairs(found, person=person, before=before, most=PAGE + 1, still_open=still_open)
    sides = [_shown(rows, "source", person), _shown(rows, "target", person)]
    pairs = [(sides[0][row.source_id], sides[1][row.target_id], row) for row in rows[:PAGE] if _known(row, sides)]
    context = {
        "title": found.label, "heads": [name_of(key) for key in found.ends], "pairs": pairs,
        "older": rows[PAGE - 1].pk if len(rows) > PAGE else None, "tabs": _tabs(found, person, still_open=still_open),
    }  # fmt: skip
    return render(request, "desk/road.html", context)


def _tabs(road: RoadKind, person: Any, *, still_open: bool) -> list[dict[str, Any]]:
    """Offer what is open on the way, and everything, with the numbers that the map shows."""
    counts = roads.counted(person).get((road.link.value, *road.ends), {"open": 0, "all": 0})
    return [
        {"label": pgettext("phase", "Open"), "url": "?show=open", "current": still_open, "count": counts["open"]},
        {"label": _("All"), "url": "?show=all", "current": not still_open, "count": counts["all"]},
    ]


def _known(row: Any, sides: list[dict[int, Any]]) -> bool:
    return row.source_id in sides[0] and row.target_id in sides[1]


def _shown(rows: list[Any], side: str, person: Any) -> dict[int, dict[str, Any]]:
    """Read one side of the links as far as ``person`` may know of it."""
    ends = [getattr(row, side) for row in rows]
    wanted = [{"other": end.pk, "other_kind": end.kind} for end in ends]
    found = [*around.cases(wanted, person=person), *around.plain_ones(wanted, person=person)]
    return {
        one.pk: {
            "record": one, "state": register.process_of(one).flow.states[one.state], "url": page_of(one) if one.number else "",
        }
        for one in found
    }  # fmt: skip
