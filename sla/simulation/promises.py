"""The agreements that were ever put in force, as the simulator asks them: by stretch of time, so that answers are kept."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.timezone import localdate

from itsm.hours.instants import epoch_of, moment
from itsm.people.models import Organisation
from sla import agreed, agreements
from sla.models import AgreementEdition
from sla.simulation.life import Key
from sla.simulation.policy import PROVISIONAL, Promised


class Case(NamedTuple):
    """What is asked of a case by promises."""

    kind: str
    request_item_id: int | None


class AgreedPromises:
    """Promises to customers; the same rules choose them as for real clocks (``sla.agreed``, ``sla.agreements``)."""

    def __init__(self) -> None:
        """This will read every edition that was ever put in force."""
        self._editions = [one for one in agreed.editions() if one.agreement.type == "sla"]
        self._parents = dict(Organisation.objects.values_list("pk", "parent_id")) if self._editions else {}
        self._edges = sorted({edge for one in self._editions for edge in _edges(one)})
        self._in_force: dict[int, list[AgreementEdition]] = {}

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was ever agreed."""
        return not self._editions

    def period(self, received: int) -> int:
        """This will tell in which stretch of the same agreements an instant lies."""
        return bisect_right(self._edges, received)

    def promise(self, metric: str, kind: str, key: Key, unit: int | None, period: int) -> Promised | None:
        """This will find what is promised; None where no agreement says anything."""
        if period == 0:
            return None
        subject = agreements.Subject(agreed.line_of(unit, self._parents), key.service, key.item)
        row = agreements.best_row(self._editions_of(period), subject)
        found = agreed.best_promise(row, Case(kind, key.item), metric, priority=key.priority or PROVISIONAL)
        if found is None:
            return None
        calendar = found.calendar.code if found.calendar is not None else None
        return Promised(found.seconds or 0, calendar, found.starts, found.stops, found.pauses)

    def _editions_of(self, period: int) -> list[AgreementEdition]:
        if period not in self._in_force:
            at = moment(self._edges[period - 1])
            on = localdate(at)
            self._in_force[period] = [one for one in self._editions if one.in_force(at=at, on=on)]
        return self._in_force[period]


def _edges(edition: AgreementEdition) -> Iterator[int]:
    """At which instants an edition begins and ends to count."""
    for instant in (edition.applied_at, edition.ended_at):
        if instant is not None:
            yield epoch_of(instant)
    if edition.valid_from is not None:
        yield _midnight(edition.valid_from)
    if edition.valid_to is not None and edition.valid_to < date.max:
        yield _midnight(edition.valid_to + timedelta(days=1))


def _midnight(day: date) -> int:
    return epoch_of(datetime.combine(day, datetime.min.time(), tzinfo=ZoneInfo(settings.TIME_ZONE)))
