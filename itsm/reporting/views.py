"""The pages of reports: dashboards, and the rows behind their numbers."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from itsm.records import kpis
from itsm.records.costs import UNPRICED, Cost
from itsm.records.figures import PART, WHOLE, Rows
from itsm.records.grouped import GroupedShare
from itsm.reporting import asked as asking
from itsm.reporting import behind, cells, feed, listing, names, shown
from itsm.reporting.access import for_readers
from itsm.reporting.asked import Asked
from itsm.reporting.dashboards import desk, management, process, telephone
from itsm.reporting.dashboards.parts import Board, Panel
from itsm.reporting.models import Recount
from itsm.ui import sheets

#: What a number of the roll-ups may be narrowed by beside the filters, and the greatest value of numbers.
PLACES = {
    "cell_service": "service",
    "cell_team": "team",
    "cell_priority": "priority",
    "hour": "hour",
    "weekday": "weekday",
    "age": "age",
}
OUTCOMES = frozenset({
    "met", "missed", "silent", "closed", "successful", "with_issues", "failed", "backed_out", "rolled_back", "cancelled", "reclassified",
})  # fmt: skip


def read(request: HttpRequest) -> Asked:
    """Read what a report is asked for."""
    return asking.read(request.GET.dict(), at=timezone.now())


def frame(asked: Asked, current: str) -> dict[str, Any]:
    """Give what every dashboard shows around itself."""
    tabs = [
        ("desk", reverse("reporting:desk"), _("Service desk")), ("management", reverse("reporting:management"), _("Management")),
        *((key, reverse("reporting:process", args=[key]), shown.area_name(key)) for key in process.areas() if key != "desk"),
    ]  # fmt: skip
    return {
        "asked": asked, "periods": asking.periods(asked), "services": choices(names.services()), "teams": choices(names.teams()),
        "priorities": asking.PRIORITIES, "last_recount": Recount.objects.first(), "waiting": feed.waiting(),
        "tabs": [{"label": label, "url": url + asked.query(), "current": name == current} for name, url, label in tabs],
    }  # fmt: skip


def choices(found: names.Names) -> list[dict[str, str]]:
    """List what may be chosen as a filter."""
    return [{"code": one.code, "name": one.name} for one in found.values() if one.is_active]


@require_safe
@for_readers
def desk_board(request: HttpRequest) -> HttpResponse:
    """Show the dashboard of the desk."""
    asked = read(request)
    return answer(request, asked, telephone.beside(desk.board(asked), asked))


@require_safe
@for_readers
def management_board(request: HttpRequest) -> HttpResponse:
    """Show the dashboard of management."""
    asked = read(request)
    return answer(request, asked, management.board(asked))


@require_safe
@for_readers
def process_board(request: HttpRequest, area: str) -> HttpResponse:
    """Show the figures of one process against their aims."""
    if area not in process.areas():
        raise Http404(_("This process has no figures."))
    asked = read(request)
    return answer(request, asked, process.board(asked, area))


def answer(request: HttpRequest, asked: Asked, board: Board) -> HttpResponse:
    """Draw a dashboard, or give one of its tables as a file."""
    form, wanted = request.GET.get("as", ""), request.GET.get("table", "")
    if form in sheets.MEDIA:
        return file(board, wanted, form, asked)
    return render(request, "reporting/board.html", {"board": board, **frame(asked, board.name)})


def file(board: Board, wanted: str, form: str, asked: Asked) -> HttpResponse:
    """Give one table of a dashboard as a file."""
    panel: Panel | None = next((one for one in board.panels if one.ident == wanted), None)
    if panel is None:
        raise Http404(_("There is no such table."))
    rows = ([cell.text for cell in row] for row in panel.rows)
    name = f"{board.name}-{panel.ident}-{asked.since:%Y%m%d}-{asked.last:%Y%m%d}"
    return sheets.download(name, form=form, header=list(panel.head), rows=rows)


# ---- rows -----------------------------------------------------------------------------------
@require_safe
@for_readers
def figure_rows(request: HttpRequest, figure: str) -> HttpResponse:
    """List the rows behind a figure: of its part, or of its whole."""
    kpi = kpis.find(figure)
    if kpi is None:
        raise Http404(_("There is no such figure."))
    asked = read(request)
    side, form = request.GET.get("side", ""), request.GET.get("as", "")
    person: Any = request.user
    if form in sheets.MEDIA:
        side, rows = behind.chosen(shown.compute(kpi, asked), side)
        return _rows_file(rows, person, form, f"{kpi.key}-{side}")
    told = behind.behind(kpi, asked, side, person=person, before=_before(request))
    context = {
        "found": told.found, "asked": asked, "formula": kpi.formula, "back": reverse("reporting:kpi", args=[kpi.key]) + asked.query(),
        "seconds": kpi.in_seconds, "counted_at": told.at, "is_counting": told.found.count is None,
        "title": f"{kpi.label}: {side_name(told.value, told.side)}" if told.side != WHOLE else str(kpi.label),
        "coverage": shown.coverage(kpi, asked), "unread": asked.narrowed and not shown.narrows(told.value, asked),
    }  # fmt: skip
    return render(request, "reporting/rows.html", context)


def _before(request: HttpRequest) -> int | None:
    before = request.GET.get("before", "")
    return int(before) if before.isdecimal() and len(before) < 19 else None


def side_name(value: Any, side: str) -> str:
    """Name the rows of a part, or of one value of a breakdown."""
    if isinstance(value, GroupedShare) and side not in (PART, WHOLE):
        return value.side_name(side)
    if isinstance(value, Cost) and side == UNPRICED:
        return _("minutes without a rate")
    way, _dot, key = side.partition(".")
    return _("the part") if side == PART else str(value[way][key].name)


@require_safe
@for_readers
def cell_rows(request: HttpRequest, measure: str) -> HttpResponse:
    """List the rows behind a number of a dashboard."""
    if measure not in cells.MEASURES and measure not in cells.TOGETHER:
        raise Http404(_("There is no such figure."))
    asked = read(request)
    wanted: dict[str, Any] = {
        column: int(text)
        for name, column in PLACES.items()
        if (text := request.GET.get(name, "")).isdecimal() and len(text) < 10
    }
    if (outcome := request.GET.get("outcome", "")) in OUTCOMES:
        wanted["outcome"] = outcome
    if wanted.get("age", 0) not in dict(cells.AGES):
        raise Http404(_("There is no such age class."))
    rows = cells.facts(asked, measure, **wanted)
    title = str(cells.MEASURES.get(measure, _("Promises")))
    return rows_page(
        request,
        rows,
        asked,
        {"title": title, "file": f"{measure}-rows", "back": reverse("reporting:desk") + asked.query()},
    )


def rows_page(request: HttpRequest, rows: Rows, asked: Asked, context: dict[str, Any]) -> HttpResponse:
    """List rows as far as the person may see them, or give them as a file."""
    person: Any = request.user
    if (form := request.GET.get("as", "")) in sheets.MEDIA:
        return _rows_file(rows, person, form, context["file"])
    found = listing.listed(rows, person=person, before=_before(request))
    return render(request, "reporting/rows.html", {"found": found, "asked": asked, **context})


def _rows_file(rows: Rows, person: Any, form: str, name: str) -> HttpResponse:
    found = listing.listed(rows, person=person, most=listing.MOST_TAKEN)
    lines = (
        [one["number"], one["title"], str(one["state"].label) if one["state"] else "", one["amount"]]
        for one in found.lines
    )
    return sheets.download(name, form=form, header=[_("Number"), _("Subject"), _("State"), _("Adds")], rows=lines)
