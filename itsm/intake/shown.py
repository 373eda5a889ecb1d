"""Figures as a page shows them: tiles, a table by priority, drawings with their words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from itsm.draw import Bar, bars

ALL = "all"


@dataclass(frozen=True, slots=True)
class Tile:
    """One number with what it counts."""

    number: str
    what: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class PriorityRow:
    """One line of the table: a priority (None for all) with its hours."""

    priority: int | None
    records: int
    resolution: dict[str, Any]
    closure: dict[str, Any]


def drawn(figures: dict[str, Any]) -> dict[str, Any]:
    """This will give what the page of an imported history shows."""
    groups = [Bar(name, count, number(count)) for name, count in figures["top_groups"].items()]
    return {
        "figures": figures,
        "tiles": tiles(figures),
        "by_priority": priority_rows(figures),
        "groups": bars(groups, title=_("Cases by the team that had them last"), ident="groups") if groups else "",
    }


def tiles(figures: dict[str, Any]) -> list[Tile]:
    """This will give the numbers that stand on top."""
    records, sla = figures["records"], figures["sla"]
    judged = sla["met"] + sla["missed"]
    per_case = number(figures["reassignments"] / max(records, 1), 2)
    times, back = number(figures["reopened"]["times"]), number(figures["ping_pong_records"])
    found = [
        Tile(number(records), _("cases"), _("%s rows of history") % number(figures["history_rows"])),
        Tile(number(figures["reassignments"]), _("changes of team"), _("%s per case") % per_case),
        Tile(number(figures["reopened"]["records"]), _("cases reopened"), _("%s times in all") % times),
        Tile(number(figures["multi_group_records"]), _("cases with several teams"), _("%s went back to a team") % back),
    ]
    if judged:
        agree = _("%s agree with the source") % share(sla["agree_with_source"], records)
        found.append(Tile(share(sla["met"], judged), _("closed in time"), agree))
    return found + change_tiles(figures.get("changes"))


def change_tiles(counted: dict[str, Any] | None) -> list[Tile]:
    """This will give the numbers of changes; none when there are no changes."""
    if not counted:
        return []
    executed, hours = counted["executed"], counted["hours_to_back_out"]["median"]
    soon = _("half of them within %s h") % number(hours, 1) if hours is not None else ""
    rate = _("%s of those carried out") % share(counted["backed_out"], executed)
    links = _("%s mentions") % number(counted["item_links"])
    return [
        Tile(
            number(counted["backed_out"]), _("changes backed out"), " · ".join([text for text in (rate, soon) if text])
        ),
        Tile(number(counted["items_named"]), _("configuration items named"), links),
    ]


def priority_rows(figures: dict[str, Any]) -> list[PriorityRow]:
    """This will give the table by priority, all of them together last."""
    resolution, closure = figures["resolution_hours"], figures["closure_hours"]
    rows = [
        PriorityRow(int(priority), count, resolution.get(priority, {}), closure.get(priority, {}))
        for priority, count in figures["by_priority"].items()
    ]
    return [*rows, PriorityRow(None, figures["records"], resolution.get(ALL, {}), closure.get(ALL, {}))]


def number(value: float, decimals: int = 0) -> str:
    """This will write a number with groups of digits, as the reader's language does."""
    return str(number_format(round(value, decimals), decimal_pos=decimals, use_l10n=True, force_grouping=True))


def share(part: int, whole: int) -> str:
    """This will write a share in per cent with one decimal."""
    return f"{number(100 * part / max(whole, 1), 1)} %"
