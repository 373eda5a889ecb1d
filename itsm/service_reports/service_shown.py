"""Setting what is told of one service: promises, what users lived, breaches, exclusions, maintenance, trend."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from itsm.flow import pick
from itsm.service_reports.cells import figure, parts_of, run
from itsm.service_reports.document import is_judged_by_a_person
from itsm.service_reports.kept_shown import kept_tables
from itsm.service_reports.models import ReportIssue
from itsm.service_reports.names import name_of
from itsm.service_reports.periods import local
from itsm.service_reports.remedies import claim_until
from itsm.service_reports.sheet import Cell, Part, Point, ServicePart, Table, words
from itsm.service_reports.trends_shown import trend_tables
from itsm.service_reports.wording import Era, calculated, cause, entered, promise, remedied, said, target, verdict
from itsm.tickets.models import Outage
from sla.models import AgreementRow, ExclusionClaim, MaintenancePlan, Promise

FEW = 30
#: Promises whose result is what fell due in the period.
PERIODIC = ("report", "maintenance")
Kept = dict[str, Any]
#: Gives what is owed for a promise as pieces of a cell.
Owed = Callable[[Kept], list[Part]]


def owed_in(issue: ReportIssue, era: Era) -> Owed:
    """Give how a report tells the remedies of a promise: those of a report that is issued with their last day."""

    def told(line: Kept) -> list[Part]:
        days = [(one, claim_until(one, issue)) for one in line.get("remedies", ())]
        return [remedied(one, era.day(day) if day else "") for one, day in days]

    return told


def part_of(kept: Kept, one: Kept, era: Era, owed: Owed) -> ServicePart:
    """Set a service with all its tables."""
    source = f"{one['agreement']} {one['edition']} · {calendar_of(one)}"
    tables = [_lines(kept, one, owed), _beside(kept, one), _breaches(kept, one, era)]
    if one["exclusions"]:
        tables.append(_exclusions(kept, one, era))
    tables += kept_tables(kept, one, era)
    if one["maintenance"] or one["planned"]:
        tables += [_maintenance(kept, one, era), _planned(kept, one, era)]
    tables += trend_tables(kept, one, era)
    return ServicePart(
        one["code"], name_of(one), source, tables, _trend(kept, one, era), _points(kept, one, era), _aim(one), one["comment"],
        one["missed"],
    )  # fmt: skip


def calendar_of(one: Kept) -> str:
    """Name the calendar and its version; a report of the day before names were kept has the code."""
    _code, _slash, version = one["calendar"].partition("/")
    named = pick(one.get("calendar_zh", ""), one.get("calendar_en", ""))
    return (
        _("%(calendar)s (version %(version)s)") % {"calendar": named, "version": version} if named else one["calendar"]
    )


def _result(kept: Kept, line: Kept) -> Cell:
    key = line["figures"].get("result")
    if is_judged_by_a_person(line):
        return Cell(tuple(entered(line["entered"])), number=line["entered"] is None)
    if not key and line["metric"] == "continuity":
        return Cell((Part(_("not called upon")),), number=True)
    if key and kept["figures"][key]["value"] is None:
        return Cell((Part(_("none was due") if line["metric"] in PERIODIC else _("no data"), key),), number=True)
    made = figure(kept, key, note=parts_of(kept, key) if key else "")
    return replace(made, parts=(*made.parts, *_here(kept, line)))


def _here(kept: Kept, line: Kept) -> list[Part]:
    """Give the result of the report's own period beside that of a promise for another one."""
    key = line["figures"].get("here")
    if not key:
        return []
    return [
        Part(_("in the reported period:")),
        replace(figure(kept, key, note=parts_of(kept, key)).parts[0], joined=True),
    ]


# ---- the table of the agreement --------------------------------------------------------------
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
    done = [part for plan in one["maintenance"] for part in _plan_parts(kept, plan)]
    made = [
        [Part(name_of(one))], [Part(line) for line in numbered], [*agreed("availability"), *_outcomes(kept, up, owed)],
        [*agreed("response"), *_measured(kept, times, owed)], [*agreed("reporting"), *often, *_outcomes(kept, delivery, owed)],
        [*agreed("continuity"), *_outcomes(kept, standby, owed)],
        [*agreed("maintenance"), *_outcomes(kept, upkeep, owed), *done], [*agreed("remarks"), *_outcomes(kept, other, owed)],
    ]  # fmt: skip
    return [Cell(tuple(parts) or (Part("—"),)) for parts in made]


