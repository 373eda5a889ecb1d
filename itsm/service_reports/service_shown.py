"""Setting what is told of one service: promises, what users lived, breaches, exclusions, maintenance, trend."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from itsm.flow import pick
from itsm.service_reports.availability_shown import aim, trend_points, trend_table
from itsm.service_reports.cells import figure, parts_of, run
from itsm.service_reports.kept_shown import kept_tables
from itsm.service_reports.names import name_of
from itsm.service_reports.outcomes_shown import Owed, promise_table
from itsm.service_reports.sheet import Cell, Part, ServicePart, Table, words
from itsm.service_reports.trends_shown import trend_tables
from itsm.service_reports.upkeep_shown import maintenance_table, planned_table
from itsm.service_reports.wording import Era, cause
from itsm.tickets.models import Outage
from sla.models import ExclusionClaim, Promise

FEW = 30
Kept = dict[str, Any]


def part_of(kept: Kept, one: Kept, era: Era, owed: Owed) -> ServicePart:
    """Set a service with all its tables."""
    source = f"{one['agreement']} {one['edition']} · {calendar_of(one)}"
    tables = [promise_table(kept, one, owed), _beside(kept, one), _breaches(kept, one, era)]
    if one["exclusions"]:
        tables.append(_exclusions(kept, one, era))
    tables += kept_tables(kept, one, era)
    if one["maintenance"] or one["planned"]:
        tables += [maintenance_table(kept, one, era), planned_table(kept, one, era)]
    tables += trend_tables(kept, one, era)
    return ServicePart(
        one["code"], name_of(one), source, tables, trend_table(kept, one, era), trend_points(kept, one, era), aim(one), one["comment"],
        one["missed"],
    )  # fmt: skip


def calendar_of(one: Kept) -> str:
    """Name the calendar and its version; a report of the day before names were kept has the code."""
    _code, _slash, version = one["calendar"].partition("/")
    named = pick(one.get("calendar_zh", ""), one.get("calendar_en", ""))
    return (
        _("%(calendar)s (version %(version)s)") % {"calendar": named, "version": version} if named else one["calendar"]
    )


def _beside(kept: Kept, one: Kept) -> Table:
    keys = one["beside"]
    answers = int(kept["figures"][keys["answers"]]["shown"])
    few = _("few answers") if 0 < answers < FEW else ""
    lived = [
        (_("Cases received"), figure(kept, keys["received"]), ""),
        (_("Complaints"), figure(kept, keys["complaints"]), ""),
        (_("Satisfied (4 or 5 of 5)"), _share(kept, keys["csat"]), few),
        (_("Mean mark (of 5)"), _share(kept, keys["mark"]), few),
        (_("Answers (n)"), figure(kept, keys["answers"]), few),
        (_("Reopened"), _share(kept, keys["reopened"]), ""),
        (_("Closed without an answer"), _share(kept, keys["silent"]), ""),
    ]
    rows = [[words(name), value, words(noted)] for name, value, noted in lived]
    told = run((name, (*value.parts, *([Part(f"({noted})")] if noted else ()))) for name, value, noted in lived)
    head = [_("Measure"), _("Value"), _("Noted")]
    title = _("Beside the results: what users lived")
    return Table(f"beside-{one['code']}", title, head, rows, (50, 30, 20), on_paper=[("", told)])


def _share(kept: Kept, key: str) -> Cell:
    if kept["figures"][key]["value"] is None:
        return Cell((Part(_("no data"), key),), number=True)
    return figure(kept, key, note=parts_of(kept, key))


def _breaches(kept: Kept, one: Kept, era: Era) -> Table:
    head = [_("Record"), _("What"), _("From"), _("Until or due"), _("Lost or late"), _("Cause")]
    rows = []
    for row in one["breaches"]:
        kind = Outage.Kind(row["metric"]).label if row["what"] == "outage" else Promise.Metric(row["metric"]).label
        what = _("Outage") + f" · {kind}" if row["what"] == "outage" else str(kind)
        record = Cell(
            tuple(Part(text) for text in (row["number"], row["title"]) if text) or (Part("—"),), ref=row["number"]
        )
        moments = [words(era.moment(row["from"])), words(era.moment(row["until"]))]
        rows.append([record, words(what), *moments, figure(kept, row["figure"]), words(*cause(row))])
    empty = _("Nothing was lost and no case was late.")
    return Table(f"breaches-{one['code']}", _("Outages and late cases"), head, rows, (26, 14, 14, 14, 10, 22), empty)


def _exclusions(kept: Kept, one: Kept, era: Era) -> Table:
    head = [_("Clause"), _("From"), _("Until"), _("Agreed time in it"), _("State"), _("What happened, evidence")]
    rows = [
        [
            words(pick(row["clause_zh"], row["clause_en"])), words(era.moment(row["from"])), words(era.moment(row["until"])),
            figure(kept, row["figure"]), words(str(ExclusionClaim.State(row["state"]).label)),
            words(row["reason"], row["evidence"], *row.get("files", []), _("Objection: %s") % row["objection"] if row["objection"] else ""),
        ]
        for row in one["exclusions"]
    ]  # fmt: skip
    return Table(f"exclusions-{one['code']}", _("Excluded time"), head, rows, (20, 14, 14, 12, 10, 30))
