"""One figure told apart by priority, team and service: the same rows, grouped, each group with its own link."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from django.db.models import Count as CountOf
from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from itsm.records.counting import uncounted
from itsm.records.figures import PART, WHOLE, Breakdown, Durations, Mean, Rows, Share
from itsm.records.grouped import GroupedShare
from itsm.records.kpis import Kpi
from itsm.records.models import Record
from itsm.reporting import names, shown
from itsm.reporting.asked import NONE, Asked
from itsm.reporting.dashboards.parts import Cell, Panel, named, number, per_cent
from itsm.tickets.models import Ticket
from itsm.ui import moments

#: How many rows of a group there are, and what they add.
Group = tuple[int, float]
Groups = dict[int, Group]
#: The groups of each side.
Apart = dict[str, Groups]
DIMENSIONS = ("priority", "team", "service")


def panels(kpi: Kpi, value: Any, asked: Asked, found: Mapping[str, Apart | None]) -> list[Panel]:
    """Tell a figure of cases apart in every way in which it falls into more than one group."""
    told = (_panel(kpi, value, asked, dimension, sides) for dimension, sides in found.items() if sides)
    return [panel for panel in told if panel is not None]


def told_apart(value: Any, asked: Asked) -> dict[str, Apart | None]:
    """Group the rows of every side by every dimension that is not asked for; None where they are not of cases."""
    if isinstance(value, Breakdown):
        return {}
    told = value.way if isinstance(value, GroupedShare) else ""
    return {one: _sides(value, one) for one in DIMENSIONS if one != told and not getattr(asked, one)}


def _sides(value: Any, dimension: str) -> Apart | None:
    every = {side: rows for side, rows in value.sides.items() if side in (PART, WHOLE)}
    sides = {side: groups for side, rows in every.items() if (groups := grouped(rows, dimension)) is not None}
    return sides if len(sides) == len(every) else None


def laid_out(kpi: Kpi, asked: Asked) -> dict[str, Any]:
    """Group a figure's rows as it can be kept."""
    with uncounted():
        found = told_apart(shown.compute(kpi, asked), asked)
    return {
        dimension: sides and {side: [[key, *group] for key, group in groups.items()] for side, groups in sides.items()}
        for dimension, sides in found.items()
    }


def restored(found: Mapping[str, Any]) -> dict[str, Apart | None]:
    """Give groups back that were laid out."""
    return {
        dimension: sides
        and {side: {key: (count, total) for key, count, total in groups} for side, groups in sides.items()}
        for dimension, sides in found.items()
    }


def _panel(kpi: Kpi, value: Any, asked: Asked, dimension: str, sides: Apart) -> Panel | None:
    keys = sorted({key for groups in sides.values() for key in groups})
    if len(keys) < 2:
        return None
    called, codes = _called(dimension, keys)
    keys = sorted(keys, key=lambda key: (key == 0, called[key]))
    titles = {"priority": _("By priority"), "team": _("By team"), "service": _("By service")}
    rows = [
        [named(called[key]), *_cells(kpi, value, asked, {side: found.get(key, (0, 0)) for side, found in sides.items()},
                                     {dimension: codes[key]})]
        for key in keys
    ]  # fmt: skip
    return Panel(f"by-{dimension}", titles[dimension], [titles[dimension], *_head(value)], rows)


def _called(dimension: str, keys: Iterable[int]) -> tuple[dict[int, str], dict[int, str]]:
    """Name each group, and give the word of the address that asks for it."""
    if dimension == "priority":
        called = {key: f"P{key}" if key else _("Not graded") for key in keys}
        return called, {key: str(key) if key else NONE for key in keys}
    known = names.teams() if dimension == "team" else names.services()
    nothing = _("No team") if dimension == "team" else _("No service")
    found = {key: known.get(key) for key in keys}
    return {key: one.name if one else nothing for key, one in found.items()}, {
        key: one.code if one else NONE for key, one in found.items()
    }


def _head(value: Any) -> list[str]:
    if isinstance(value, Share):
        return [_("Share"), _("Part"), _("Whole or number")] if WHOLE in value.sides else [_("Part")]
    if isinstance(value, Durations):
        return [_("Mean"), _("Rows")]
    return [_("Mean"), _("Rows")] if isinstance(value, Mean) else [_("Whole or number")]


def _cells(kpi: Kpi, value: Any, asked: Asked, groups: Mapping[str, Group], place: Mapping[str, str]) -> list[Cell]:
    """Set the numbers of one group."""
    links = {side: shown.rows_address(kpi.key, asked, side=side, **place) for side in groups}
    if isinstance(value, Share):
        return _share(kpi, groups, links)
    count, total = groups[WHOLE]
    if isinstance(value, Durations):
        return [Cell(moments.span(int(total / count)) if count else shown.NOTHING), number(count, links[WHOLE])]
    if isinstance(value, Mean):
        found = Fraction(round(total * 100), count * 100) if count else None
        return [Cell(shown.mean_text(kpi, found)), number(count, links[WHOLE])]
    return [number(int(total), links[WHOLE])]


def _share(kpi: Kpi, groups: Mapping[str, Group], links: Mapping[str, str]) -> list[Cell]:
    part = int(groups[PART][1])
    first = Cell(shown.amount_text(kpi, part), links[PART] if part else "")
    if WHOLE not in groups:
        return [first]
    whole = int(groups[WHOLE][1])
    share = per_cent(part, whole, links[WHOLE])
    return [share, first, Cell(shown.amount_text(kpi, whole), links[WHOLE] if whole else "")]


def grouped(rows: Rows, dimension: str) -> Groups | None:
    """Count rows of cases by a dimension, 0 where a case has none; None where the rows are no cases."""
    if rows.of != "record":
        return None
    if not isinstance(rows.found, QuerySet):
        return _by_hand(rows.found, dimension)
    path = rows.team if dimension == "team" and rows.team else _path(rows, dimension)
    if path is None:
        return None
    found = rows.found.order_by()
    if found.query.distinct:
        found = found.model.objects.filter(pk__in=found.values("pk"))
    total = Sum(rows.amount) if rows.amount else CountOf("pk")
    made = found.values_list(path).annotate(rows_of=CountOf("pk"), total_of=total)
    return {key or 0: (count, float(amount or 0)) for key, count, amount in made}


def _path(rows: Rows, dimension: str) -> str | None:
    """Say how the dimension of a row's case is reached; None where the rows are no cases."""
    model = rows.found.model
    if rows.key == "pk":
        return dimension if issubclass(model, Ticket) else None
    if rows.key in rows.found.query.annotations:
        return None
    to = model._meta.get_field(rows.key).related_model
    if to is Record:
        return f"{rows.key}__ticket__{dimension}"
    return f"{rows.key}__{dimension}" if isinstance(to, type) and issubclass(to, Ticket) else None


def _by_hand(pairs: Iterable[tuple[int, float]], dimension: str) -> Groups | None:
    """Count pairs, looking their cases up."""
    every = list(pairs)
    found = dict(Ticket.objects.filter(pk__in={key for key, _amount in every}).values_list("pk", dimension))
    if len(found) < len({key for key, _amount in every}):
        return None
    groups: dict[int, Group] = defaultdict(lambda: (0, 0.0))
    for key, amount in every:
        count, total = groups[found[key] or 0]
        groups[found[key] or 0] = (count + 1, total + float(amount))
    return groups
