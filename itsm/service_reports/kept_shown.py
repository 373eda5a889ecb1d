"""Setting what came of reports that were owed and of turns of maintenance: how many, and each report with its days."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from itsm.service_reports.cells import figure, run
from itsm.service_reports.sheet import Cell, Part, Table, words
from itsm.service_reports.wording import Era, delivered, promise

Kept = dict[str, Any]


def kept_tables(kept: Kept, one: Kept, era: Era) -> list[Table]:
    """Set the numbers behind delivery and maintenance, then the reports; nothing for a report of an earlier schema."""
    lines = [line for line in one["lines"] if line["metric"] in ("report", "maintenance") and line["figures"]]
    if not lines:
        return []
    reports = {row["period"]: row for line in lines for row in line.get("reports", ())}
    tables = [_numbers(kept, one, lines)]
    return [*tables, _reports(one, list(reports.values()), era)] if reports else tables


def _numbers(kept: Kept, one: Kept, lines: list[Kept]) -> Table:
    counted = [(promise(line), _counts(kept, line)) for line in lines]
    rows = [[words(name), words(said), value] for name, told in counted for said, value in told]
    head = [_("Promise"), _("What is counted"), _("Value")]
    on_paper = [(name, run((said, value.parts) for said, value in told)) for name, told in counted]
    title = _("Reports and maintenance in numbers")
    return Table(f"kept-{one['code']}", title, head, rows, (40, 40, 20), on_paper=on_paper)


def _counts(kept: Kept, line: Kept) -> list[tuple[str, Cell]]:
    return [(said, figure(kept, line["figures"][name])) for name, said in _counted(line["metric"])]


def _counted(metric: str) -> list[tuple[str, str]]:
    if metric == "report":
        return [("on_time", _("Issued in time")), ("late", _("Issued late")), ("missing", _("Due and not issued"))]
    return [
        ("done", _("Done as planned")), ("moved", _("Done on another day")), ("missed", _("Not done")),
        ("announced", _("Announced in time")),
    ]  # fmt: skip


def _reports(one: Kept, rows: list[Kept], era: Era) -> Table:
    made = [
        [
            words(row["number"] or _("never prepared")), words(era.short(row["period"])), words(era.moment(row["due_at"])),
            words(era.moment(row["issued_at"])), Cell((Part(delivered(row["state"])),)),
        ]
        for row in rows
    ]  # fmt: skip
    head = [_("Report"), _("Period"), _("Due"), _("Issued"), _("State")]
    return Table(f"reports-{one['code']}", _("Reports owed in the period"), head, made, (30, 14, 20, 20, 16))
