"""Setting the trends of promises beside availability: a line for each period, a column for each promise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from itsm.service_reports.cells import parts_of, run
from itsm.service_reports.sheet import Cell, Part, Table, words
from itsm.service_reports.wording import Era, promise, said, target, verdict

#: Promises that stand beside each other in one table.
BESIDE = 4
Kept = dict[str, Any]


def trend_tables(kept: Kept, one: Kept, era: Era) -> list[Table]:
    """Set the trends of a service; nothing for a report of an earlier schema."""
    trends = one.get("trends", [])
    return [
        _table(kept, one, trends[first : first + BESIDE], era, place=first // BESIDE)
        for first in range(0, len(trends), BESIDE)
    ]


def _table(kept: Kept, one: Kept, trends: list[Kept], era: Era, *, place: int) -> Table:
    head = [_("Period"), *(f"{promise(trend)} ({_aim(trend)})" for trend in trends)]
    none, verdicts = Cell((Part(_("no data")),), number=True), _verdicts()
    rows = [
        [words(era.short(points[0]["period"])), *(_cell(kept, point, verdicts) or none for point in points)]
        for points in zip(*(trend["points"] for trend in trends), strict=True)
    ]
    shares = (16, *[84 / len(trends)] * len(trends))
    ident = f"trends-{one['code']}" + (f"-{place + 1}" if place else "")
    title = _("Promises over 13 periods")
    return Table(ident, title, head, rows, shares, on_paper=_Lines(head, rows), by_period=True)


def _aim(trend: Kept) -> str:
    """Write the target at the head of a column: of maintenance its share alone, since there is little room."""
    found = trend["target"]
    if "notice" in found:
        return target(trend | {"target": {"op": "ge", "ratio": f"{Decimal(found['goal']):.3f}%"}})
    return target(trend)


@dataclass(frozen=True)
class _Lines(Sequence[tuple[str, Cell]]):
    """A line for each promise, in which its periods follow each other; written only where paper asks for it."""

    head: list[str]
    rows: list[list[Cell]]

    def __len__(self) -> int:
        return len(self.head) - 1

    def __getitem__(self, place: Any) -> Any:
        """This will write one line.

        :raises IndexError: after the last
        """
        name = self.head[1:][place]
        return name, _one_after_the_other([(row[0], row[1 + place]) for row in self.rows])


def _one_after_the_other(points: list[tuple[Cell, Cell]]) -> Cell:
    """Write what came of each period with data in one run of words, the oldest first."""
    told = [(period.text, cell.parts) for period, cell in points if any(part.figure for part in cell.parts)]
    return run(told) if told else words(_("no data"))


def _verdicts() -> dict[bool | None, tuple[Part, ...]]:
    """Give the verdicts as they stand behind a result, written once for a table; where there is none nothing stands there."""
    return {None: (), **{met: (replace(verdict(met), joined=True),) for met in (True, False)}}


def _cell(kept: Kept, point: Kept, verdicts: dict[bool | None, tuple[Part, ...]]) -> Cell | None:
    """Give the result of a period, and the verdict where there was one; None without data."""
    key = point["figure"]
    if key is None:
        return None
    result = Part(said(kept["figures"][key]) + parts_of(kept, key), key)
    return Cell((result, *verdicts[point["met"]]), number=True)
