"""A number of a report as a cell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from statistics import median
from typing import Any

from django.utils.translation import gettext as _

from itsm.records.figures import ninth_of
from itsm.service_reports.sheet import Cell, Part
from itsm.service_reports.wording import said


def figure(kept: dict[str, Any], key: str | None, *, note: str = "") -> Cell:
    """Give a number as a cell; a dash where there is none."""
    if not key:
        return Cell((Part("—"),), number=True)
    found = kept["figures"][key]
    return Cell((Part(said(found) + note, key),), number=True)


def run(pieces: Iterable[tuple[str, Sequence[Part]]]) -> Cell:
    """Write values in one run of words, each behind its name; no part of it begins a new line."""
    parts: list[Part] = []
    for name, values in pieces:
        begun = Part(f"{'· ' if parts else ''}{name}", joined=True)
        parts += [begun, *(replace(part, joined=True) for part in values)]
    return Cell(tuple(parts))


def parts_of(kept: dict[str, Any], key: str) -> str:
    """Give what stands in brackets behind a number: part and whole of a share, median and P90 of a mean; nothing for others."""
    found = kept["figures"][key]
    if found["value"] is None:
        return ""
    if found["formula"] == "mean":
        return f" ({spread(found)})"
    if found["formula"] != "share":
        return ""
    sums = {side: sum(row[2] for row in rows) for side, rows in found["sides"].items()}
    return f" ({sums['part']}/{sums['whole']})"


def spread(found: dict[str, Any]) -> str:
    """Say the middle of the rows of a mean, and what nine of ten did not exceed; nothing where there are none."""
    values = sorted(row[2] for row in found["sides"]["part"])
    ninth = ninth_of(values)
    if ninth is None:
        return ""
    return _("median %(median)s, P90 %(ninth)s") % {"median": f"{median(values):g}", "ninth": f"{ninth:g}"}
