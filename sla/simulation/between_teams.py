"""What teams promise each other, chosen as the real clocks of assignments choose it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sla.simulation.life import Key

ACCEPTANCE, HANDLING = INTERNAL = ("acceptance", "handling")


class OlaRow(NamedTuple):
    """A promise of a team: how soon it accepts a case, how long it works on it.

    ``place`` orders the rows of agreements: of two that fit alike, the greater one counts, with all of its promises.
    """

    metric: str
    team: int
    service: int | None
    process: str
    priority: int | None
    item: int | None
    seconds: int
    calendar: str | None
    pauses: str
    agreement: str
    place: int


def chosen(rows: Iterable[OlaRow], metric: str, *, team: int, kind: str, key: Key, provisional: int) -> OlaRow | None:
    """This will choose the promise: one row of the team's agreements, and there the promise that names most of the case."""
    own = [row for row in rows if row.team == team and row.service in (None, key.service)]
    if not own:
        return None
    best = max((row.service is not None, row.place) for row in own)
    fitting = [
        row
        for row in own
        if (row.service is not None, row.place) == best
        and row.metric == metric
        and row.process in ("", kind)
        and row.priority in (None, key.priority or provisional)
        and row.item in (None, key.item)
    ]
    return max(fitting, key=_specific, default=None)


def _specific(row: OlaRow) -> tuple[bool, bool, bool]:
    return row.item is not None, row.priority is not None, row.process != ""
