"""Setting the trends of promises of cases and marks: a line for each period, a column for each promise."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from itsm.service_reports.cells import figure, parts_of, run
from itsm.service_reports.sheet import Cell, Table, words
from itsm.service_reports.wording import Era, promise, target, verdict

#: Promises that stand beside each other in one table.
BESIDE = 4
Kept = dict[str, Any]


def trend_tables(kept: Kept, one: Kept, era: Era) -> list[Table]:
    """Set the trends of a service; nothing for a report of an earlier schema."""
    trends = one.get("trends", [])
    return [
        _table(kept, one, trends[first : first + BESIDE], era, place=first // BESIDE)
        for first in range(0, len(trends), BESIDE)
    ]


def _table(kept: Kept, one: Kept, trends: list[Kept], era: Era, *, place: int) -> Table:
    head = [_("Period"), *(f"{promise(trend)} ({target(trend)})" for trend in trends)]
    rows = [
        [words(era.short(points[0]["period"])), *(_cell(kept, point) for point in points)]
        for points in zip(*(trend["points"] for trend in trends), strict=True)
    ]
    shares = (16, *[84 / len(trends)] * len(trends))
    ident = f"trends-{one['code']}" + (f"-{place + 1}" if place else "")
    title = _("Promises of cases over 13 periods")
    return Table(ident, title, head, rows, shares, on_paper=_on_paper(head, rows), by_period=True)


def _on_paper(head: list[str], rows: list[list[Cell]]) -> list[tuple[str, Cell]]:
    """Give a line for each promise, in which its periods follow each other."""
    return [
        (name, _one_after_the_other([(row[0], row[place]) for row in rows])) for place, name in enumerate(head[1:], 1)
    ]


def _one_after_the_other(points: list[tuple[Cell, Cell]]) -> Cell:
    """Write what came of each period with data in one run of words, the oldest first."""
    told = [(period.text, cell.parts) for period, cell in points if any(part.figure for part in cell.parts)]
    return run(told) if told else words(_("no data"))


def _cell(kept: Kept, point: Kept) -> Cell:
    """Give the result of a period, and the verdict where there was one."""
    if point["figure"] is None:
        return Cell(words(_("no data")).parts, number=True)
    found = figure(kept, point["figure"], note=parts_of(kept, point["figure"]))
    judged = (replace(verdict(point["met"]), joined=True),) if point["met"] is not None else ()
    return replace(found, parts=(*found.parts, *judged))
