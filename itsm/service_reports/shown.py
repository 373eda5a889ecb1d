"""Setting a report in the active language: from frozen figures to cells, the same for page, paper and files."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from itsm.flow import pick
from itsm.service_reports.agreed_shown import promised
from itsm.service_reports.cells import spread
from itsm.service_reports.document import COMMENTARY
from itsm.service_reports.limits_shown import workload_table
from itsm.service_reports.models import ReportIssue
from itsm.service_reports.names import lost_name, names
from itsm.service_reports.outcomes_shown import owed_in
from itsm.service_reports.periods import local
from itsm.service_reports.service_shown import part_of
from itsm.service_reports.sheet import Cell, Part, Sheet, Table, Tile, words
from itsm.service_reports.wording import Era, clock_words, definitions, reasons, said

FEW = 30


def sheet(issue: ReportIssue, *, minguo: bool | None = None) -> Sheet:
    """Set a calculated report in the active language, in the years asked for or those of the report."""
    era = era_of(issue, minguo)
    owed = owed_in(issue, era)
    kept, named = issue.figures, issue.figures["period"]
    customer = pick(kept["customer"]["zh"], kept["customer"]["en"])
    return Sheet(
        title=_("Service level report"), customer=customer, period=era.period(named["kind"], named["start"], named["end"]),
        number=issue.number, mark=mark(issue), facts=_facts(issue, era), tiles=_tiles(kept), promised=promised(kept, owed),
        services=[part_of(kept, one, era, owed) for one in kept["services"]], differences=_differences(issue, era),
        definitions=definitions(kept["definitions"]), signatures=_signatures(issue, era, customer), reason=issue.reason,
        extra={"minguo": era.minguo}, workload=workload_table(kept, era),
    )  # fmt: skip


def era_of(issue: ReportIssue, minguo: bool | None) -> Era:
    """Give the years asked for, or those of the report."""
    return Era(issue.years == ReportIssue.Years.MINGUO if minguo is None else minguo)


def mark(issue: ReportIssue) -> str:
    """Say that figures may still change: open month, open outage, undecided exclusion."""
    why = issue.figures["provisional"]
    return _("Provisional") + ("：" if pick("zh", "en") == "zh" else ": ") + reasons(why) if why else ""


def _facts(issue: ReportIssue, era: Era) -> list[tuple[str, str]]:
    kept = issue.figures
    start, end = kept["period"]["start"], kept["period"]["end"]
    agreed = "、".join(f"{one['number']} {one['edition']} {one['title']}" for one in kept["agreements"])
    return [
        (_("Report"), issue.number),
        (_("Period"), _("from %(start)s up to %(end)s") % {"start": era.moment(start), "end": era.moment(end)}),
        *([(_("Contract year of"), kept["period"]["agreement"])] if kept["period"].get("agreement") else []),
        (_("Agreements"), agreed or "—"),
        (_("Edition"), f"{issue.edition:02}"),
        (_("Calculated"), era.moment(issue.calculated_at.isoformat()) if issue.calculated_at else "—"),
        (_("Definitions"), kept["definitions"]),
        (_("Figures (SHA-256)"), issue.digest[:16]),
        *([(_("Approved without a result"), issue.approved_without)] if issue.approved_without else []),
    ]


def number(kept: dict[str, Any], key: str) -> Part:
    """Give a figure as it is written."""
    return Part(said(kept["figures"][key]), key)


def _tiles(kept: dict[str, Any]) -> list[Tile]:
    found = kept["summary"]
    answers = int(kept["figures"][found["answers"]]["shown"])
    few = _("few answers") if 0 < answers < FEW else ""
    noted = " · ".join(filter(None, [spread(kept["figures"][found["mark"]]), few]))
    tiles = [
        Tile(_("Services"), number(kept, found["services"])),
        Tile(_("Promises missed"), number(kept, found["missed"])),
        Tile(_("Outages and late cases"), number(kept, found["breaches"])),
        Tile(_("Complaints"), number(kept, found["complaints"])),
        Tile(_("Satisfaction (of 5)"), number(kept, found["mark"]), noted),
        Tile(_("Answers"), number(kept, found["answers"])),
    ]
    least = _least(kept)
    return tiles if least is None else [*tiles, least]


def _least(kept: dict[str, Any]) -> Tile | None:
    """Give the availability line that has the least left to lose."""
    lines = [
        (one, line) for one in kept["services"] for line in one["lines"] if "left" in line["figures"] and _seconds(kept, line) is not None
    ]  # fmt: skip
    if not lines:
        return None
    service, line = min(lines, key=lambda pair: _seconds(kept, pair[1]) or 0.0)
    name = pick(service["zh"], service["en"])
    item = pick(line["item_zh"], line["item_en"])
    return Tile(_("Least left to lose"), number(kept, line["figures"]["left"]), f"{name} {item}".strip())


def _seconds(kept: dict[str, Any], line: dict[str, Any]) -> float | None:
    value = kept["figures"][line["figures"]["left"]]["value"]
    if value is None:
        return None
    above, _slash, below = value.partition("/")
    return int(above) / int(below or 1)


def _differences(issue: ReportIssue, era: Era) -> Table | None:
    if issue.edition == 1:
        return None
    kept = issue.figures
    known = names(kept, era)
    rows = [_difference(one, known.get(one["figure"]) or lost_name(kept, one["figure"])) for one in issue.differences]
    head = [_("Figure"), _("Before"), _("Now"), _("Rows")]
    title = _("What differs from edition %02d") % (issue.edition - 1)
    return Table(
        "differences", title, head, rows, (4, 2, 2, 1), _("No number and no commentary differs."), issue.reason
    )


def _difference(one: dict[str, Any], name: str) -> list[Cell]:
    if one["figure"].endswith(f".{COMMENTARY}"):
        return [words(name), words(one["before"] or "—"), words(one["after"] or "—"), words("—")]
    now = Part(clock_words(one["after"]), one["figure"]) if one["after"] else Part("—")
    return [
        words(name),
        words(clock_words(one["before"] or "—")),
        Cell((now,)),
        words(f"+{one['added']} / -{one['removed']}"),
    ]


def _signatures(issue: ReportIssue, era: Era, customer: str) -> list[tuple[str, str, str]]:
    """Give who signs: what as, the name, and when; empty where it is still to be signed."""

    def day(at: Any) -> str:
        return era.day(local(at).date()) if at else ""

    signed = " ".join(part for part in (issue.acknowledged_by, issue.acknowledged_title) if part)
    return [
        (_("Prepared by"), issue.prepared_by.name if issue.prepared_by else _("the system"), day(issue.prepared_at)),
        (_("Approved by"), issue.approved_by.name if issue.approved_by else "", day(issue.approved_at)),
        (_("For the customer: %s") % customer, signed, day(issue.acknowledged_at)),
    ]
