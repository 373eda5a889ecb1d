"""The promises of a row of an agreement, each with target, result, and whether it was kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

from itsm.hours.availability import shown
from itsm.hours.intervals import Intervals
from itsm.service_reports import uptime
from itsm.service_reports.amounts import MARK, SECONDS, Figure, Row, counted, shared
from itsm.service_reports.lines import BY_CASE, Line, target_of
from itsm.service_reports.periodic import Periodic
from itsm.service_reports.scope import Subject
from itsm.service_reports.sources import Found, Judged
from itsm.tickets.models import Outage
from sla.agreed import is_general, specific
from sla.availability import Availability
from sla.availability_terms import Item
from sla.models import AgreementRow, Promise

CAPS: dict[str, Callable[[Availability], Figure]] = {
    "downtime": uptime.downtime,
    "longest_outage": uptime.longest,
    "outages": uptime.failures,
}

#: What is judged by cases: the clock of each, and the marks of those who answered.
OF_CASES = (*BY_CASE, "csat")


def lines(
    subject: Subject, found: Availability, whole: Intervals, read: Found, periodic: Periodic, *, kind: str
) -> Iterator[Line]:
    """Judge every promise of a service; ``whole`` is the agreed time of the whole period.

    What is promised for another period than ``kind`` is judged apart (``own_periods``).
    """
    row = subject.row
    assert row is not None  # only promised services are reported
    yield from availability(found, whole)
    promised = list(row.promises.all())
    for place, promise in enumerate(promised, 1):
        if promise.metric != "availability" and not is_apart(promise, kind):
            yield _line(subject, row, promise, f"{promise.metric}-{place}", found, read, periodic)
    yield from periodic.unnamed(row, {promise.metric for promise in promised})
    if row.rto_seconds and not any(promise.metric == "continuity" for promise in promised):
        yield _standby(row.rto_seconds, "continuity", found)
    yield from _for_orders(subject, read.judged[found.service.pk], kind=kind)
    yield from _unpromised(subject, read.judged[found.service.pk])


def is_apart(promise: Promise, kind: str) -> bool:
    """Tell whether a promise is judged over another period than one of ``kind``; turns, reports and other measures never are."""
    return promise.metric in ("availability", *CAPS, *OF_CASES) and promise.period != kind


def _line(
    subject: Subject, row: AgreementRow, promise: Promise, name: str, found: Availability, read: Found, periodic: Periodic
) -> Line:  # fmt: skip
    """Judge one promise by what it measures."""
    if promise.metric in CAPS:
        return cap(promise, name, found)
    if promise.metric in OF_CASES:
        judged, marks = read.judged[found.service.pk], read.marks[found.service.pk]
        return of_cases(promise, name, judged=governed(subject, row, judged), marks=marks)
    if promise.metric == "continuity":
        return _standby(promise.seconds, name, found, words=(promise.words_zh, promise.words_en))
    return periodic.of(row, promise, name)


def availability(found: Availability, whole: Intervals) -> Iterator[Line]:
    """Judge availability, of each item where it is promised so."""
    items = found.terms.items
    parts: list[tuple[Item | None, list[Outage]]] = [(one, uptime.of_item(found, one)) for one in items]
    parts = parts or [(None, found.outages)]
    target = found.terms.target
    for place, (item, outages) in enumerate(parts, 1):
        figures = {
            "result": uptime.adjusted(found, outages), "raw": uptime.raw(found, outages), "deducted": uptime.deducted(found, outages),
        }  # fmt: skip
        if target is not None:
            figures["left"] = uptime.left(found, outages, whole)
        alone = not items or found.terms.combine == "all_items"
        yield Line(
            f"availability-{place}" if items else "availability", "availability", _ratio(target if alone else None), figures,
            uptime.meets(figures["result"], target if alone else None), item=(item.name_zh, item.name_en) if item else ("", ""),
            more={"mode": found.mode},
        )  # fmt: skip
    if items and found.terms.combine != "all_items":
        one = uptime.combined(found)
        named = {"combine": found.terms.combine}
        yield Line(
            "availability-all",
            "availability",
            _ratio(target) | named,
            {"result": one},
            uptime.meets(one, target),
            more={"mode": found.mode},
        )


def _ratio(target: Fraction | None) -> dict[str, Any]:
    return {} if target is None else {"op": "ge", "ratio": shown(target)}


def cap(promise: Promise, name: str, found: Availability) -> Line:
    """Judge a limit on downtime, on a single outage, or on their number."""
    figure = CAPS[promise.metric](found)
    most = Fraction(promise.seconds if promise.seconds is not None else promise.value or 0)
    assert figure.value is not None  # a sum always has a value
    return Line(name, promise.metric, target_of(promise), {"result": figure}, figure.value <= most)


def _standby(seconds: int | None, name: str, found: Availability, *, words: tuple[str, str] = ("", "")) -> Line:
    """Judge the start of the stand-by by the slowest of the period; where it was not called upon there is no result."""
    most = seconds or 0
    called = uptime.standbys(found, most)
    target = {"op": "le", "seconds": most}
    if not called:
        return Line(name, "continuity", target, words=words)
    slowest = max(called, key=lambda one: one[2])
    figures = {"result": counted([slowest], SECONDS), "uses": counted([(what, which, 1) for what, which, _s in called])}
    return Line(name, "continuity", target, figures, slowest[2] <= most, words=words)


def of_cases(promise: Promise, name: str, *, judged: list[Judged], marks: list[Row]) -> Line:
    """Judge what is promised of each case, or of the marks that users give."""
    return _satisfaction(promise, name, marks) if promise.metric == "csat" else _by_case(promise, name, judged)


def governed(subject: Subject, row: AgreementRow, judged: Iterable[Judged]) -> list[Judged]:
    """Keep the cases that a row governs."""
    if not subject.offers and row == subject.general:
        return list(judged)
    return [one for one in judged if subject.governing(one.item) == row]


def _for_orders(subject: Subject, judged: list[Judged], *, kind: str) -> Iterator[Line]:
    """Judge what rows for single things to order promise of each case; for another period there is no verdict."""
    for number, row in enumerate(subject.offered, 1):
        cases, items = governed(subject, row, judged), list(row.offerings.all())
        named = "、".join(one.name_zh for one in items), ", ".join(one.name_en or one.name_zh for one in items)
        for place, promise in enumerate(row.promises.all(), 1):
            if promise.metric not in BY_CASE:
                continue
            line = _by_case(promise, f"{promise.metric}-o{number}-{place}", cases)
            yield replace(line, item=named, met=line.met if promise.period == kind else None)


def _by_case(promise: Promise, name: str, judged: list[Judged]) -> Line:
    rows = _counted(promise, judged)
    figure = shared([one.row for one in rows if one.met], [one.row for one in rows])
    met = None if figure.value is None else figure.value * 100 >= Fraction(promise.goal_percent)
    return Line(
        name, promise.metric, target_of(promise), {"result": figure}, met, priority=promise.priority, kind=promise.process,
        words=(promise.words_zh, promise.words_en), item=_ordered(promise),
    )  # fmt: skip


def _ordered(promise: Promise) -> tuple[str, str]:
    """Name what is ordered, where a promise is for one such thing."""
    item = promise.request_item
    return ("", "") if item is None else (item.name_zh, item.name_en or item.name_zh)


def _concerns(promise: Promise, one: Judged) -> bool:
    same = one.metric == promise.metric and promise.process in ("", one.kind)
    graded = promise.priority in (None, one.priority)
    return same and graded and promise.request_item_id in (None, one.item)


def _has_own_target(one: Judged) -> bool:
    """Tell whether what was ordered has a target of its own, which goes before a general fulfilment."""
    return one.metric == Promise.Metric.FULFILMENT and one.item is not None


def _counted(promise: Promise, judged: Iterable[Judged]) -> list[Judged]:
    """List the cases that count for a promise: no other of its row names more of them, as their clocks were measured."""
    same = (one for one in promise.row.promises.all() if one.metric == promise.metric)
    closer, general = [one for one in same if specific(one) > specific(promise)], is_general(promise)
    found = [one for one in judged if _concerns(promise, one) and not (general and _has_own_target(one))]
    return [one for one in found if not any(_concerns(rival, one) for rival in closer)] if closer else found


def _satisfaction(promise: Promise, name: str, marks: list[Row]) -> Line:
    figure = Figure("mean", MARK, {"part": marks})
    met = None if figure.value is None or promise.value is None else figure.value >= Fraction(promise.value)
    return Line(name, promise.metric, target_of(promise), {"result": figure}, met)


def _unpromised(subject: Subject, judged: list[Judged]) -> Iterator[Line]:
    """Show by priority what was measured by the house's own targets, where the agreement has none."""
    rest = [one for one in judged if not _is_promised(subject.governing(one.item), one)]
    kinds = sorted(
        {(BY_CASE.index(one.metric), one.metric, one.priority or 9) for one in rest if one.metric in BY_CASE}
    )
    for _order, metric, priority in kinds:
        rows = [one for one in rest if one.metric == metric and (one.priority or 9) == priority]
        figure = shared([one.row for one in rows if one.met], [one.row for one in rows])
        yield Line(
            f"{metric}-p{priority}",
            metric,
            {},
            {"result": figure},
            priority=priority if priority < 9 else None,
            kind="house",
        )


def _is_promised(row: AgreementRow | None, one: Judged) -> bool:
    found = (promise for promise in (row.promises.all() if row is not None else ()) if _concerns(promise, one))
    return any(not (_has_own_target(one) and is_general(promise)) for promise in found)


def overtime(one: Judged) -> Figure:
    """Give by how much a case exceeded its target, in agreed time."""
    return Figure(
        "over", SECONDS, {"whole": [("record", one.record, one.elapsed)], "lost": [("target", one.metric, one.target)]}
    )


def lost(outage: int, seconds: int) -> Figure:
    """Give what one outage was charged with."""
    return counted([("outage", outage, seconds)], SECONDS)
