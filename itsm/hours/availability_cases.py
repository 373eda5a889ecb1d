"""Questions about availability as lines of JSON, for checks from outside. No Django and no database here."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from itsm.hours.availability import MODES, reckon, shown
from itsm.hours.cases import BadCase, answered, instant_in, schedule_in
from itsm.hours.instants import epoch_of
from itsm.hours.intervals import Interval, Intervals

LISTS = ("outages", "planned", "excluded")


def answer(line: str) -> dict[str, Any]:
    """This will answer one case with its seconds and its exact ratio, or with the sentence that refuses it."""
    return answered(line, _reckon)


def _reckon(case: dict[str, Any]) -> dict[str, Any]:
    schedule, mode = schedule_in(case.get("calendar")), case.get("mode", "deduct")
    if mode not in MODES:
        raise BadCase("The mode is deduct or numerator.")
    start, end = instant_in(case, "start"), instant_in(case, "end")
    if end < start:
        raise BadCase("The period ends before it starts.")
    agreed = [(epoch_of(a), epoch_of(b)) for a, b in schedule.spans(start, end)]
    figure = reckon(agreed, mode=mode, **{name: _spans(case, name) for name in LISTS}).adjusted
    ratio = figure.ratio
    return {
        "agreed_s": figure.agreed,
        "down_s": figure.down,
        "numerator": None if ratio is None else ratio.numerator,
        "denominator": None if ratio is None else ratio.denominator,
        "shown": shown(ratio),
    }


def _spans(case: dict[str, Any], name: str) -> Intervals:
    pairs = case.get(name, [])
    if not isinstance(pairs, list):
        raise BadCase(f"The {name} are a list of pairs of instants.")
    return [_span(pair, name) for pair in pairs]


def _span(pair: object, name: str) -> Interval:
    if not isinstance(pair, list) or len(pair) != 2:
        raise BadCase(f"Each of the {name} is a pair of instants.")
    start, end = (epoch_of(_edge(pair, position)) for position in (0, 1))
    if end < start:
        raise BadCase(f"One of the {name} ends before it starts.")
    return start, end


def _edge(pair: list[Any], position: int) -> datetime:
    name = ("start", "end")[position]
    return instant_in({name: pair[position]}, name)
