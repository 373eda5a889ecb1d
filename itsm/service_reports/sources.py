"""What a report counts beside availability, read once for all services of a customer and period.

A record belongs to the period in which it was closed for attainment, and in which it was received for volume (domain 4.6).
Each source gives, for each service, rows of a figure; a customer's cases are those of its unit and all below.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from incidents.models import Incident, ServiceRequest
from itsm.people.models import Organisation
from itsm.records.models import Event, Link, LinkKind
from itsm.service_reports.amounts import Row
from itsm.service_reports.owed import Owed
from itsm.service_reports.periods import days_of, local
from itsm.tickets.models import Outage, Ticket
from relationships.survey_models import Answer
from relationships.survey_querysets import ANSWERED
from sla.attained import MET, MISSED
from sla.lifting import lifted_by
from sla.models import Clock, ClockEvent, ExclusionClaim, MaintenanceTurn

#: What is read of a judged clock.
OF_CLOCK = (
    "pk", "record_id", "metric", "state", "breached_at", "target_seconds", "elapsed_seconds", "started_at", "due_at", "breach_reason",
    "record__kind", "record__number", "record__ticket__service", "record__ticket__priority", "record__ticket__title",
    "record__ticket__confidential", "record__ticket__servicerequest__request_item", "record__ticket__closed_at",
)  # fmt: skip
NO_SERVICE = 0
WITH_PRIORITY = ("incident", "service_request")


@dataclass(frozen=True)
class Judged:
    """A clock of a case that was closed in the period: met or missed."""

    key: int
    record: int
    metric: str
    kind: str
    number: str
    title: str
    service: int
    priority: int | None
    item: int | None
    met: bool
    target: int
    elapsed: int
    started_at: datetime
    due_at: datetime | None
    reason: str
    closed_at: datetime

    @property
    def row(self) -> Row:
        """The row that it is in a figure."""
        return ("record", self.record, 1)


@dataclass
class Past:
    """Judged clocks and marks by service, from as early as a trend or a promise for longer reaches to the end of the period."""

    judged: dict[int, list[Judged]] = field(default_factory=lambda: defaultdict(list))
    lifted: dict[int, list[Judged]] = field(default_factory=lambda: defaultdict(list))
    marks: dict[int, list[tuple[date, Row]]] = field(default_factory=lambda: defaultdict(list))

    def judged_in(self, service: int, start: datetime, end: datetime) -> list[Judged]:
        """List the clocks of the cases of a service that were closed in a span."""
        return [one for one in self.judged[service] if start <= one.closed_at < end]

    def marks_in(self, service: int, start: datetime, end: datetime) -> list[Row]:
        """List the marks for a service that were given in a span."""
        first, last = days_of((start, end))
        return [row for day, row in self.marks[service] if first <= day <= last]


@dataclass
class Found:
    """Everything that was read, by service."""

    past: Past = field(default_factory=Past)
    judged: dict[int, list[Judged]] = field(default_factory=lambda: defaultdict(list))
    lifted: dict[int, list[Judged]] = field(default_factory=lambda: defaultdict(list))
    lifts: dict[int, ClockEvent] = field(default_factory=dict)
    received: dict[int, list[Row]] = field(default_factory=lambda: defaultdict(list))
    complaints: dict[int, list[Row]] = field(default_factory=lambda: defaultdict(list))
    marks: dict[int, list[Row]] = field(default_factory=lambda: defaultdict(list))
    closed: dict[int, list[Row]] = field(default_factory=lambda: defaultdict(list))
    silent: dict[int, list[Row]] = field(default_factory=lambda: defaultdict(list))
    reopened: dict[int, list[Row]] = field(default_factory=lambda: defaultdict(list))
    claims: dict[int, list[ExclusionClaim]] = field(default_factory=lambda: defaultdict(list))
    turns: dict[int, list[Any]] = field(default_factory=lambda: defaultdict(list))
    #: What came before the period, as far back as the trends of such promises reach.
    turns_before: dict[int, list[Any]] = field(default_factory=lambda: defaultdict(list))
    owed_before: list[Owed] = field(default_factory=list)
    causes: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    notes: dict[int, str] = field(default_factory=dict)
    first_known: dict[int, datetime] = field(default_factory=dict)
    owed: list[Owed] = field(default_factory=list)
    report_days: int = 0


def units_of(customer: Organisation) -> list[int]:
    """List the unit of a customer and all below it."""
    parents = dict(Organisation.objects.values_list("pk", "parent_id"))
    found, layer = [customer.pk], {customer.pk}
    while layer:
        layer = {pk for pk, parent in parents.items() if parent in layer} - set(found)
        found += sorted(layer)
    return found


def read(
    customer: Organisation, services: Iterable[int], start: datetime, end: datetime, *, since: datetime | None = None,
    turns_since: datetime | None = None,
) -> Found:  # fmt: skip
    """Read a period of a customer's services; so many statements whatever the services.

    Judged clocks and marks are read from ``since`` on, turns of maintenance from ``turns_since``.
    """
    units, keys, found = units_of(customer), list(services), Found()
    since = start if since is None else since
    cases = Ticket.objects.filter(unit__in=units, service__in=keys)
    nowhere = Ticket.objects.filter(
        unit__in=units, service=None, kind="complaint", received_at__gte=start, received_at__lt=end
    )
    found.complaints[NO_SERVICE] = [("record", pk, 1) for pk in nowhere.order_by("pk").values_list("pk", flat=True)]
    _clocks(found.past, units, keys, since, end)
    _cases(found, cases, keys, start, end)
    _marks(found.past, units, keys, since, end)
    for key in [*found.past.judged, *found.past.marks]:
        found.judged[key] = found.past.judged_in(key, start, end)
        found.marks[key] = found.past.marks_in(key, start, end)
    _lifted(found, start, end)
    _moves(found, units, keys, start, end)
    claims = ExclusionClaim.objects.within(start, end).filter(service__in=keys).prefetch_related("files")
    for claim in claims.order_by("started_at", "pk"):
        found.claims[claim.service_id].append(claim)
    _turns(found, keys, turns_since or start, start, end)
    _causes(found)
    return found


def _turns(found: Found, keys: list[int], since: datetime, start: datetime, end: datetime) -> None:
    """Read the turns of maintenance that were planned for a day of the period or before it, with the evidence of their tickets."""
    first, last = days_of((start, end))
    rows = MaintenanceTurn.objects.filter(service__in=keys, planned_on__gte=local(since).date(), planned_on__lte=last)
    for turn in rows.with_evidence().order_by("planned_on", "pk"):
        (found.turns if turn.planned_on >= first else found.turns_before)[turn.service_id].append(turn)


def _clocks(past: Past, units: list[int], keys: list[int], start: datetime, end: datetime) -> None:
    rows = Clock.objects.counted().filter(MET | MISSED | Q(state=Clock.State.LIFTED)).filter(
        record__ticket__closed_at__gte=start, record__ticket__closed_at__lt=end, record__ticket__unit__in=units,
        record__ticket__service__in=keys,
    )  # fmt: skip
    for row in rows.order_by("record_id", "metric", "cycle").values(*OF_CLOCK):
        one = _judged(row)
        by_service = past.lifted if row["state"] == Clock.State.LIFTED else past.judged
        by_service[one.service].append(one)


def _lifted(found: Found, start: datetime, end: datetime) -> None:
    """Keep the lifted misses of cases closed in the span, with who lifted each and why."""
    for key, rows in found.past.lifted.items():
        found.lifted[key] = [one for one in rows if start <= one.closed_at < end]
    if keys := [one.key for made in found.lifted.values() for one in made]:
        found.lifts = lifted_by(keys)


def _judged(row: dict[str, Any]) -> Judged:
    secret = row["record__ticket__confidential"]
    return Judged(
        key=row["pk"], record=row["record_id"], metric=row["metric"], kind=row["record__kind"], number=row["record__number"] or "",
        title="" if secret else row["record__ticket__title"], service=row["record__ticket__service"],
        priority=row["record__ticket__priority"], item=row["record__ticket__servicerequest__request_item"], met=row["state"] == "met",
        target=row["target_seconds"] or 0, elapsed=row["elapsed_seconds"] or 0, started_at=row["started_at"], due_at=row["due_at"],
        reason=row["breach_reason"], closed_at=row["record__ticket__closed_at"],
    )  # fmt: skip


def _cases(found: Found, cases: Any, keys: list[int], start: datetime, end: datetime) -> None:
    received = cases.filter(received_at__gte=start, received_at__lt=end).order_by("pk")
    for pk, kind, service in received.values_list("pk", "kind", "service"):
        if kind == "complaint":
            found.complaints[service].append(("record", pk, 1))
        elif kind in WITH_PRIORITY:
            found.received[service].append(("record", pk, 1))
    for service, first in (
        cases.order_by("service", "received_at").distinct("service").values_list("service", "received_at")
    ):
        found.first_known[service] = first
    outages = Outage.objects.counted().filter(service__in=keys).order_by("service", "started_at").distinct("service")
    for service, first in outages.values_list("service", "started_at"):
        found.first_known[service] = min(first, found.first_known.get(service, first))


def _marks(past: Past, units: list[int], keys: list[int], start: datetime, end: datetime) -> None:
    """Read the answers on the scale of satisfaction; of an anonymous survey each stands at its survey."""
    rows = Answer.objects.filter(question__kind="scale", value__isnull=False, response__state__in=ANSWERED)
    rows = rows.filter(response__submitted_on__range=days_of((start, end)))
    rows = rows.filter(response__unit__in=units).filter(
        Q(service__in=keys) | Q(service=None, response__service__in=keys)
    )
    named = (
        "service", "response__service", "response", "response__campaign", "response__anonymous", "value", "response__submitted_on",
    )  # fmt: skip
    for service, of_case, response, campaign, anonymous, value, day in rows.order_by("pk").values_list(*named):
        record = campaign if anonymous else response
        past.marks[service or of_case].append((day, ("record", record, value)))


def _moves(found: Found, units: list[int], keys: list[int], start: datetime, end: datetime) -> None:
    """Read closings, those by the timer among them, and reopenings, each as often as it happened."""
    rows = Event.objects.moves().filter(at__gte=start, at__lt=end, record__kind__in=WITH_PRIORITY)
    rows = rows.filter(Q(target="closed") | Q(name="reopen"))
    rows = rows.filter(record__ticket__unit__in=units, record__ticket__service__in=keys)
    named = ("record_id", "name", "target", "actor", "record__ticket__service")
    for record, name, target, actor, service in rows.order_by("at", "pk").values_list(*named):
        row: Row = ("record", record, 1)
        if name == "reopen":
            found.reopened[service].append(row)
        elif target == "closed":
            found.closed[service].append(row)
            if actor is None:
                found.silent[service].append(row)


def _causes(found: Found) -> None:
    """Read what is known of the cause of each missed case: how it was resolved, and the change or problem behind it."""
    missed = [one.record for rows in found.judged.values() for one in rows if not one.met]
    kinds = (LinkKind.CAUSED_BY_CHANGE, LinkKind.ESCALATED_TO_PROBLEM)
    links = Link.objects.filter(source__in=missed, kind__in=kinds).order_by("pk")
    for source, kind, number in links.values_list("source", "kind", "target__number"):
        found.causes[source].append(f"{kind} {number}")
    for model, column in ((Incident, "resolution_note"), (ServiceRequest, "fulfilment_note")):
        rows = model.objects.filter(pk__in=missed, confidential=False).values_list("pk", column)
        found.notes |= {pk: " ".join(str(note).split())[:160] for pk, note in rows if note}
