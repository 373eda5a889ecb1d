"""The ways in which a breakdown counts, each as a table with its drawing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from itsm.draw import Bar, bars
from itsm.records.figures import Breakdown, Line
from itsm.records.kpis import Kpi
from itsm.reporting import shown
from itsm.reporting.asked import Asked
from itsm.reporting.dashboards.parts import Cell, Panel, named, number


def panels(kpi: Kpi, value: Any, asked: Asked) -> list[Panel]:
    """Set each way beside the mean of the periods before; every number opens its rows."""
    if not isinstance(value, Breakdown):
        return []
    return [_panel(kpi, part, found, asked) for part, found in value.items()]


def _panel(kpi: Kpi, part: str, found: dict[str, Line], asked: Asked) -> Panel:
    title = _("%(figure)s: %(way)s") % {"figure": kpi.label, "way": shown.WAYS[part]}
    lines = sorted(found.items(), key=lambda item: (-item[1].now, item[1].name))
    head = [str(shown.WAYS[part]), _("Now"), _("Mean of the 12 periods before")]
    drawn = [Bar(line.name, line.now, f"{line.now:,}") for _key, line in lines]
    ident = f"{kpi.name}-{part}".replace("_", "-")
    return Panel(
        ident, title, head, list(_rows(kpi, part, lines, asked)), bars(drawn, title=title, ident=ident) if drawn else ""
    )


def _rows(kpi: Kpi, part: str, lines: list[tuple[str, Line]], asked: Asked) -> Iterator[list[Cell]]:
    for key, line in lines:
        url = shown.rows_address(kpi.key, asked, side=f"{part}.{key}")
        yield [named(line.name), number(line.now, url), Cell(shown.cut(line.before))]
