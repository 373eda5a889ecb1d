"""A number of a report as a cell."""

from __future__ import annotations

from typing import Any

from itsm.service_reports.sheet import Cell, Part
from itsm.service_reports.wording import said


def figure(kept: dict[str, Any], key: str | None, *, note: str = "") -> Cell:
    """Give a number as a cell; a dash where there is none."""
    if not key:
        return Cell((Part("—"),), number=True)
    found = kept["figures"][key]
    return Cell((Part(said(found) + note, key),), number=True)


def parts_of(kept: dict[str, Any], key: str) -> str:
    """Give part and whole of a share in brackets, nothing for other figures."""
    found = kept["figures"][key]
    if found["formula"] != "share" or found["value"] is None:
        return ""
    sums = {side: sum(row[2] for row in rows) for side, rows in found["sides"].items()}
    return f" ({sums['part']}/{sums['whole']})"
