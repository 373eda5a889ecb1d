"""Which reports agreements owe, and by when: by their frequency and dates, whether or not anybody ever prepared one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from itsm.hours.models import schedule_of
from itsm.hours.worktime import Schedule
from itsm.people.models import Organisation
from itsm.service_reports.kinds import CODES, KINDS, OF_CALENDAR, kind_of
from itsm.service_reports.models import ReportIssue
from itsm.service_reports.periods import Span, before, label, local, period_of
from itsm.service_reports.querysets import SAME
from itsm.service_reports.scope import last_instant, parties_to, register_of
from itsm.tickets.settings_models import house_rules
from sla import agreed, agreements
from sla.attained import office
from sla.contract_years import lives
from sla.models import AgreementEdition, AgreementRow, Promise
from sla.promise_periods import CONTRACT_YEAR

#: No twenty working days, the most that the house may set, are longer, whatever holidays there are; no promise is looked up further back.
LONGEST = timedelta(days=60)
#: No contract year is longer.
YEAR = timedelta(days=367)
#: Place values of a key: the number of the period among those of its kind, the kind, the customer, the agreement of a contract year.
TIMES_IN_KEY, KINDS_IN_KEY, CUSTOMERS_IN_KEY = 1_000_000, 10, 1_000_000


#: What the editions of a report have in common (``querysets.SAME``).
Same = tuple[int, str, int | None, datetime]


@dataclass(frozen=True)
class Owed:
    """A report that agreements with a customer owe for a period; ``issue`` is its first edition, None where there is none."""

    customer: int
    kind: str
    span: Span
    due_at: datetime
    agreements: frozenset[int]
    issue: int | None = None
    issued_at: datetime | None = None
    #: Whose contract year it is for.
    agreement: int | None = None

    @property
    def key(self) -> int:
        """Name it by one number, the same whether or not it was prepared."""
        since = kind_of(self.kind).count(local(self.span[0]).date())
        whose = (self.agreement or 0) * CUSTOMERS_IN_KEY + self.customer
        return (whose * KINDS_IN_KEY + CODES.index(self.kind)) * TIMES_IN_KEY + since

    @property
    def same(self) -> Same:
        """What its editions have in common."""
        return self.customer, self.kind, self.agreement, self.span[0]

    @property
    def label(self) -> str:
        """The period without words."""
        return label(self.span[0], self.kind)

    def state(self, *, at: datetime) -> str:
        """Tell what came of it: ``on_time``, ``late``, ``missing`` though due, or still ``ahead``."""
        if self.issued_at is not None:
            return "on_time" if self.issued_at <= self.due_at else "late"
        return "missing" if self.due_at < at else "ahead"


def read_key(key: int) -> Same:
    """Tell customer, kind, agreement and first instant of what a key names."""
    rest, since = divmod(key, TIMES_IN_KEY)
    whose, place = divmod(rest, KINDS_IN_KEY)
    agreement, customer = divmod(whose, CUSTOMERS_IN_KEY)
    kind = KINDS[place]
    return customer, kind.code, agreement or None, period_of(kind.counted(since), kind.code)[0]


def due_within(start: datetime, end: datetime, *, customer: Organisation | None = None) -> list[Owed]:
    """List the reports that fall due from ``start`` up to ``end``, by due time; each with its first edition where there is one.

    Costs the same few statements whatever the number of customers and periods.
    """
    spans = [(kind, span) for kind in OF_CALENDAR for span in _ended_within(kind, start - LONGEST, end)]
    first = min([start - LONGEST - YEAR, *(span[0] for _kind, span in spans)])
    book = _Book(agreements.held_within(first, end), customer)
    every = [one for kind, span in spans for one in book.owed(kind, span)]
    every += book.of_contract_years(start - LONGEST, end)
    found = [one for one in every if start <= one.due_at < end]
    return sorted(with_issues(found), key=lambda one: (one.due_at, one.key))


def of_period(kind: str, span: Span) -> list[Owed]:
    """List the reports that agreements owe for one period of the calendar, by customer."""
    return with_issues(_Book(agreements.held_within(*span), None).owed(kind, span))


def of_contract_years(start: datetime, end: datetime) -> list[Owed]:
    """List the reports that agreements owe for contract years of theirs that end after ``start`` up to ``end``."""
    return with_issues(_Book(agreements.held_within(start - YEAR, end), None).of_contract_years(start, end))


def _ended_within(kind: str, start: datetime, end: datetime) -> Iterator[Span]:
    """Give the periods of a kind that end from ``start`` up to ``end``, the latest first."""
    span = before(period_of(local(end).date(), kind), kind)
    while span[1] >= start:
        yield span
        span = before(span, kind)


class _Book:
    """The agreements of a time, asked what they owe of one period."""

    def __init__(self, held: list[AgreementEdition], only: Organisation | None) -> None:
        self.held = held
        self.register = register_of(held)
        self.customers = {only.pk} if only else parties_to(held, self.register)
        self.parents = dict(Organisation.objects.values_list("pk", "parent_id"))
        self.office = office()
        self.days = house_rules().report_days

    def of_contract_years(self, start: datetime, end: datetime) -> Iterator[Owed]:
        """Give what is owed for the contract years that end after ``start`` up to ``end``; agreements are asked once for their lives."""
        owing = {one.agreement_id for one in self.held if _reports(one, CONTRACT_YEAR)}
        for key, life in sorted(lives(owing).items()):
            for span in life.ended_within(start, end):
                yield from self.owed(CONTRACT_YEAR, span, agreement=key)

    def owed(self, kind: str, span: Span, *, agreement: int | None = None) -> Iterator[Owed]:
        """Give what is owed for a period, by customer: by agreements that were in force in it, to its end or not.

        A contract year is that of one ``agreement``.
        """
        held = [one for one in self.held if agreement in (None, one.agreement_id) and _held_in(one, span)]
        owing = {pk: promised for pk in self.customers if (promised := self._promised(pk, held, kind))}
        for pk in sorted(owing.keys() & parties_to(held, self.register)):
            by = frozenset(edition.agreement_id for edition, _deadlines in owing[pk])
            promises = [one for _edition, deadlines in owing[pk] for one in deadlines]
            yield Owed(pk, kind, span, self._due(span[1], promises), by, agreement=agreement)

    def _promised(
        self, customer: int, held: Iterable[AgreementEdition], kind: str
    ) -> list[tuple[AgreementEdition, list[Promise]]]:
        """List the editions that promise the customer a report so often, each with the promises that name a time for it."""
        units = {None, *agreed.line_of(customer, self.parents)}
        made = []
        for edition in held:
            rows = _reports(edition, kind)
            if rows and edition.agreement.consumer_id in units:
                made.append((edition, [one for row in rows for one in row.promises.all() if _names_time(one)]))
        return made

    def _due(self, ended: datetime, promises: list[Promise]) -> datetime:
        """Give when the report of a period that ended is due: by the strictest promise, else after the usual days."""
        if not promises:
            return self.office.add_days(ended, days=self.days)
        return min(_after(ended, one) for one in promises)


def _reports(edition: AgreementEdition, kind: str) -> list[AgreementRow]:
    """List the rows of an edition that promise a report so often."""
    return [row for row in edition.rows.all() if row.report_frequency == kind]


def _held_in(edition: AgreementEdition, span: Span) -> bool:
    """Tell whether an edition was in force at some instant of a span."""
    last = last_instant(span, at=span[1])
    if edition.applied_at is None or edition.valid_from is None or edition.applied_at > last:
        return False
    if edition.valid_from > local(last).date() or (edition.ended_at is not None and edition.ended_at <= span[0]):
        return False
    return edition.valid_to is None or edition.valid_to >= local(span[0]).date()


def _names_time(promise: Promise) -> bool:
    return promise.metric == "report" and promise.seconds is not None


def _after(ended: datetime, promise: Promise) -> datetime:
    """Count the promised time from the end of a period, in the hours of the promise where it has some."""
    seconds, hours = promise.seconds or 0, _hours_of(promise)
    return ended + timedelta(seconds=seconds) if hours is None else hours.add(ended, seconds=seconds)


def _hours_of(promise: Promise) -> Schedule | None:
    calendar = promise.calendar
    return None if calendar is None or calendar.current_id is None else schedule_of(calendar.current_id)


def with_issues(owed: Iterable[Owed]) -> list[Owed]:
    """Put the first edition of each report beside what is owed; a correction is no report of its own."""
    every = list(owed)
    rows = ReportIssue.objects.filter(
        edition=1, customer__in={one.customer for one in every}, starts_at__in={one.span[0] for one in every}
    )
    known: dict[Same, dict[str, Any]] = {
        (customer, kind, agreement, start): {"issue": pk, "issued_at": issued_at}
        for customer, kind, agreement, start, pk, issued_at in rows.values_list(*SAME, "pk", "issued_at")
    }
    return [replace(one, **known.get(one.same, {})) for one in every]
