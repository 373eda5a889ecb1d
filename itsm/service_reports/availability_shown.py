"""Setting the trend of availability of a service: its table, and the points and the target of its chart."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from itsm.service_reports.cells import figure
from itsm.service_reports.sheet import Cell, Point, Table, words
from itsm.service_reports.wording import Era, said, verdict

Kept = dict[str, Any]


def trend_table(kept: Kept, one: Kept, era: Era) -> Table:
    """Set the availability of each period, with its verdict."""
    rows = [
        [words(era.short(point["period"])), _point(kept, point["figure"]), Cell((verdict(point["met"]),))] for point in one["trend"]
    ]  # fmt: skip
    head = [_("Period"), _("Availability"), _("Verdict")]
    return Table(f"trend-{one['code']}", _("Availability over 13 periods"), head, rows, (30, 40, 30))


def _point(kept: Kept, key: str | None) -> Cell:
    return figure(kept, key) if key and kept["figures"][key]["value"] is not None else words(_("no data"))


def trend_points(kept: Kept, one: Kept, era: Era) -> list[Point]:
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


def aim(one: Kept) -> float | None:
    """Give the target that the trend is held against, in per cent."""
    ratios = [line["target"]["ratio"] for line in one["lines"] if "ratio" in line["target"] and "own" not in line]
    return float(ratios[0].rstrip("%")) if ratios else None
