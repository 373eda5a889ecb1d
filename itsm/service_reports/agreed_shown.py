"""Setting the table of the agreement, eight columns as on its paper, with what came of each promise."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from itsm.flow import pick
from itsm.service_reports.names import name_of
from itsm.service_reports.outcomes_shown import Owed, outcomes
from itsm.service_reports.sheet import Cell, Part, Table
from itsm.service_reports.upkeep_shown import plan_parts
from sla.models import AgreementRow

Kept = dict[str, Any]


def promised(kept: Kept, owed: Owed) -> Table:
    """Set the table of the agreement, eight columns as on its paper, with what came of each promise."""
    head = [
        _("Service name"), _("Service items (with resources)"), _("Availability"), _("Response time"), _("Reporting"), _("Continuity"),
        _("Scheduled maintenance"), _("Agreed remarks"),
    ]  # fmt: skip
    rows = [_promised(kept, one, owed) for one in kept["services"]]
    empty = _("No agreement was in force with this customer in the period.")
    return Table(
        "promised",
        _("What was agreed, and what came of it"),
        head,
        rows,
        (10, 14, 16, 17, 9, 12, 14, 11),
        empty,
        folds=True,
    )


def _promised(kept: Kept, one: Kept, owed: Owed) -> list[Cell]:
    cells = one["cells"]
    items = cells["items_zh"] if pick("zh", "en") == "zh" else cells["items_en"]
    numbered = [f"{place}. {item}" for place, item in enumerate(items, 1)]

    def agreed(name: str) -> list[Part]:
        text = pick(cells[f"{name}_zh"], cells[f"{name}_en"])
        return [Part(text)] if text else []

    up = [line for line in one["lines"] if line["metric"] in ("availability", "downtime", "longest_outage", "outages")]
    times = [line for line in one["lines"] if line["metric"] in ("response", "resolution", "fulfilment", "update")]
    often = [] if cells["frequency"] == "none" else [Part(str(AgreementRow.Frequency(cells["frequency"]).label))]
    standby, delivery, upkeep, other = (
        [
            line
            for line in one["lines"]
            if line["metric"] == metric and (line["figures"] or "entered" in line or metric == "continuity")
        ]
        for metric in ("continuity", "report", "maintenance", "custom")
    )
    done = [part for plan in one["maintenance"] for part in plan_parts(kept, plan)]
    made = [
        [Part(name_of(one))], [Part(line) for line in numbered], [*agreed("availability"), *outcomes(kept, up, owed)],
        [*agreed("response"), *_measured(kept, times, owed)], [*agreed("reporting"), *often, *outcomes(kept, delivery, owed)],
        [*agreed("continuity"), *outcomes(kept, standby, owed)],
        [*agreed("maintenance"), *outcomes(kept, upkeep, owed), *done], [*agreed("remarks"), *outcomes(kept, other, owed)],
    ]  # fmt: skip
    return [Cell(tuple(parts) or (Part("—"),)) for parts in made]


def _measured(kept: Kept, lines: list[Kept], owed: Owed) -> list[Part]:
    """Give the promises of time that cases were judged by; what no case concerned stands in the service's own table."""
    known = [line for line in lines if kept["figures"][line["figures"]["result"]]["value"] is not None]
    rest = sum(line["kind"] != "house" for line in lines) - sum(line["kind"] != "house" for line in known)
    return [*outcomes(kept, known, owed), *([Part(_("otherwise no data"))] if rest else [])]