def _measured(kept: Kept, lines: list[Kept], owed: Owed) -> list[Part]:
    """Give the promises of time that cases were judged by; what no case concerned stands in the service's own table."""
    known = [line for line in lines if kept["figures"][line["figures"]["result"]]["value"] is not None]
    rest = sum(line["kind"] != "house" for line in lines) - sum(line["kind"] != "house" for line in known)
    return [*_outcomes(kept, known, owed), *([Part(_("otherwise no data"))] if rest else [])]


def _outcomes(kept: Kept, lines: list[Kept], owed: Owed) -> list[Part]:
    """Give result, verdict and remedies of each promise, one a line; the house's own targets are not promised."""
    found = []
    for line in lines:
        if line["kind"] != "house":
            verdicts = [replace(verdict(line["met"]), joined=True)] if line["met"] is not None else []
            first, *rest = _result(kept, line).parts
            found += [Part(promise(line)), replace(first, joined=True), *verdicts, *rest, *owed(line)]
    return found


def _plan_parts(kept: Kept, plan: Kept) -> list[Part]:
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


# ---- tables of a service ---------------------------------------------------------------------
def _lines(kept: Kept, one: Kept, owed: Owed) -> Table:
    head = [_("Promise"), _("Target"), _("Result"), _("Verdict"), _("Raw value"), _("Taken out"), _("Left to lose")]
    rows = [
        [
            words(promise(line)), words(target(line)), _result(kept, line), Cell((verdict(line["met"]), *owed(line))),
            *(figure(kept, line["figures"].get(name)) for name in ("raw", "deducted", "left")),
        ]
        for line in [*one["lines"], *_continuity(one)]
    ]  # fmt: skip
    return Table(
        f"lines-{one['code']}", _("Promises"), head, rows, (24, 18, 16, 10, 11, 10, 11), note=calculated(one["lines"])
    )


def _continuity(one: Kept) -> list[Kept]:
    """Show the recovery time that is agreed in a report of the first schema, which did not judge it."""
    seconds = one["cells"]["rto"]
    if not seconds or any(line["metric"] == "continuity" for line in one["lines"]):
        return []
    plain = dict.fromkeys(("item_zh", "item_en", "words_zh", "words_en", "kind"), "")
    target = {"op": "le", "seconds": seconds}
    return [plain | {"metric": "continuity", "target": target, "figures": {}, "met": None, "priority": None}]


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


def _maintenance(kept: Kept, one: Kept, era: Era) -> Table:
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


def _planned(kept: Kept, one: Kept, era: Era) -> Table:
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


# ---- trend -----------------------------------------------------------------------------------
def _trend(kept: Kept, one: Kept, era: Era) -> Table:
    rows = [
        [words(era.short(point["period"])), _point(kept, point["figure"]), Cell((verdict(point["met"]),))] for point in one["trend"]
    ]  # fmt: skip
    head = [_("Period"), _("Availability"), _("Verdict")]
    return Table(f"trend-{one['code']}", _("Availability over 13 periods"), head, rows, (30, 40, 30))


def _point(kept: Kept, key: str | None) -> Cell:
    return figure(kept, key) if key and kept["figures"][key]["value"] is not None else words(_("no data"))


def _points(kept: Kept, one: Kept, era: Era) -> list[Point]:
    """Give the points to draw: label, height (None without data), text, and whether the target was missed."""
    made: list[Point] = []
    before = ""
    for point in one["trend"]:
        found = kept["figures"].get(point["figure"] or "")
        value = float(Fraction(found["value"])) * 100 if found and found["value"] is not None else None
        label, year = era.brief(point["period"])
        text = said(found) if found and value is not None else _("no data")
        made.append(Point(label, value, text, point["met"] is False, year if year != before else ""))
        before = year
    return made


def _aim(one: Kept) -> float | None:
    """Give the target that the trend is held against, in per cent."""
    ratios = [line["target"]["ratio"] for line in one["lines"] if "ratio" in line["target"] and "own" not in line]
    return float(ratios[0].rstrip("%")) if ratios else None
