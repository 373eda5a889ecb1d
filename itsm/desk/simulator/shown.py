"""The results of a run as its page shows them: tiles, tables by group with links to their rows, a chart."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from itsm.desk.simulator.asked import Asked
from itsm.desk.simulator.words import Tile, month_words, number, share
from itsm.draw import Bar, bars
from itsm.people.models import Team
from itsm.ui.moments import span
from sla.simulation_models import SimulationRun
from sla.words import metric_words

#: As it is, and under the draft.
SIDES = ("base", "draft")
#: Fewer closed cases than this say little.
FEW = 30
COLUMNS = (
    ("base_met", {"base": "met"}), ("base_missed", {"base": "missed"}), ("draft_met", {"drafted": "met"}),
    ("draft_missed", {"drafted": "missed"}), ("worse", {"show": "worse"}), ("better", {"show": "better"}),
)  # fmt: skip


def results(run: SimulationRun) -> dict[str, Any]:
    """This will give what the page of a finished run shows."""
    figures = run.figures
    teams = {team.pk: str(team) for team in Team.objects.all()}
    names: dict[str, Any] = {
        "month": month_words, "priority": lambda level: f"P{level}", "team": lambda key: teams.get(key, "?"),
    }  # fmt: skip
    groups = [
        {"name": name, "title": title, "tables": _tables(run, figures[name], name, names[name])}
        for name, title in (("month", _("By month of closing")), ("priority", _("By priority")), ("team", _("By team")))
    ]
    return {
        "whole": [_line(run, row, {"metric": row["metric"]}, metric_words(row["metric"])) for row in figures["all"]],
        "tiles": tiles(run),
        "groups": groups,
        "charts": _charts(figures),
        "olas": [_ola(run, row, teams) for row in figures.get("ola", [])],
        "cost": [_cost(run, row, teams) for row in figures.get("cost", [])],
        "untouched": figures.get("untouched", 0),
        "has_agreement": bool(run.draft.get("agreement")),
        "overruled": bool(run.draft.get("targets")) and run.draft.get("agreements", True),
        "few": run.total < FEW,
    }  # fmt: skip


def _ola(run: SimulationRun, row: dict[str, Any], teams: dict[int, str]) -> dict[str, Any]:
    """Lay out how a team keeps an agreement: counts that open their stays, and the time in words."""
    asked = {"metric": row["metric"], "team": _text(row["team"]), "ola": _text(row["agreement"])}
    label = " · ".join(
        part for part in (teams.get(row["team"], "?"), row["agreement"], metric_words(row["metric"])) if part
    )
    return _line(run, row, asked, label) | {
        "used": [_time(run, row[f"{side}_seconds"], asked, f"{side}_used") for side in SIDES],
        "over": [_time(run, row[f"{side}_over"], asked, f"{side}_over") for side in SIDES],
    }


def _time(run: SimulationRun, seconds: int, asked: dict[str, str], name: str) -> dict[str, Any]:
    """Lay out a time with the address of the rows that add up to it; nothing opens nothing."""
    return {"text": span(seconds) if seconds else "-", "url": _rows(run, **asked, sum=name) if seconds else ""}


def _rows(run: SimulationRun, **asked: str) -> str:
    """Give the address of the rows behind a figure."""
    return f"{reverse('simulator:rows', args=[run.pk])}?{Asked.read(asked).query()}"


def _share(run: SimulationRun, row: dict[str, Any], asked: dict[str, str], side: str) -> dict[str, Any]:
    """Lay out a share of what was judged with the address of those rows."""
    met, missed = row[f"{side}_met"], row[f"{side}_missed"]
    return {
        "text": share(met, met + missed),
        "url": _rows(run, **asked, sum=f"{side}_share") if met + missed else "",
    }


def _cost(run: SimulationRun, row: dict[str, Any], teams: dict[int, str]) -> dict[str, Any]:
    """Lay out what a team held; each number opens its cases."""
    address = f"{reverse('simulator:held_by', args=[run.pk])}?team={row['team']}"
    words = {
        "name": teams.get(row["team"], "?"),
        "held": span(row["seconds"]),
        "late": span(row["late_seconds"]) if row["late_cases"] else "",
    }
    return row | words | {"url": address, "late_url": f"{address}&late=1"}


def tiles(run: SimulationRun) -> list[Tile]:
    """This will give the numbers on top."""
    figures = run.figures
    differing = _("%s with another result") % number(figures["differing"])
    found = [
        Tile(
            number(run.total), _("closed cases walked"), _rows(run, show="walked") if run.total else "", differing,
            _rows(run, show="differing") if figures["differing"] else "",
        )
    ]  # fmt: skip
    if run.draft.get("agreement"):
        what, count = _("cases untouched: another agreement or none governs them"), figures.get("untouched", 0)
        found.append(Tile(number(count), what, _rows(run, show="untouched") if count else ""))
    for row in figures["all"]:
        now, then = (_share(run, row, {"metric": row["metric"]}, side) for side in SIDES)
        words = _("as it is: %s") % now["text"]
        found.append(Tile(then["text"], metric_words(row["metric"]), then["url"], words, now["url"]))
    return found


def _tables(run: SimulationRun, rows: list[dict[str, Any]], name: str, say: Any) -> list[dict[str, Any]]:
    found = []
    for metric in dict.fromkeys(row["metric"] for row in rows):
        lines = [
            _line(
                run,
                row,
                {"metric": metric, name: _text(row["group"])},
                say(row["group"]) if row["group"] else _("none"),
            )
            for row in rows
            if row["metric"] == metric
        ]
        found.append({"metric": metric_words(metric), "code": metric, "lines": lines})
    return found


def _text(value: Any) -> str:
    return "none" if value in (None, "") else str(value)


def _line(run: SimulationRun, row: dict[str, Any], asked: dict[str, str], label: str) -> dict[str, Any]:
    cells = [
        {"count": row[column], "url": _rows(run, **asked, **more) if row[column] else ""} for column, more in COLUMNS
    ]
    now, then = (_share(run, row, asked, side) for side in SIDES)
    return {"label": label, "cells": cells, "now": now, "then": then}


def _charts(figures: dict[str, Any]) -> list[dict[str, Any]]:
    """Draw the attainment by month, as it is and under the draft, of the work of cases."""
    found = []
    for metric in dict.fromkeys(row["metric"] for row in figures["month"]):
        series: list[Bar] = []
        for row in [one for one in figures["month"] if one["metric"] == metric][-6:]:
            series += _pair(row)
        title = _("%(measure)s met by month, as it is and under the draft") % {"measure": metric_words(metric)}
        found.append({"title": title, "drawing": bars(series, title=title, ident=f"month-{metric}")})
    return found


def _pair(row: dict[str, Any]) -> list[Bar]:
    now, then = row["base_met"] + row["base_missed"], row["draft_met"] + row["draft_missed"]
    before = row["base_met"] / now if now else 0
    after = row["draft_met"] / then if then else 0
    label = month_words(row["group"])
    found = [Bar(_("%s as it is") % label, before, share(row["base_met"], now))] if now else []
    if then:
        found.append(
            Bar(_("%s draft") % label, after, share(row["draft_met"], then), missed=bool(now) and after < before)
        )
    return found
