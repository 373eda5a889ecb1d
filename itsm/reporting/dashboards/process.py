"""The dashboard of one process: all its figures against their aims, for whoever answers for it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from itsm.records import kpis
from itsm.reporting import satisfaction, shown, snapshots, targets
from itsm.reporting.asked import Asked
from itsm.reporting.dashboards import desk, ways
from itsm.reporting.dashboards.parts import Board, Cell, Panel, Tile, named
from itsm.reporting.snapshots import Told
from itsm.ui import moments

#: How many figures stand as tiles above the table.
TILES = 6


def areas() -> dict[str, list[kpis.Kpi]]:
    """Give the figures of every process and area, in the order of their registration."""
    found: dict[str, list[kpis.Kpi]] = {}
    for one in kpis.all_kpis():
        found.setdefault(one.area, []).append(one)
    return found


def board(asked: Asked, area: str) -> Board:
    """Collect the dashboard of a process or area that has figures."""
    known = targets.all_set()
    values = snapshots.told(areas()[area], asked)
    lines = [line(one, asked, known) for one in values]
    judged = sorted(lines, key=lambda line: (not _promises(line["kpi"]), {False: 0, True: 1, None: 2}[line["met"]]))
    beside = _guards(asked, judged[:TILES])
    tiles = [
        Tile(str(one["kpi"].label), one["text"], one["beside"], one["links"].get("whole", "") if shown_rows(one) else "", one["tone"],
             one["verdict"], few=one["few"], guards=beside if _promises(one["kpi"]) else ())
        for one in judged[:TILES]
    ]  # fmt: skip
    apart = [panel for one in values for panel in ways.panels(one.kpi, one.value, asked)]
    return Board(area, shown.area_name(area), tiles, [table(lines, note(values)), *apart])


def _promises(kpi: kpis.Kpi) -> bool:
    """Tell whether a figure says how well promises to customers are kept."""
    return kpi.key in desk.CLOCKS.values() or kpi.key in ("sla.response", "sla.resolution", "sla.fulfilment")


def _guards(asked: Asked, lines: list[dict[str, Any]]) -> list[Cell]:
    """Give what a promise must not hide, where one of the tiles is a promise."""
    if not any(_promises(one["kpi"]) for one in lines):
        return []
    return desk.guards(desk.Totals(asked), satisfaction.overall(asked))


def line(one: Told, asked: Asked, known: dict[str, Any]) -> dict[str, Any]:
    """Collect what is shown of a figure, and whether it is narrowed as asked."""
    aim = targets.in_force(one.kpi, on=asked.last, known=known)
    if one.value is None:
        return shown.pending(one.kpi, asked=asked, aim=aim) | {"narrowed": True}
    told = shown.line(one.kpi, one.value, asked=asked, aim=aim)
    return told | {"narrowed": not asked.narrowed or shown.narrows(one.value, asked)}


def note(values: list[Told]) -> str:
    """Say which numbers the worker has counted before, and what it has still to count."""
    before, missing = [one.at for one in values if one.at], sum(one.value is None for one in values)
    told = []
    if before:
        told.append(
            _("Counted by the worker; the oldest of these numbers is of %(at)s.")
            % {"at": moments.moment_text(min(before))}
        )
    if missing:
        told.append(_("Still being counted: %(n)s. Look again in a minute.") % {"n": missing})
    return " ".join(told)


def shown_rows(told: dict[str, Any]) -> bool:
    """Tell whether there are rows to be shown."""
    return bool(told["count"] or told["part"])


def table(lines: list[dict[str, Any]], note: str = "") -> Panel:
    """Set the figures with part, whole, aim and verdict."""
    head = [_("Figure"), _("Value"), _("Part"), _("Whole or number"), _("Beside it"), _("Target"), _("Verdict")]
    return Panel("figures", _("Figures"), head, [_row(one) for one in lines], note=note, wide=True)


def _row(told: dict[str, Any]) -> list[Cell]:
    links = told["links"]
    notes = (
        [told["verdict"]]
        + ([_("few answers")] if told["few"] else [])
        + ([] if told["narrowed"] else [_("not narrowed")])
    )
    part = Cell(told["part_text"], links.get("part", "") if told["part"] else "")
    whole = Cell(told["whole_text"], links.get("whole", "") if told["count"] else "")
    beside = told["beside"] if told["whole"] is None else ""
    verdict = Cell(" · ".join(note for note in notes if note), is_number=False, tone=told["tone"])
    return [
        named(str(told["kpi"].label), told["page"]), Cell(told["text"], links.get("whole", "") if told["count"] else ""), part, whole,
        Cell(beside, is_number=False), Cell(told["aim"] or shown.NOTHING), Cell(verdict.text, is_number=False, tone=told["tone"]),
    ]  # fmt: skip
