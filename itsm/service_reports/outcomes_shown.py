"""Setting what came of a promise: its result, its verdict and the remedies that are owed for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from itsm.service_reports.cells import figure, parts_of
from itsm.service_reports.document import is_judged_by_a_person
from itsm.service_reports.models import ReportIssue
from itsm.service_reports.remedies import claim_until
from itsm.service_reports.sheet import Cell, Part, Table, words
from itsm.service_reports.wording import Era, calculated, entered, promise, remedied, target, verdict

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


def outcomes(kept: Kept, lines: list[Kept], owed: Owed) -> list[Part]:
    """Give result, verdict and remedies of each promise, one a line; the house's own targets are not promised."""
    found = []
    for line in lines:
        if line["kind"] != "house":
            verdicts = [replace(verdict(line["met"]), joined=True)] if line["met"] is not None else []
            first, *rest = _result(kept, line).parts
            found += [Part(promise(line)), replace(first, joined=True), *verdicts, *rest, *owed(line)]
    return found


def promise_table(kept: Kept, one: Kept, owed: Owed) -> Table:
    """Set the promises of a service, each with target, result and verdict, and what was taken out and is left to lose."""
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
