"""Where the case stands on its flowchart, and why; and how its clocks were counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from itsm.desk.record import heading
from itsm.desk.record.offered import Choices, choices_of, held_from
from itsm.desk.record.walking import walked_boxes, walked_edges
from itsm.desk.simulator import holders
from itsm.draw import swimlane, swimlane_rows
from itsm.flow import Flow
from itsm.records import register
from itsm.records.models import Event
from itsm.ui.answers import is_htmx
from itsm.ui.moments import span
from sla import agreements
from sla.forecast import telling as forecast
from sla.ledger import ahead, ledger
from sla.lifting import liftable
from sla.models import Escalation


@dataclass
class Walk:
    """What a case has done on its chart: boxes and edges walked, how long and how often it stood in each box.

    ``box`` is where it stands or stood last, ``since`` when it came there; on hold it stays where it was held.
    """

    boxes: list[str] = field(default_factory=list)
    edges: list[str] = field(default_factory=list)
    seconds: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    visits: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    box: str = ""
    since: datetime | None = None


@require_safe
def flow(request: HttpRequest, section: str, number: str) -> HttpResponse:
    """Show the whole flowchart with the path walked, the present box and why the next ones are closed."""
    person: Any = request.user
    case = heading.load(number, person=person)
    process = register.process_of(case)
    chart = process.flow.chart
    if process.section != section or chart is None or not case.is_worked:
        raise Http404(_("There is no flowchart for this case."))
    at = timezone.now()
    choices = choices_of(case, person=person, at=at)
    context = heading.context(case, tab="flow", at=at) | chart_context(case, choices, at=at)
    return render(request, "record/flow_chart.html" if is_htmx(request) else "record/flow.html", context)


def chart_context(case: Any, choices: Choices, *, at: datetime) -> dict[str, Any]:
    """Draw the chart of the record's first machine with the path walked; nothing where it has none."""
    process = register.process_of(case)
    chart = process.flow.chart
    if chart is None:
        raise Http404(_("There is no flowchart for this case."))
    now = chart.box_of(case.state, held_from(case))
    moves = Event.objects.moves().filter(record=case.pk, machine=process.flow.key).in_order()
    walk = walk_of(process.flow, moves, since=case.created_at, until=at if case.is_open else None)
    drawn: dict[str, Any] = {
        "walked_edges": walk.edges, "walked_boxes": walk.boxes, "now_box": now.code if now else "", "blocked": choices.blocked,
    }  # fmt: skip
    note = span((at - (walk.since or at)).total_seconds()) if now and case.is_open else ""
    return {
        "flow": swimlane(chart, **drawn, now_note=note, title=str(process.flow.title)),
        "flow_rows": swimlane_rows(chart, **drawn),
        "stays": stays(process.flow, walk), "choices": choices,
    }  # fmt: skip


def walk_of(flow: Flow, moves: Iterable[Any], *, since: datetime, until: datetime | None) -> Walk:
    """Follow the transitions over the chart; ``until`` is None when the case is over and its last box is not timed."""
    walk = Walk()
    state, entered, held_from = flow.initial, since, ""
    _visit(walk, flow, state, since)
    for move in moves:
        walk.edges += walked_edges(flow, move.name, state, move.target)
        walk.boxes += walked_boxes(flow, move.name, state, move.target)
        if move.target == state:
            continue
        _stay(walk, flow, state, held_from, (move.at - entered).total_seconds())
        if is_held(flow, move.target):
            held_from = state
        elif not is_held(flow, state):
            _visit(walk, flow, move.target, move.at)
        state, entered = move.target, move.at
    if until is not None:
        _stay(walk, flow, state, held_from, (until - entered).total_seconds())
    return walk


def is_held(flow: Flow, state: str) -> bool:
    """Tell whether a state stands on the box that it was entered from."""
    return flow.chart is not None and flow.chart.state_box.get(state) == "held_from"


def _visit(walk: Walk, flow: Flow, state: str, at: datetime) -> None:
    box = flow.chart.box_of(state) if flow.chart else None
    if box and box.code != walk.box:
        walk.visits[box.code] += 1
        walk.box, walk.since = box.code, at


def _stay(walk: Walk, flow: Flow, state: str, held_from: str, seconds: float) -> None:
    box = flow.chart.box_of(state, held_from) if flow.chart else None
    if box:
        walk.seconds[box.code] += int(seconds)


def stays(flow: Flow, walk: Walk) -> list[dict[str, str]]:
    """Say of each box how long the case stood there and how often it came back."""
    boxes = flow.chart.boxes if flow.chart else {}
    found = []
    for code, seconds in walk.seconds.items():
        count = walk.visits[code]
        times = ngettext("%(count)s time", "%(count)s times", count) % {"count": count}
        found.append(
            {
                "label": str(boxes[code].label),
                "time": span(seconds),
                "times": times,
                "again": "yes" if count > 1 else "",
            }
        )
    return found


@require_safe
def clocks(request: HttpRequest, number: str) -> HttpResponse:
    """Show how every clock was counted, who was told, and what the system will do by itself."""
    case = heading.load(number, person=request.user)  # type: ignore[arg-type]  # signed in
    if not case.is_worked:
        raise Http404(_("There is no case with this number."))
    at = timezone.now()
    told = Escalation.objects.filter(record=case.pk, needs_ack=True, acknowledged_at=None, clock__is_deadline=False)
    ledgers = ledger(case, at=at, internal=True)
    context = heading.context(case, tab="clocks", at=at) | {
        "ledgers": ledgers,
        "liftable": liftable(case, (one.clock for one in ledgers), by=request.user),  # type: ignore[arg-type]  # signed in
        "ahead": ahead(case),
        "held": holders.of_case(case, at=at),
        "applying": agreements.applying(case),
        "risk": forecast.of_case(case, at=at),
        "to_acknowledge": told.select_related("clock").order_by("due_at", "pk"),
    }
    return render(request, "record/clocks.html", context)
