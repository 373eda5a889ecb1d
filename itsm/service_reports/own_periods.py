"""Promises for another period than the report's: each is judged over its own, as far as the report reaches.

A promise for a year is followed in the report of a month from the first day of the year up to the end of the month, and
judged when the year is over, or as soon as it cannot be kept any more. A promise for a month is judged in the report of a
quarter month by month, and the worst one is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction

from django.db.models import Min

from itsm.hours.instants import epoch_of
from itsm.service_reports.kinds import kind_of
from itsm.service_reports.lines import Line
from itsm.service_reports.periods import Span, local, midnight
from itsm.service_reports.promises import CAPS, availability, cap, is_apart
from itsm.service_reports.scope import Hours, Subject
from sla.availability import Availability, Gathered, reckon
from sla.models import AgreementEdition, Promise

CONTRACT_YEAR = str(Promise.Period.CONTRACT_YEAR)
DAY = timedelta(days=1)


def apart(subject: Subject, kind: str) -> list[Promise]:
    """List the promises of a service that count over another period than ``kind``."""
    promises = subject.row.promises.all() if subject.row is not None else ()
    return [one for one in promises if is_apart(one, kind)]


@dataclass(frozen=True)
class Told:
    """A period of a promise: from where to where, up to where the report reaches in it, and whether that is all of it."""

    start: datetime
    end: datetime
    until: datetime
    is_over: bool


class OwnPeriods:
    """The periods of promises that a report touches; agreements are asked once for their first day."""

    def __init__(self, about: Sequence[Subject], span: Span, *, kind: str, at: datetime, hours: Hours) -> None:
        self.span, self.kind, self.at, self.hours = span, kind, at, hours
        self.promises = {one.service.pk: apart(one, kind) for one in about}
        self.first_days = _first_days([one for one in about if self.promises[one.service.pk]])

    def since(self, usual: datetime) -> datetime:
        """Give from when outages must be known."""
        periods = {one.period for promises in self.promises.values() for one in promises}
        days = set(self.first_days.values())
        return min([usual, *(span[0] for period in periods for day in days for span in self._touched(period, day))])

    def lines(self, subject: Subject, *, known: Gathered | None) -> Iterator[tuple[Line, Availability]]:
        """Judge the promises of a service that count over another period, each with the reckoning that it rests on."""
        promises = self.promises[subject.service.pk]
        for period in dict.fromkeys(one.period for one in promises):
            own = [one for one in promises if one.period == period]
            spans = self._told(subject, period)
            parts = [self._judged(subject, own, told, known) for told in spans]
            yield from (worst(same, spans, period) for same in zip(*parts, strict=True))

    def _told(self, subject: Subject, period: str) -> list[Told]:
        assert subject.row is not None  # only what is promised has a period of its own
        found = []
        for start, last in self._touched(period, self.first_days[subject.row.edition.agreement_id]):
            end, until = subject.until(last), subject.until(min(last, self.span[1]))
            if start < until:
                found.append(Told(start, end, until, end <= until and self.at >= end))
        return found

    def _touched(self, period: str, first_day: date) -> list[Span]:
        """List the periods that end in the span of the report; where none does, the one that runs at its end.

        None begins before the first day of the agreement.
        """
        begun = midnight(first_day)
        here = running = around(period, local(self.span[1] - DAY).date(), first_day)
        ended = []
        while here[1] > max(self.span[0], begun):
            if here[1] <= self.span[1]:
                ended.append(here)
            here = around(period, local(here[0] - DAY).date(), first_day)
        return [(max(begun, start), end) for start, end in ended[::-1] or [running]]

    def _judged(
        self, subject: Subject, own: Sequence[Promise], told: Told, known: Gathered | None
    ) -> list[tuple[Line, Availability]]:
        terms = self.hours.terms(subject, period=own[0].period)
        found = reckon(subject.service, told.start, told.until, at=self.at, terms=terms, known=known)
        spans = found.version.schedule().spans(told.start, told.end)
        whole = [(epoch_of(start), epoch_of(end)) for start, end in spans]
        made = list(availability(found, whole)) if any(one.metric == "availability" for one in own) else []
        made += [cap(one, f"{one.metric}-{self._place(subject, one)}", found) for one in own if one.metric in CAPS]
        return [(line if told.is_over else _so_far(line), found) for line in made]

    def _place(self, subject: Subject, promise: Promise) -> int:
        assert subject.row is not None  # as above
        return list(subject.row.promises.all()).index(promise) + 1


def _first_days(about: Iterable[Subject]) -> dict[int, date]:
    """Give the day from which each agreement was first in force."""
    keys = {one.row.edition.agreement_id for one in about if one.row is not None}
    if not keys:
        return {}
    rows = AgreementEdition.objects.filter(agreement__in=keys, applied_at__isnull=False, valid_from__isnull=False)
    return dict(rows.order_by().values_list("agreement").annotate(first=Min("valid_from")))


def around(period: str, day: date, first_day: date) -> Span:
    """Give the period of a promise in which a day lies; the years of an agreement begin with the day on which it began."""
    if period != CONTRACT_YEAR:
        of = kind_of(period)
        first = of.first(day)
        return midnight(first), midnight(of.following(first))
    years = day.year - first_day.year
    years -= _anniversary(first_day, years) > day
    return midnight(_anniversary(first_day, years)), midnight(_anniversary(first_day, years + 1))


def _anniversary(day: date, years: int) -> date:
    """Give the same day so many years on; of 29 February the 28th where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _so_far(line: Line) -> Line:
    """Leave a verdict open while the period runs, unless the promise cannot be kept any more."""
    left = line.figures.get("left")
    if line.metric == "availability":
        hopeless = left is not None and left.value is not None and left.value < 0
        return replace(line, met=False if hopeless else None)
    return replace(line, met=False if line.met is False else None)


def worst(parts: Sequence[tuple[Line, Availability]], spans: Sequence[Told], period: str) -> tuple[Line, Availability]:
    """Give the worst of the same promise in several periods, missed where one was missed, kept where all were."""
    place = max(range(len(parts)), key=lambda at: _badness(parts[at][0]))
    (line, found), told = parts[place], spans[place]
    verdicts = {one.met for one, _found in parts}
    met = False if False in verdicts else None if None in verdicts else True
    own = {
        "period": period, "start": told.start.isoformat(), "until": told.until.isoformat(), "over": told.is_over, "of": len(parts),
    }  # fmt: skip
    name = f"{line.name}-{period}" if line.metric == "availability" else line.name
    return replace(line, name=name, met=met, more=line.more | {"own": own}), found


def _badness(line: Line) -> tuple[bool, Fraction]:
    value = line.figures["result"].value
    amount = Fraction(0) if value is None else Fraction(value)
    return line.met is False, -amount if line.metric == "availability" else amount
