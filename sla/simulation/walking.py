"""Walking a piece of cases: each judged as things are and under the draft, as rows of the run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from itsm.hours.instants import moment
from sla.simulation import recorded, stay_reading
from sla.simulation.clock import MET, MISSED, UNMEASURED, Result
from sla.simulation.draft import RECORDED, Draft
from sla.simulation.judging import judge
from sla.simulation.life import Key
from sla.simulation.policy import Policy
from sla.simulation.promises import AgreedPromises
from sla.simulation.reading import Reader, Told, unrecorded
from sla.simulation.stays import Stay, judge_stays
from sla.simulation.terms import InForce

#: Results by metric and cycle; of stays with the number of the agreement beside.
Results = dict[tuple[str, int], Result]
StayResults = dict[tuple[str, int], tuple[str, Result]]


@dataclass
class Walk:
    """The two policies of a run, and what is read for a piece of it."""

    run: int
    drafted: Policy
    base: Policy
    is_recorded: bool
    touches: Touches
    said: recorded.Said
    stays: dict[int, list[Stay]]
    judged: dict[tuple[int, str], tuple[str, Result]]


class Touches:
    """Which cases the drafted agreement would govern; without one a draft touches all."""

    def __init__(self, agreed: AgreedPromises | None) -> None:
        """This will keep what was asked."""
        self._agreed = agreed
        self._known: dict[tuple[str, Key, int | None, int], bool] = {}

    def __call__(self, one: Told) -> bool:
        """Tell whether a case is governed at any time of its life."""
        if self._agreed is None:
            return True
        period = self._agreed.period(one.life.received)
        return any(self._governed(one.life.kind, key, one.life.unit, period) for key in {s.key for s in one.life.steps})

    def _governed(self, *asked: Any) -> bool:
        if asked not in self._known and self._agreed is not None:
            self._known[asked] = self._agreed.governs(*asked)
        return self._known[asked]


def walked(found: Sequence[Any], *, run: int, draft: Draft, present: InForce) -> list[dict[str, Any]]:
    """This will judge cases, given as rows of ``COLUMNS``, twice, and give the results as rows of the run."""
    drafted, base = present.policy(draft), present.policy()
    is_recorded = draft.against == RECORDED
    asks_firsts = base.agreed is not None or drafted.agreed is not None
    told = Reader(firsts=asks_firsts, judged=is_recorded).read(found)
    keys = [one.facts.pk for one in told]
    internal = bool(drafted.olas or base.olas)
    tried = drafted.agreed if draft.agreement is not None and isinstance(drafted.agreed, AgreedPromises) else None
    walk = Walk(
        run=run,
        drafted=drafted,
        base=base,
        is_recorded=is_recorded,
        touches=Touches(tried),
        said=recorded.of(keys) if is_recorded else {},
        stays=stay_reading.stays_of(keys) if internal else {},
        judged=stay_reading.judged(keys) if internal and is_recorded else {},
    )
    return [row for one in told for row in _rows(walk, one)]


def _rows(walk: Walk, one: Told) -> list[dict[str, Any]]:
    results = {(row.metric, row.cycle): row for row in judge(one.life, walk.drafted)}
    if walk.is_recorded:
        before = one.recorded or _said(one, walk.said, results)
    else:
        before = {(row.metric, row.cycle): row for row in judge(one.life, walk.base)}
    governed = walk.touches(one)
    made = [
        _row(walk, one, key, before.get(key), results.get(key), governed=governed)
        for key in sorted(before.keys() | results.keys())
    ] or [_row(walk, one, (UNMEASURED, 1), None, None, governed=governed)]
    return made + _stay_rows(walk, one) if one.facts.pk in walk.stays else made


def _stay_rows(walk: Walk, one: Told) -> list[dict[str, Any]]:
    """Judge what teams promised each other in the stays of a case."""
    stays = walk.stays[one.facts.pk]
    drafted = _by_place(one, stays, walk.drafted)
    before = _as_judged(stays, walk.judged) if walk.is_recorded else _by_place(one, stays, walk.base)
    made = []
    for key in sorted(before.keys() | drafted.keys()):
        was, then = before.get(key), drafted.get(key)
        row = _row(walk, one, key, was[1] if was else None, then[1] if then else None)
        number = then[0] if then else was[0] if was else ""
        made.append(row | {"team_id": stays[key[1] - 1].team, "agreement": number})
    return made


def _by_place(one: Told, stays: list[Stay], policy: Policy) -> StayResults:
    if not policy.olas:
        return {}
    found = judge_stays(one.life, stays, policy)
    return {(row.result.metric, row.result.cycle): (row.agreement, row.result) for row in found}


def _as_judged(stays: list[Stay], judged: dict[tuple[int, str], tuple[str, Result]]) -> StayResults:
    places = {stay.pk: place for place, stay in enumerate(stays, start=1)}
    return {(metric, places[stay]): result for (stay, metric), result in judged.items() if stay in places}


def _said(one: Told, said: recorded.Said, results: Results) -> Results:
    """Take the verdict of the source for a case that had no clocks here."""
    if one.facts.pk not in said:
        return {}
    metric, met, used, target = said[one.facts.pk]
    verdict = MET if met else MISSED
    return {(metric, 1): Result(metric, 1, verdict, used, 0, target, "", one.facts.priority, None)}


def _row(
    walk: Walk, one: Told, key: tuple[str, int], before: Result | None, after: Result | None, *, governed: bool = True
) -> dict[str, Any]:
    base, drafted = before or unrecorded(*key), after or unrecorded(*key)
    differs = base.verdict != drafted.verdict
    return {
        "run_id": walk.run, "record_id": one.facts.pk, "metric": key[0], "cycle": key[1], "month": _month(_ended(one)),
        "priority": one.facts.priority, "team_id": one.facts.team, "base": base.verdict, "drafted": drafted.verdict,
        "base_used": base.used, "draft_used": drafted.used, "base_target": base.target, "draft_target": drafted.target,
        "differs": differs, "governed": governed, "agreement": "", "why": why(base, drafted) if differs else {},
    }  # fmt: skip


def why(base: Result, drafted: Result) -> dict[str, Any]:
    """This will name what is measured otherwise, as (as it is, under the draft)."""
    return {
        name: [getattr(base, name), getattr(drafted, name)]
        for name in ("target", "calendar", "priority", "paused", "used")
        if getattr(base, name) != getattr(drafted, name)
    }


def _ended(one: Told) -> int:
    closed = one.facts.closed_at or one.facts.changed_at
    return int(closed.timestamp()) // 900


@lru_cache(maxsize=20_000)
def _month(quarter: int) -> str:
    return moment(quarter * 900).astimezone(ZoneInfo(settings.TIME_ZONE)).strftime("%Y-%m")
