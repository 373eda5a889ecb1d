"""How available a service was in a period: raw and adjusted, with the rows that were counted.

``reckon(service, start, end, at=...)`` is the one way to these figures, for pages, REST, issues and reports alike.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from itsm.hours import availability as arithmetic
from itsm.hours.availability import Budget, Cap, Figure, Mode, Reckoning, Reliability, Stretch
from itsm.hours.instants import epoch_of
from itsm.hours.intervals import Interval, Intervals, difference, intersection, length, union
from itsm.hours.models import CalendarVersion
from itsm.people.models import Person
from itsm.tickets.models import Outage
from sla import agreements
from sla.availability_terms import Item, Terms, terms_of
from sla.models import ExclusionClaim
from sla.promise_periods import Told, first_days, period_of_span, told

if TYPE_CHECKING:
    from catalogue.models import Service
    from sla.models import AgreementEdition

#: Why figures may still change.
RUNNING, STILL_DOWN, UNDECIDED = "running", "still_down", "undecided"


@dataclass(frozen=True)
class Row:
    """One outage as it was counted: its stretch in the period, what was deducted as planned, and what it cost.

    ``charged`` are its seconds of downtime that no earlier row was charged with, so that the rows add up to the whole.
    """

    outage: Outage
    span: Interval
    planned: Intervals
    charged: int


@dataclass(frozen=True)
class Followed:
    """What is promised for another period than the one reckoned, judged over its own as far as the reckoning reaches."""

    told: Told
    found: Availability

    @property
    def met(self) -> bool | None:
        """Tell whether the target is met; open while the period runs, unless it cannot be met any more."""
        if self.told.is_over:
            return self.found.met
        return False if self.found.is_beyond_hope else None

    @property
    def caps(self) -> dict[str, tuple[Cap, bool | None]]:
        """The limits, each with its verdict: one that is not passed yet stays open while the period runs."""
        open_ = None if not self.told.is_over else True
        return {name: (cap, open_ if cap.kept else False) for name, cap in self.found.caps.items()}


@dataclass
class Availability:
    """What came of one service and period."""

    service: Service
    start: datetime
    end: datetime
    until: datetime
    mode: Mode
    terms: Terms
    version: CalendarVersion
    agreed: Intervals
    whole_agreed: int
    outages: list[Outage]
    claims: list[ExclusionClaim]
    undecided: list[ExclusionClaim]
    reasons: list[str] = field(default_factory=list)
    #: What is promised for other periods; only where the terms were looked up with the reckoning.
    own: list[Followed] = field(default_factory=list)

    @property
    def is_provisional(self) -> bool:
        """Tell whether the figures may still change by themselves."""
        return bool(self.reasons)

    @cached_property
    def excluded(self) -> Intervals:
        """The stretches of approved exclusions."""
        return union(self.clipped(claim.started_at, claim.ended_at) for claim in self.claims)

    def clipped(self, start: datetime, end: datetime | None) -> Interval:
        """Cut a stretch to the period; an open one lasts to its end, or to now."""
        first, last = epoch_of(self.start), epoch_of(self.until)
        return max(first, epoch_of(start)), min(last, epoch_of(end) if end is not None else last)

    def planned_of(self, outage: Outage) -> Intervals:
        """Give the stretch of planned work that is deducted: in time, and inside what was planned."""
        if outage.planned_from is None or outage.planned_until is None or not self.terms.in_time(outage):
            return []
        plan = self.clipped(outage.planned_from, outage.planned_until)
        return intersection([self.clipped(outage.started_at, outage.ended_at)], [plan])

    def of(self, outages: Iterable[Outage]) -> Reckoning:
        """Reckon with some of the outages only."""
        lost = [one for one in outages if one.kind != Outage.Kind.DEGRADED]
        return arithmetic.reckon(
            self.agreed,
            outages=[self.clipped(one.started_at, one.ended_at) for one in lost],
            planned=[span for one in lost for span in self.planned_of(one)],
            excluded=self.excluded,
            mode=self.mode,
        )

    @cached_property
    def found(self) -> Reckoning:
        """The reckoning of all outages together."""
        return self.of(self.outages)

    @property
    def raw(self) -> Figure:
        """The figure with nothing deducted."""
        return self.found.raw

    @property
    def adjusted(self) -> Figure:
        """The figure without planned work and approved exclusions."""
        return self.found.adjusted

    @cached_property
    def items(self) -> list[tuple[Item, Figure]]:
        """The figure of each item: what struck its resource, and what struck the service as a whole."""
        known = {item.ci_id for item in self.terms.items} - {None}
        return [
            (item, self.of(one for one in self.outages if one.ci_id == item.ci_id or one.ci_id not in known).adjusted)
            for item in self.terms.items
        ]

    @cached_property
    def ratio(self) -> Fraction | None:
        """The ratio that the target is held against: of all items as agreed, or of the service."""
        if not self.items:
            return self.adjusted.ratio
        return arithmetic.combined([figure for _item, figure in self.items], how=self.terms.combine)

    @property
    def met(self) -> bool | None:
        """Tell whether the target is met by the exact ratio; None without a target or agreed time."""
        if self.terms.target is None or self.ratio is None:
            return None
        return self.ratio >= self.terms.target

    @cached_property
    def budget(self) -> Budget | None:
        """What the target allows to lose in the whole period, and what is left of it."""
        return self._budget_of(self.adjusted)

    def _budget_of(self, figure: Figure) -> Budget | None:
        if self.terms.target is None:
            return None
        deducted = length(self.agreed) - figure.agreed
        return arithmetic.budget(Figure(self.whole_agreed - deducted, figure.down), target=self.terms.target)

    @property
    def is_beyond_hope(self) -> bool:
        """Tell whether more was lost than the target allows in the whole period, of an item where each must meet it."""
        if self.items and self.terms.combine != "all_items":
            return False
        budgets = map(self._budget_of, [figure for _item, figure in self.items] or [self.adjusted])
        return any(one is not None and one.left < 0 for one in budgets)

    def burnt(self, days: Sequence[Interval]) -> list[tuple[int, Fraction]]:
        """Give what was lost in each of ``days``, and what the target leaves to lose after it; nothing without a target."""
        if self.budget is None:
            return []
        lost = [length(intersection(self.found.down, [day])) for day in days]
        return [(one, self.budget.allowed - gone) for one, gone in zip(lost, accumulate(lost), strict=True)]

    @cached_property
    def caps(self) -> dict[str, Cap]:
        """The limits beside the ratio that were agreed."""
        reached = {
            "downtime": (self.adjusted.down, self.terms.most_down_seconds),
            "longest_outage": (arithmetic.longest(self.found), self.terms.longest_seconds),
            "outages": (len(self.found.failures), self.terms.most_outages),
        }
        return {name: Cap(value, most) for name, (value, most) in reached.items() if most is not None}

    @cached_property
    def reliability(self) -> Reliability:
        """How often it failed and how long it took."""
        ended = (one for one in self.outages if one.kind == Outage.Kind.UNPLANNED and one.ended_at is not None)
        return arithmetic.reliability(self.found, repairs=[_repair(one) for one in ended])

    @cached_property
    def rows(self) -> list[Row]:
        """The outages with what each was charged; the charges add up to the downtime."""
        taken: Intervals = []
        made = []
        for one in self.outages:
            span = self.clipped(one.started_at, one.ended_at)
            counts = (
                [] if one.kind == Outage.Kind.DEGRADED else difference(intersection([span], self.found.down), taken)
            )
            taken = union([*taken, *counts])
            made.append(Row(one, span, self.planned_of(one), length(counts)))
        return made

    @cached_property
    def degraded_seconds(self) -> int:
        """The agreed time in which the service was degraded and not down."""
        spans = union(stretch.span for stretch in self._degraded())
        return length(difference(intersection(self.agreed, spans), self.found.down))

    @cached_property
    def weighted(self) -> Fraction | None:
        """The ratio with degraded time counted by its weight."""
        counting = self.found.counting
        return arithmetic.weighted(self.adjusted, self.found.down, counting=counting, degraded=self._degraded())

    def user_weighted(self, *, users: int) -> Fraction | None:
        """The ratio with each outage counted by the users it reached."""
        lost = [one for one in self.outages if one.kind != Outage.Kind.DEGRADED]
        reached = [Stretch(self.clipped(one.started_at, one.ended_at), users=one.affected_users) for one in lost]
        return arithmetic.user_weighted(self.adjusted, counting=self.found.counting, outages=reached, users=users)

    def _degraded(self) -> list[Stretch]:
        return [
            Stretch(self.clipped(one.started_at, one.ended_at), Fraction(one.weight_percent, 100))
            for one in self.outages
            if one.kind == Outage.Kind.DEGRADED
        ]


def reckon(
    service: Service, start: datetime, end: datetime, *, at: datetime, mode: Mode | None = None, terms: Terms | None = None,
    version: CalendarVersion | None = None, known: Gathered | None = None, editions: Sequence[AgreementEdition] | None = None,
) -> Availability:  # fmt: skip
    """Reckon a service from ``start`` up to ``end`` as it is known at ``at``; a running period up to now.

    Calculated as is agreed unless ``mode`` says otherwise. ``terms`` are those in force at the end of the period unless given, of
    ``editions`` where they are at hand; ``version`` the hours in force now. What is promised for other periods is judged over them
    (``own``) unless ``terms`` are given. Costs two queries beside those of the terms; none where ``known`` was gathered for the service
    and a span around this one.
    """
    if terms is not None:
        known = known or gather([service], start, end)
        return _weigh(known, service, start, end, at=at, mode=mode, terms=terms, version=version)
    terms = terms_of(service, at=min(end, at), period=period_of_span(start, end), editions=editions)
    owed = _owed([terms], (start, end), at=at)
    known = known or gather([service], _since(start, owed), end)
    found = _weigh(known, service, start, end, at=at, mode=mode, terms=terms, version=version)
    found.own = _followed(known, found, owed, at=at, mode=mode, version=version)
    return found


def reckon_all(
    services: Sequence[Service], periods: Sequence[tuple[datetime, datetime]], *, at: datetime, mode: Mode | None = None
) -> dict[int, list[Availability]]:
    """Reckon several services for several periods at once, by the terms of today; by service, in order of the periods.

    What is promised for other periods is judged at the end of the last one. The number of queries does not grow with services,
    periods or outages. Services come with ``hours__current``.
    """
    first, last = min(start for start, _end in periods), max(end for _start, end in periods)
    editions, kinds = agreements.in_force(at=at), {period_of_span(*span) for span in periods}
    terms = {
        (service.pk, kind): terms_of(service, at=at, editions=editions, period=kind) for service in services for kind in kinds
    }  # fmt: skip
    owed = _owed(terms.values(), periods[-1], at=at)
    known, made = gather(services, _since(first, owed), last), dict[int, list[Availability]]()
    for service in services:
        made[service.pk] = [
            _weigh(known, service, *span, at=at, mode=mode, terms=terms[service.pk, period_of_span(*span)], version=None)
            for span in periods
        ]  # fmt: skip
        made[service.pk][-1].own = _followed(known, made[service.pk][-1], owed, at=at, mode=mode, version=None)
    return made


#: What is promised for other periods, by agreement and period.
Owed = dict[tuple[int | None, str], list[Told]]


def _owed(every: Iterable[Terms], span: tuple[datetime, datetime], *, at: datetime) -> Owed:
    """Tell how far a span reaches into the other periods of terms; costs a query where there are any."""
    wanted = {(terms.agreement_id, other.period) for terms in every for other in terms.others}
    days = first_days(key for key, _period in wanted if key is not None)
    return {(key, period): told(period, span, first_day=days[key], at=at) for key, period in wanted if key in days}


def _since(start: datetime, owed: Owed) -> datetime:
    return min([start, *(one.start for every in owed.values() for one in every)])


def _followed(
    known: Gathered, found: Availability, owed: Owed, *, at: datetime, mode: Mode | None, version: CalendarVersion | None
) -> list[Followed]:  # fmt: skip
    """Judge what is promised for other periods over each of them, as far as the reckoning reaches."""
    made = []
    for terms in found.terms.others:
        hours = version if version is not None and version.calendar_id == terms.calendar.pk else None
        for one in owed.get((terms.agreement_id, terms.period), ()):
            own = _weigh(
                known, found.service, one.start, one.end, at=min(at, one.until), mode=mode, terms=terms, version=hours
            )  # fmt: skip
            made.append(Followed(one, own))
    return made


@dataclass
class Gathered:
    """Outages and claims of some services, by service."""

    outages: dict[int, list[Outage]]
    claims: dict[int, list[ExclusionClaim]]


def gather(services: Iterable[Service], start: datetime, end: datetime) -> Gathered:
    """Read the outages and claims of some services that overlap a span, with two queries."""
    keys = [service.pk for service in services]
    outages = Outage.objects.counted().within(start, end).filter(service__in=keys)
    claims = ExclusionClaim.objects.within(start, end).filter(service__in=keys, state__in=["claimed", "approved"])
    found = Gathered(defaultdict(list), defaultdict(list))
    for outage in outages.select_related("ticket", "ci").order_by("started_at", "pk"):
        found.outages[outage.service_id].append(outage)
    for claim in claims.order_by("started_at", "pk"):
        found.claims[claim.service_id].append(claim)
    return found


def _weigh(
    gathered: Gathered, service: Service, start: datetime, end: datetime, *, at: datetime, mode: Mode | None, terms: Terms,
    version: CalendarVersion | None,
) -> Availability:  # fmt: skip
    version = version or terms.calendar.current
    assert version is not None  # every calendar is published when it is made
    until, schedule = max(start, min(end, at)), version.schedule()
    known = [one for one in gathered.claims[service.pk] if one.started_at < until and one.ended_at > start]
    outages = [
        one
        for one in gathered.outages[service.pk]
        if one.started_at < until and (one.ended_at is None or one.ended_at > start)
    ]
    found = Availability(
        service=service, start=start, end=end, until=until, mode=mode or terms.mode, terms=terms, version=version,
        agreed=_epochs(schedule.spans(start, until)), whole_agreed=schedule.between(start, end), outages=outages,
        claims=[claim for claim in known if claim.state == "approved"],
        undecided=[claim for claim in known if claim.state == "claimed"],
    )  # fmt: skip
    found.reasons = _reasons(found, at=at)
    return found


def users_of(service: Service) -> int:
    """Count the active people a service is for; a service without an audience is for everybody."""
    people = Person.objects.active()
    units = list(service.audiences.values_list("pk", flat=True))
    return (people.filter(unit__in=units) if units else people).count()


def _reasons(found: Availability, *, at: datetime) -> list[str]:
    still = any(one.ended_at is None for one in found.outages)
    told = ((RUNNING, at < found.end), (STILL_DOWN, still), (UNDECIDED, bool(found.undecided)))
    return [reason for reason, holds in told if holds]


def _epochs(spans: Sequence[tuple[datetime, datetime]]) -> Intervals:
    return [(epoch_of(start), epoch_of(end)) for start, end in spans]


def _repair(outage: Any) -> int:
    """Give the seconds from the first human act on the case, or the start of the outage, to its end."""
    begun = outage.started_at
    if outage.ticket is not None and outage.ticket.first_response_at is not None:
        begun = min(max(begun, outage.ticket.first_response_at), outage.ended_at)
    return epoch_of(outage.ended_at) - epoch_of(begun)
