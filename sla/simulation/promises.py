"""The agreements that were ever put in force, as the simulator asks them: by stretch of time, so that answers are kept."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.timezone import localdate

from catalogue.models import RequestItem
from itsm.hours.instants import epoch_of, moment
from itsm.hours.models import Calendar
from itsm.people.models import Organisation
from sla import agreed, agreements
from sla.models import AgreementEdition, AgreementRow, Promise, ServiceAgreement
from sla.simulation.agreed_draft import DraftedAgreement, DraftedRow
from sla.simulation.life import Key
from sla.simulation.policy import PROVISIONAL, Promised

#: Greater than any key that is kept: of two alike, what is tried goes first.
DRAFT_KEY = 2**62


class Case(NamedTuple):
    """What is asked of a case by promises."""

    kind: str
    request_item_id: int | None


class AgreedPromises:
    """Promises to customers; the same rules choose them as for real clocks (``sla.agreed``, ``sla.agreements``)."""

    def __init__(self, editions: Iterable[AgreementEdition], *, drafted: DraftedAgreement | None = None) -> None:
        """This will keep the agreements with customers among ``editions``, and one that is only ``drafted``."""
        self._editions = [one for one in editions if one.agreement.type == "sla"]
        self._plan, self._drafted = drafted, edition_of(drafted) if drafted else None
        self._parents = {} if self.is_empty else dict(Organisation.objects.values_list("pk", "parent_id"))
        edges = {edge for one in self._editions for edge in _edges(one)}
        self._edges = sorted(edges | set(_bounds(drafted.since, drafted.until) if drafted else ()))
        self._in_force: dict[int, list[AgreementEdition]] = {}

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was ever agreed."""
        return not self._editions and self._drafted is None

    def with_draft(self, drafted: DraftedAgreement, *, alone: bool) -> AgreedPromises:
        """This will give the same with an agreement that is tried; ``alone`` leaves the others aside."""
        return AgreedPromises([] if alone else self._editions, drafted=drafted)

    def period(self, received: int) -> int:
        """This will tell in which stretch of the same agreements an instant lies."""
        return bisect_right(self._edges, received)

    def promise(self, metric: str, kind: str, key: Key, unit: int | None, period: int) -> Promised | None:
        """This will find what is promised; None where no agreement says anything."""
        found = self._found(metric, kind, key, unit, period)
        if found is None:
            return None
        calendar = found.calendar.code if found.calendar is not None else None
        return Promised(found.seconds or 0, calendar, found.starts, found.stops, found.pauses)

    def governs(self, kind: str, key: Key, unit: int | None, period: int) -> bool:
        """Tell whether the drafted agreement would promise something for a case."""
        found = (self._found(metric, kind, key, unit, period) for metric in ("response", "resolution", "fulfilment"))
        return any(one is not None and one.row.edition is self._drafted for one in found)

    def _found(self, metric: str, kind: str, key: Key, unit: int | None, period: int) -> Promise | None:
        subject = agreements.Subject(agreed.line_of(unit, self._parents), key.service, key.item)
        row = agreements.best_row(self._editions_of(period), subject)
        return agreed.best_promise(row, Case(kind, key.item), metric, priority=key.priority or PROVISIONAL)

    def _editions_of(self, period: int) -> list[AgreementEdition]:
        if period not in self._in_force:
            self._in_force[period] = list(self._counting(moment(self._edges[period - 1]) if period else None))
        return self._in_force[period]

    def _counting(self, at: datetime | None) -> Iterator[AgreementEdition]:
        """Give what is in force from ``at`` on (None is before everything): a draft takes the place of its agreement."""
        tried = self._plan is not None and _holds(self._plan, at)
        own = self._plan.agreement if tried and self._plan is not None else None
        if at is not None:
            on = localdate(at)
            kept = (one for one in self._editions if own is None or one.agreement_id != own)
            yield from (one for one in kept if one.in_force(at=at, on=on))
        if tried and self._drafted is not None:
            yield self._drafted


def _holds(plan: DraftedAgreement, at: datetime | None) -> bool:
    """Tell whether the drafted agreement counts at an instant."""
    if at is None:
        return plan.since is None
    on = localdate(at)
    return (plan.since is None or plan.since <= on) and (plan.until is None or on <= plan.until)


def edition_of(drafted: DraftedAgreement) -> AgreementEdition:
    """This will make an edition that is nowhere kept, so that the same rules choose it as for real clocks."""
    agreement = ServiceAgreement(type="sla", consumer_id=drafted.consumer)
    begins = drafted.since or date.max  # of two that name as much, the younger counts
    edition = AgreementEdition(pk=DRAFT_KEY, agreement=agreement, valid_from=begins, valid_to=drafted.until)
    rows = [_row_of(edition, row, place) for place, row in enumerate(drafted.rows)]
    edition._prefetched_objects_cache = {"rows": rows}  # type: ignore[attr-defined]  # what a prefetch would have read
    return edition


def _row_of(edition: AgreementEdition, drafted: DraftedRow, place: int) -> AgreementRow:
    row = AgreementRow(pk=DRAFT_KEY + place, edition=edition, position=place, service_id=drafted.service)
    promises = [
        Promise(
            row=row, metric=one.metric, process=one.process, priority=one.priority, request_item_id=one.item,
            seconds=one.seconds, calendar=Calendar(code=one.calendar) if one.calendar else None, starts=one.starts,
            stops=one.stops, pauses=one.pauses,
        )
        for one in drafted.promises
    ]  # fmt: skip
    offerings = [RequestItem(pk=key) for key in drafted.offerings]
    row._prefetched_objects_cache = {"promises": promises, "offerings": offerings}  # type: ignore[attr-defined]  # as above
    return row


def _edges(edition: AgreementEdition) -> Iterator[int]:
    """At which instants an edition begins and ends to count."""
    for instant in (edition.applied_at, edition.ended_at):
        if instant is not None:
            yield epoch_of(instant)
    yield from _bounds(edition.valid_from, edition.valid_to)


def _bounds(since: date | None, until: date | None) -> Iterator[int]:
    if since is not None:
        yield _midnight(since)
    if until is not None and until < date.max:
        yield _midnight(until + timedelta(days=1))


def _midnight(day: date) -> int:
    return epoch_of(datetime.combine(day, datetime.min.time(), tzinfo=ZoneInfo(settings.TIME_ZONE)))
