"""The ways in which a breakdown counts, each as a table with its drawing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from itsm.draw import Bar, bars
from itsm.records.figures import PART, WHOLE, Breakdown, Line
from itsm.records.grouped import GroupedShare
from itsm.records.kpis import Kpi
from itsm.reporting import shown
from itsm.reporting.asked import Asked
from itsm.reporting.dashboards.parts import Cell, Panel, named, number, per_cent


def panels(kpi: Kpi, value: Any, asked: Asked) -> list[Panel]:
    """Set each way beside the mean of the periods before, or a share by its values; every number opens its rows."""
    if isinstance(value, GroupedShare):
        return [_shares(kpi, value, asked)] if value.groups else []
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


def _shares(kpi: Kpi, value: GroupedShare, asked: Asked) -> Panel:
    """Set a share by supplier or team: its share, part and whole, each of which opens exactly its rows."""
    way = str(shown.WAYS[value.way])
    title = _("%(figure)s: %(way)s") % {"figure": kpi.label, "way": way}
    rows = []
    for key, (name, part, whole) in value.groups.items():
        links = [shown.rows_address(kpi.key, asked, side=value.side(key, side)) for side in (PART, WHOLE)]
        cells = [per_cent(part, whole, links[1]), number(part, links[0]), number(whole, links[1])]
        rows.append([named(name or _("Not named")), *cells])
    ident = f"{kpi.name}-by-{value.way}".replace("_", "-")
    return Panel(ident, title, [way, _("Share"), _("Part"), _("Whole or number")], rows)
