"""Availability as figures with rows: agreed time by day, downtime by outage, deductions by planned work and claim."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from fractions import Fraction

from itsm.hours.instants import epoch_of, moment
from itsm.hours.intervals import Intervals, difference, intersection, length, union
from itsm.service_reports.amounts import COUNT, PERCENT, SECONDS, Figure, Row, counted
from itsm.service_reports.periods import local
from itsm.tickets.models import Outage
from sla.availability import Availability
from sla.availability_terms import Item


def days(spans: Intervals) -> list[Row]:
    """Give agreed time by the day in which it begins, in the site's zone."""
    sums: dict[str, int] = {}
    for start, end in spans:
        day = f"{local(moment(start)):%Y-%m-%d}"
        sums[day] = sums.get(day, 0) + end - start
    return [("agreed", day, seconds) for day, seconds in sums.items() if seconds]


def charges(outages: Iterable[Outage], found: Availability, *, of: Intervals) -> list[Row]:
    """Charge each outage with the time of ``of`` that no earlier one was charged with."""
    taken: Intervals = []
    made: list[Row] = []
    for one in outages:
        span = found.clipped(one.started_at, one.ended_at)
        fresh = [] if one.kind == Outage.Kind.DEGRADED else difference(intersection([span], of), taken)
        taken = union([*taken, *fresh])
        if fresh:
            made.append(("outage", one.pk, length(fresh)))
    return made


def deductions(outages: Sequence[Outage], found: Availability) -> tuple[list[Row], Intervals]:
    """List what leaves the agreed time: planned work in time, then approved claims; and the time that remains."""
    remains, made = union(found.agreed), list[Row]()
    lost = [one for one in outages if one.kind != Outage.Kind.DEGRADED]
    parts: list[tuple[str, int, Intervals]] = [("outage", one.pk, found.planned_of(one)) for one in lost]
    parts += [("claim", one.pk, [found.clipped(one.started_at, one.ended_at)]) for one in found.claims]
    for what, key, spans in parts:
        gone = intersection(remains, union(spans))
        remains = difference(remains, gone)
        if gone:
            made.append((what, key, length(gone)))
    return made, remains


def of_item(found: Availability, item: Item) -> list[Outage]:
    """List the outages that struck an item: those of its resource, and those of the service as a whole."""
    known = {one.ci_id for one in found.terms.items} - {None}
    return [one for one in found.outages if one.ci_id == item.ci_id or one.ci_id not in known]


def adjusted(found: Availability, outages: Sequence[Outage]) -> Figure:
    """Give the ratio without planned work and approved exclusions."""
    _rows, remains = deductions(outages, found)
    base = remains if found.mode == "deduct" else union(found.agreed)
    return Figure("kept", PERCENT, {"whole": days(base), "lost": charges(outages, found, of=found.of(outages).down)})


def raw(found: Availability, outages: Sequence[Outage]) -> Figure:
    """Give the ratio with nothing deducted."""
    agreed = union(found.agreed)
    return Figure("kept", PERCENT, {"whole": days(agreed), "lost": charges(outages, found, of=agreed)})


def deducted(found: Availability, outages: Sequence[Outage]) -> Figure:
    """Give the time that was taken out."""
    return counted(deductions(outages, found)[0], SECONDS)


def left(found: Availability, outages: Sequence[Outage], whole: Intervals) -> Figure:
    """Give what may still be lost in the period; ``whole`` is the agreed time up to its end."""
    rows_gone = deductions(outages, found)[0] if found.mode == "deduct" else []
    gone = sum(seconds for _what, _which, seconds in rows_gone)
    rows = days(whole) + ([("deducted", "", -gone)] if gone else [])
    lost = charges(outages, found, of=found.of(outages).down)
    return Figure("left", SECONDS, {"whole": rows, "lost": lost}, {"target": str(found.terms.target)})


def combined(found: Availability) -> Figure:
    """Give the ratio of all items as agreed, or of the service where none are named."""
    if not found.terms.items:
        return adjusted(found, found.outages)
    sides: dict[str, list[Row]] = {}
    for place, item in enumerate(found.terms.items, 1):
        one = adjusted(found, of_item(found, item))
        sides |= {f"whole {place}": one.sides["whole"], f"lost {place}": one.sides["lost"]}
    return Figure("combined", PERCENT, sides, {"items": len(found.terms.items), "how": found.terms.combine})


def downtime(found: Availability) -> Figure:
    """Give the time that was lost."""
    return counted(charges(found.outages, found, of=found.found.down), SECONDS)


def longest(found: Availability) -> Figure:
    """Give the longest single failure: the outages that make it."""
    failures = found.found.failures
    if not failures:
        return counted([], SECONDS)
    (start, end), _seconds = max(failures, key=lambda one: one[1])
    of = intersection(found.found.down, [(start, end)])
    return counted(charges(found.outages, found, of=of), SECONDS)


def failures(found: Availability) -> Figure:
    """Count the failures, overlapping outages as one."""
    rows: list[Row] = []
    for (start, end), _seconds in found.found.failures:
        of = intersection(found.found.down, [(start, end)])
        first = charges(found.outages, found, of=of)[0]
        rows.append(("outage", first[1], 1))
    return counted(rows, COUNT)


def standbys(found: Availability, most: int) -> list[Row]:
    """List the outages in which the stand-by was called upon, each with the seconds until it ran, approved exclusions left out.

    It was called upon where it took over in the period, and where a service was still down after ``most`` seconds without it.
    """
    made: list[Row] = []
    for one in found.outages:
        if one.kind != Outage.Kind.UNPLANNED or not _in_period(one.standby_at or one.ended_at, found):
            continue
        until = one.standby_at or one.ended_at or moment(epoch_of(found.until))
        waited = length(difference([(epoch_of(one.started_at), epoch_of(until))], found.excluded))
        if one.standby_at is not None or waited > most:
            made.append(("outage", one.pk, waited))
    return made


def _in_period(at: datetime | None, found: Availability) -> bool:
    """Tell whether an instant lies in the period; one that is not known yet does."""
    return at is None or found.start <= at <= found.end


def meets(figure: Figure, target: Fraction | None) -> bool | None:
    """Tell whether the exact ratio reaches the target."""
    return None if target is None or figure.value is None else figure.value >= target
