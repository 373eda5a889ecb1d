"""The workload that agreements are meant for, beside the one that came: shown, and no promise, so that it frees nobody of one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from itsm.people.models import Organisation
from itsm.service_reports.amounts import Figure, counted
from itsm.service_reports.kinds import OF_CALENDAR
from itsm.service_reports.periods import Span
from itsm.service_reports.scope import Subject
from itsm.service_reports.sources import WITH_PRIORITY, units_of
from itsm.tickets.models import Ticket
from sla.models import AgreementEdition
from sla.promise_periods import Told, first_days, told

#: The kinds of cases that are counted for a measure; what else an agreement limits nothing here counts.
COUNTED = {"cases": WITH_PRIORITY, "requests": ("service_request",), "changes": ("change",)}
PER = ("day", *OF_CALENDAR)
Kept = dict[str, Any]
#: A case that was received: its key, kind and service, and when.
Received = tuple[int, str, int, datetime]


@dataclass(frozen=True)
class Limited:
    """A limit of an edition with its place, the services that it is for, and the periods that it is compared over."""

    edition: AgreementEdition
    limit: Mapping[str, Any]
    place: int
    services: frozenset[int]
    periods: Sequence[Told]

    def compared(self, received: Iterable[Received]) -> tuple[Kept, dict[str, Figure]]:
        """Lay it out with the most that came in one of its periods, and the figure of that; without where nothing counts it."""
        agreement = self.edition.agreement
        said = {name: self.limit.get(name, "") for name in ("metric", "most", "per")}
        said |= {"agreement": agreement.number, "title": agreement.title, "figure": None, "exceeded": None}
        if not self.periods:
            return said, {}
        kinds = COUNTED[said["metric"]]
        mine = [one for one in received if one[1] in kinds and one[2] in self.services]
        loads = [[key for key, _kind, _service, at in mine if one.start <= at < one.until] for one in self.periods]
        most, one = max(zip(loads, self.periods, strict=True), key=lambda found: len(found[0]))
        key = f"all.workload.{agreement.number}.{self.place}"
        is_over = all(one.is_over for one in self.periods)
        exceeded = True if len(most) > int(said["most"]) else False if is_over else None
        found = {"start": one.start.isoformat(), "end": one.end.isoformat(), "over": one.is_over, "of": len(loads)}
        return said | found | {"figure": key, "exceeded": exceeded}, {key: counted([("record", pk, 1) for pk in most])}


def compared(
    customer: Organisation, editions: Sequence[AgreementEdition], about: Sequence[Subject], span: Span, *, at: datetime
) -> tuple[list[Kept], dict[str, Figure]]:
    """Compare what agreements limit with what was received, and give the figures; a few statements where something is counted."""
    limited = list(_limited(editions, about, span, at=at))
    since = min((one.periods[0].start for one in limited if one.periods), default=None)
    services = {key for one in limited for key in one.services}
    received = [] if since is None else _received(customer, services, (since, span[1]))
    made = [one.compared(received) for one in limited]
    return [said for said, _figures in made], {key: one for _said, figures in made for key, one in figures.items()}


def _limited(
    editions: Sequence[AgreementEdition], about: Sequence[Subject], span: Span, *, at: datetime
) -> Iterator[Limited]:
    """Give every limit of the editions, by agreement."""
    mine = [one for one in sorted(editions, key=lambda one: one.agreement_id) if one.workload]
    begun = first_days(one.agreement_id for one in mine)
    for edition in mine:
        held = [one for one in about if one.row is not None and one.row.edition_id == edition.pk]
        services = frozenset(one.service.pk for one in held)
        for place, limit in enumerate(edition.workload, 1):
            periods: list[Told] = []
            if held and limit.get("metric") in COUNTED and limit.get("per") in PER:
                until, first_day = held[0].until, begun[edition.agreement_id]
                periods = told(str(limit["per"]), span, first_day=first_day, at=at, until=until)
            yield Limited(edition, limit, place, services, periods)


def _received(customer: Organisation, services: Iterable[int], span: Span) -> list[Received]:
    kinds = {kind for kinds in COUNTED.values() for kind in kinds}
    rows = Ticket.objects.filter(
        unit__in=units_of(customer), service__in=services, kind__in=kinds, received_at__gte=span[0], received_at__lt=span[1]
    )  # fmt: skip
    return list(rows.order_by("pk").values_list("pk", "kind", "service", "received_at"))
