"""Promises for another period than the report's: each is judged over its own, as far as the report reaches.

A promise for a year is followed in the report of a month from the first day of the year up to the end of the month, and
judged when the year is over, or as soon as it cannot be kept any more (a share of cases and a mean of marks may rise again).
A promise for a month is judged in the report of a quarter month by month, and the worst one is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from fractions import Fraction

from itsm.hours.instants import epoch_of
from itsm.service_reports.lines import Line
from itsm.service_reports.periods import Span
from itsm.service_reports.promises import CAPS, OF_CASES, availability, cap, governed, is_apart, of_cases
from itsm.service_reports.scope import Hours, Subject
from itsm.service_reports.sources import Past
from sla.availability import Availability, Gathered, reckon
from sla.models import Promise
from sla.promise_periods import Told, first_days, told, touched


def apart(subject: Subject, kind: str) -> list[Promise]:
    """List the promises of a service that count over another period than ``kind``."""
    promises = subject.row.promises.all() if subject.row is not None else ()
    return [one for one in promises if is_apart(one, kind)]


class OwnPeriods:
    """The periods of promises that a report touches; agreements are asked once for their first day."""

    def __init__(self, about: Sequence[Subject], span: Span, *, kind: str, at: datetime, hours: Hours) -> None:
        self.span, self.kind, self.at, self.hours = span, kind, at, hours
        self.promises = {one.service.pk: apart(one, kind) for one in about}
        self.first_days = first_days(
            one.row.edition.agreement_id for one in about if one.row is not None and self.promises[one.service.pk]
        )

    def since(self, usual: datetime) -> datetime:
        """Give from when outages must be known."""
        periods = {one.period for promises in self.promises.values() for one in promises}
        days = set(self.first_days.values())
        return min(
            [usual, *(span[0] for period in periods for day in days for span in touched(period, self.span, day))]
        )

    def lines(self, subject: Subject, *, known: Gathered | None, past: Past) -> Iterator[tuple[Line, Availability]]:
        """Judge the promises of a service that count over another period, each with the reckoning that it rests on."""
        promises = self.promises[subject.service.pk]
        for period in dict.fromkeys(one.period for one in promises):
            own = [one for one in promises if one.period == period]
            spans = self._told(subject, period)
            parts = [self._judged(subject, own, one, known, past) for one in spans]
            yield from (worst(same, spans, period) for same in zip(*parts, strict=True))

    def _told(self, subject: Subject, period: str) -> list[Told]:
        assert subject.row is not None  # only what is promised has a period of its own
        first_day = self.first_days[subject.row.edition.agreement_id]
        return told(period, self.span, first_day=first_day, at=self.at, until=subject.until)

    def _judged(
        self, subject: Subject, own: Sequence[Promise], one: Told, known: Gathered | None, past: Past
    ) -> list[tuple[Line, Availability]]:
        terms = self.hours.terms(subject, period=own[0].period)
        found = reckon(subject.service, one.start, one.until, at=self.at, terms=terms, known=known)
        spans = found.version.schedule().spans(one.start, one.end)
        whole = [(epoch_of(start), epoch_of(end)) for start, end in spans]
        made = list(availability(found, whole)) if any(promise.metric == "availability" for promise in own) else []
        made += [cap(promise, self._name(subject, promise), found) for promise in own if promise.metric in CAPS]
        made += [self._of_cases(subject, promise, one, past) for promise in own if promise.metric in OF_CASES]
        return [(line if one.is_over else _so_far(line), found) for line in made]

    def _of_cases(self, subject: Subject, promise: Promise, one: Told, past: Past) -> Line:
        """Judge by the cases that were closed in its period; what came of the report's own period stands beside it."""
        key, name = subject.service.pk, self._name(subject, promise)
        wide, here = (
            of_cases(
                promise,
                name,
                judged=governed(subject, promise.row, past.judged_in(key, *span)),
                marks=past.marks_in(key, *span),
            )
            for span in ((one.start, one.until), (self.span[0], subject.until(self.span[1])))
        )
        return replace(wide, figures=wide.figures | {"here": here.figures["result"]})

    def _name(self, subject: Subject, promise: Promise) -> str:
        return f"{promise.metric}-{self._place(subject, promise)}"

    def _place(self, subject: Subject, promise: Promise) -> int:
        assert subject.row is not None  # as above
        return list(subject.row.promises.all()).index(promise) + 1


def _so_far(line: Line) -> Line:
    """Leave a verdict open while the period runs, unless the promise cannot be kept any more."""
    if line.metric in CAPS:
        return replace(line, met=False if line.met is False else None)
    left = line.figures.get("left")
    hopeless = left is not None and left.value is not None and left.value < 0
    return replace(line, met=False if hopeless else None)


def worst(parts: Sequence[tuple[Line, Availability]], spans: Sequence[Told], period: str) -> tuple[Line, Availability]:
    """Give the worst of the same promise in several periods, missed where one was missed, kept where all were."""
    place = max(range(len(parts)), key=lambda at: _badness(parts[at][0]))
    (line, found), one = parts[place], spans[place]
    known = [(line.met, told) for (line, _found), told in zip(parts, spans, strict=True) if _is_known(line, told)]
    verdicts = {met for met, _told in known} or {None}
    met = False if False in verdicts else None if None in verdicts else True
    own = {
        "period": period, "start": one.start.isoformat(), "until": one.until.isoformat(), "over": one.is_over, "of": len(parts),
    }  # fmt: skip
    name = f"{line.name}-{period}" if line.metric == "availability" else line.name
    return replace(line, name=name, met=met, more=line.more | {"own": own}), found


def _is_known(line: Line, told: Told) -> bool:
    """Tell whether a period says anything of a verdict; one that is over and gave nothing to judge does not."""
    return not told.is_over or line.figures["result"].value is not None


def _badness(line: Line) -> tuple[bool, bool, Fraction]:
    value = line.figures["result"].value
    amount = Fraction(0) if value is None else Fraction(value)
    return line.met is False, value is not None, amount if line.metric in CAPS else -amount
