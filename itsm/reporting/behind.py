"""The rows behind a figure: counted while the page waits where there are few cases, as the worker counted them where very many."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from itsm.records.counting import uncounted
from itsm.records.figures import PART, WHOLE, Count, Rows
from itsm.records.kpis import Kpi
from itsm.reporting import laid_out, listing, shown, snapshots
from itsm.reporting.asked import Asked
from itsm.reporting.listing import Listed
from itsm.reporting.models import Snapshot
from itsm.tickets.models import Ticket

#: In how many lots of keys rows are looked for while their number is still to be counted.
FEW_LOTS = 2


@dataclass(frozen=True)
class Behind:
    """A page of the rows of one side of a figure, whose value names the sides; ``at`` where they were counted before."""

    found: Listed
    side: str
    value: Any
    at: datetime | None = None


def behind(
    kpi: Kpi, asked: Asked, side: str, *, person: Any, before: int | None = None, patient: bool = False
) -> Behind:
    """List a page of rows with the number that they make.

    Where there are very many cases the number is the one of the dashboards, and so are the first pages; what the worker has still
    to count is counted now for the ``patient``, else the rows come without their number.
    """
    row = snapshots.row_of(kpi.key, asked) if snapshots.many() else None
    if row is not None and row.counted_at is not None and row.value is not None:
        return _as_counted(kpi, asked, side, row, person, before)
    if row is None or row.counted_at is not None or patient:
        value = shown.compute(kpi, asked)
        side, rows = chosen(value, side)
        return Behind(listing.listed(rows, person=person, before=before), side, value)
    return _of_now(kpi, asked, side, person, before)


def chosen(value: Any, side: str) -> tuple[str, Rows]:
    """Choose the side that is asked for, the whole where there is no such one."""
    side = side if side in value.sides else WHOLE
    return side, value.sides.get(side) or value.sides.get(PART, Rows())


def _as_counted(kpi: Kpi, asked: Asked, side: str, row: Snapshot, person: Any, before: int | None) -> Behind:
    value = laid_out.restored(row.value)
    side, rows = chosen(value, side)
    kept = (row.newest or {}).get(side)
    found = _kept_page(kept, person, before) if kept else None
    found = found or _of_now(kpi, asked, side, person, before, lots=None).found
    return Behind(replace(found, count=rows.count(), total=float(rows.total())), side, value, row.counted_at)


def _kept_page(kept: dict[str, Any], person: Any, before: int | None) -> Listed | None:
    """Give a page of the rows that are kept; None where it reaches beyond them and the others are easily found."""
    lines = [line for line in kept["rows"] if before is None or line[0] < before]
    is_last, beyond = len(lines) <= listing.PAGE, kept["more"]
    if is_last and beyond and not kept["by_hand"]:
        return None
    made: listing.Summed = {key: [times, amount] for key, times, amount in lines[: listing.PAGE]}
    shown_lines, older = listing.shown(made, person=person, more=not is_last)
    return Listed(shown_lines, None, None, _hidden(kept["secret"], person), older, is_cut=is_last and beyond)


def _hidden(secret: list[list[int]], person: Any) -> int:
    if not secret:
        return 0
    seen = Ticket.objects.visible_to(person).filter(pk__in=[key for key, _times in secret])
    may_know = set(seen.values_list("pk", flat=True))
    return sum(times for key, times in secret if key not in may_know)


def _of_now(
    kpi: Kpi, asked: Asked, side: str, person: Any, before: int | None, *, lots: int | None = FEW_LOTS
) -> Behind:
    """List rows as they are now, without counting all of them, as far as they are found in so many ``lots`` of keys."""
    if _by_hand(kpi, side or WHOLE):
        return Behind(Listed([], None, None, 0, None), side or WHOLE, Count(Rows()))
    with uncounted():
        value = shown.compute(kpi, asked)
    side, rows = chosen(value, side)
    if listing.of_cases(rows):
        return Behind(listing.uncounted(rows, person=person, before=before, lots=lots), side, value)
    return Behind(listing.listed(rows, person=person, before=before), side, value)


def _by_hand(kpi: Kpi, side: str) -> bool:
    """Tell whether finding the rows of a side takes as long as counting them, by what the worker counted last of the figure."""
    counted = Snapshot.objects.filter(key=kpi.key, counted_at__isnull=False).order_by("-counted_at", "-pk")
    told = counted.values_list("newest", flat=True).first()
    return bool(told and told.get(side, {}).get("by_hand"))
