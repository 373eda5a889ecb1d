"""The handbook's page of the KPI dictionary, written from what the processes register."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import override

from itsm.records.kpis import Kpi
from itsm.reporting import shown
from itsm.reporting.dashboards import process
from itsm.reporting.unmeasured import FIGURES

HEAD = """# KPI dictionary · 指標字典

Written by `manage.py handbook` from what the processes register; change that.

Every figure is computed in one way wherever it is shown, and its part and whole open the rows that were counted. Nothing to
count shows “-”. Targets are set on the page of each figure and keep their history.
"""
TABLE = "\n| figure | 指標 | key | formula | period | unit | better | owner |\n|---|---|---|---|---|---|---|---|\n"
UNMEASURED = """
## Not measured

The specification names these figures too; nothing is recorded from which they could be computed, so nothing is shown for them.

| figure | 指標 | area | formula | reason |
|---|---|---|---|---|
"""


def page() -> str:
    """Write the page."""
    with override("en"):
        return HEAD + "".join(_area(area, entries) for area, entries in process.areas().items()) + _unmeasured()


def _area(area: str, entries: list[Kpi]) -> str:
    return f"\n## {shown.area_name(area)}\n{TABLE}" + "".join(_lines(entries))


def _unmeasured() -> str:
    """Write what cannot be computed, and why."""
    rows = (f"| {one.label} | {_chinese(one.label)} | {one.area} | {one.formula} | {one.reason} |\n" for one in FIGURES)
    return UNMEASURED + "".join(rows)


def _chinese(text: object) -> str:
    with override("zh-hant"):
        return str(text)


def _lines(entries: list[Kpi]) -> Iterator[str]:
    for one in entries:
        cells = [
            str(one.label),
            _chinese(one.label),
            f"`{one.key}`",
            str(one.formula),
            str(shown.PERIODS[one.period]),
            str(shown.UNITS[one.unit]),
        ]
        yield f"| {' | '.join([*cells, one.good or 'neither', one.owner])} |\n"
