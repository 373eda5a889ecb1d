"""The longest way of a case through the teams and the supplier that stand under an SLA, and whether it fits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.utils.timezone import localdate

from itsm.hours.instants import epoch_of
from itsm.hours.models import Calendar, schedule_of
from itsm.hours.windows import BadHours
from itsm.hours.worktime import Schedule
from sla.models import INTERNAL, AgreementEdition, AgreementRow, Promise

HOUR, WEEK = 3600, 7 * 24


@dataclass(frozen=True)
class Leg:
    """One promise on the way: whose, what, how long, by which hours."""

    number: str
    zh: str
    en: str
    metric: str
    seconds: int
    calendar: Calendar

    def told(self) -> dict[str, Any]:
        """Give it as plain values."""
        who = {"zh": self.zh, "en": self.en}
        return {"number": self.number, "who": who, "metric": self.metric, "seconds": self.seconds}


#: What of a lower agreement adds up to each promise of an SLA, by its type; of several the first that it has.
PARTS: dict[str, dict[str, tuple[tuple[str, ...], ...]]] = {
    "resolution": {"ola": (INTERNAL,), "uc": (("resolution",),)},
    "fulfilment": {"ola": (INTERNAL,), "uc": (("fulfilment",), ("resolution",))},
    "response": {"ola": (("response",),), "uc": (("response",),)},
    "update": {"ola": (("update",),), "uc": (("update",),)},
}


def serves(lower: AgreementRow, row: AgreementRow) -> bool:
    """Tell whether a row below is for the service of a row of the SLA; one without a service is for every."""
    return lower.service_id is None or row.service_id is None or lower.service_id == row.service_id


def serving(lower: Iterable[AgreementEdition], row: AgreementRow) -> list[tuple[AgreementEdition, AgreementRow]]:
    """List the rows below that are for the service of a row, those that name it first; they go before general ones of theirs."""
    found = []
    for edition in lower:
        rows = [one for one in edition.rows.all() if serves(one, row)]
        own = [one for one in rows if one.service_id is not None and one.service_id == row.service_id]
        found += [(edition, one) for one in own or rows]
    return sorted(found, key=lambda pair: pair[1].service_id is None)


def named(edition: AgreementEdition) -> tuple[str, str]:
    """Name who provides, in Chinese and English."""
    agreement = edition.agreement
    who: Any = agreement.provider_team or agreement.provider
    return (who.name_zh, who.name_en) if who is not None else (agreement.title, agreement.title)


def longest_path(
    lower: Iterable[AgreementEdition], row: AgreementRow, promise: Promise, *, priority: int | None
) -> list[Leg]:
    """Walk from the first line up to the supplier, at each tier through the team that takes longest."""
    at_tier: dict[int, list[list[Leg]]] = defaultdict(list)
    for edition, one in serving(lower, row):
        team = edition.agreement.provider_team
        tier = team.tier if edition.agreement.type == "ola" and team is not None else 9
        at_tier[tier].append(_legs(edition, one, row.service or one.service, promise, priority=priority))
    longest = [max(ways, key=_length) for _tier, ways in sorted(at_tier.items())]
    return [leg for way in longest for leg in way]


def _length(way: list[Leg]) -> int:
    return sum(leg.seconds for leg in way)


def _legs(
    edition: AgreementEdition, row: AgreementRow, service: Any, promise: Promise, *, priority: int | None
) -> list[Leg]:
    for metrics in PARTS[promise.metric][edition.agreement.type]:
        found = [_leg(edition, row, service, metric, promise, priority=priority) for metric in metrics]
        if any(found):
            return [leg for leg in found if leg is not None]
    return []


def _leg(
    edition: AgreementEdition, row: AgreementRow, service: Any, metric: str, promise: Promise, *, priority: int | None
) -> Leg | None:
    fitting = [
        one
        for one in row.promises.all()
        if one.metric == metric and one.priority in (None, priority) and _same_work(one, promise)
    ]
    best = max(fitting, key=lambda one: (one.priority is not None, one.process != "", one.seconds or 0), default=None)
    if best is None or not best.seconds:
        return None
    zh, en = named(edition)
    return Leg(edition.agreement.number or "", zh, en, metric, best.seconds, hours_of(best, edition, service))


def _same_work(one: Promise, promise: Promise) -> bool:
    """Tell whether both may count on the same case: their processes and what is ordered do not exclude each other."""
    return not (one.process and promise.process and one.process != promise.process) and not (
        one.request_item_id and promise.request_item_id and one.request_item_id != promise.request_item_id
    )


def grades(row: AgreementRow, promise: Promise) -> list[int | None]:
    """List the priorities that a promise is for: its own, or those for which the row has no other of the same kind."""
    if promise.priority is not None:
        return [promise.priority]
    own = {
        one.priority for one in row.promises.all() if one.metric == promise.metric and one.process == promise.process
    }
    return [None, *(grade for grade in range(1, 6) if grade not in own)]


def hours_of(promise: Promise, edition: AgreementEdition, service: Any) -> Calendar:
    """Give the hours by which a promise counts on a case of ``service``, as its clock would."""
    if promise.calendar is not None:
        own: Calendar = promise.calendar
        return own
    named: Calendar | None = service.hours if service is not None else edition.hours
    if named is not None:
        return named
    usual: Calendar = Calendar.objects.get(code="service-hours")
    return usual


def overrun(sla: AgreementEdition, row: AgreementRow, promise: Promise, legs: Sequence[Leg]) -> tuple[int, int]:
    """Reckon how long the way takes in the hours of the promise, at the worst hour of a week, and how much is too much.

    Hours may differ: what a team does on weekdays only takes a promise around the clock over the weekend.
    """
    mine = _schedule(hours_of(promise, sla, row.service))
    others = [(leg.seconds, _schedule(leg.calendar)) for leg in legs]
    worst = 0
    for start in _starts(sla):
        try:
            here = start
            for seconds, schedule in others:
                here = schedule.add_epoch(here, seconds)
            worst = max(worst, mine.between_epoch(start, here))
        except BadHours:
            continue
    return worst, worst - (promise.seconds or 0)


def _schedule(calendar: Calendar) -> Schedule:
    if calendar.current_id is None:
        raise BadHours("A calendar without hours.")
    return schedule_of(calendar.current_id)


def _starts(sla: AgreementEdition) -> range:
    """Give each hour of the first whole week of the edition."""
    day = sla.valid_from or localdate(sla.written_at)
    monday = day + timedelta(days=-day.weekday() % 7)
    first = epoch_of(datetime.combine(monday, time.min, tzinfo=UTC))
    return range(first, first + WEEK * HOUR, HOUR)
