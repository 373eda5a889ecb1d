"""Setting scheduled maintenance with its turns, and planned work."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from itsm.flow import pick
from itsm.service_reports.cells import figure
from itsm.service_reports.periods import local
from itsm.service_reports.sheet import Cell, Part, Table, words
from itsm.service_reports.wording import Era, said
from sla.models import MaintenancePlan

Kept = dict[str, Any]


def plan_parts(kept: Kept, plan: Kept) -> list[Part]:
    """Say of a plan what came of it, and how often it was done."""
    subject = pick(plan["subject_zh"], plan["subject_en"])
    return [
        Part(f"{subject} {_plan_state(plan['state'])}"),
        Part(said(kept["figures"][plan["figure"]]), plan["figure"], joined=True),
    ]


def _plan_state(state: str) -> str:
    said = {
        "done": "○ " + _("done"), "moved": "○ " + _("done on another day"), "missed": "× " + _("not done"), "not_due": _("not due"),
        "ahead": _("ahead"),
    }  # fmt: skip
    return said[state]


def _turn_words(turn: Kept, era: Era) -> str:
    """Say what came of a turn: its day, whether it was done, on which day where that was another, and its ticket."""
    moved = era.day(local(datetime.fromisoformat(turn["done_at"])).date()) if turn["state"] == "moved" else ""
    told = (
        era.day(date.fromisoformat(turn["planned_on"])),
        _plan_state(turn["state"]),
        moved,
        _announced(turn),
        turn["number"],
        turn["note"],
    )
    return " ".join(part for part in told if part)


def _announced(turn: Kept) -> str:
    """Say whether a turn was announced in time; a report of an earlier schema does not know."""
    if "in_time" not in turn or turn["announced_at"] is None:
        return ""
    return _("announced in time") if turn["in_time"] else "× " + _("announced late")


def maintenance_table(kept: Kept, one: Kept, era: Era) -> Table:
    """Set the plans of maintenance, each with its turns of the period."""
    head = [_("Subject"), _("Interval"), _("Due, and what came of it"), _("Done"), _("State")]
    rows = [
        [
            words(pick(row["subject_zh"], row["subject_en"])), words(str(MaintenancePlan.Interval(row["interval"]).label)),
            words(*_due(row, era)), figure(kept, row["figure"]),
            words(_plan_state(row["state"])),
        ]
        for row in one["maintenance"]
    ]  # fmt: skip
    return Table(
        f"maintenance-{one['code']}", _("Scheduled maintenance"), head, rows, (28, 12, 34, 8, 18), _("None is agreed.")
    )


def _due(row: Kept, era: Era) -> list[str]:
    """List the turns of a plan; a report of the first schema knows their days only."""
    if "turns" in row:
        return [_turn_words(turn, era) for turn in row["turns"]]
    return [era.day(date.fromisoformat(day)) for day in row["due"]]


def planned_table(kept: Kept, one: Kept, era: Era) -> Table:
    """Set the planned work of the period, with what of it counts as downtime."""
    head = [_("Record"), _("From"), _("Until"), _("Planned until"), _("Announced in time"), _("Counts as downtime")]
    rows = []
    for row in one["planned"]:
        record = Cell(
            tuple(Part(text) for text in (row["number"], row["title"]) if text) or (Part("—"),), ref=row["number"]
        )
        moments = [words(era.moment(row[name])) for name in ("from", "until", "planned_until")]
        rows.append([record, *moments, words(_("yes") if row["in_time"] else _("no")), figure(kept, row["figure"])])
    empty = _("No planned work interrupted the service.")
    return Table(f"planned-{one['code']}", _("Planned work"), head, rows, (32, 15, 15, 15, 12, 11), empty)
