"""The figures of agreements (domain 4.8): what was kept of each promise, by teams, suppliers, services."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Count as Counted
from django.db.models import Q
from django.utils.timezone import localdate

from catalogue.models import Service
from itsm.records.figures import Rows, Share, share
from sla import agreements
from sla.attained import MET, MISSED, of_suppliers, of_teams
from sla.models import AgreementEdition, AgreementRow, AvailabilityIssue, Clock, ClockQuerySet, Promise


@dataclass(frozen=True)
class Kept:
    """What came of one promise in a period: cases that met and missed it, and the goal."""

    promise: Promise
    met: int
    missed: int

    @property
    def share(self) -> Share:
        """The share that was kept; a dash where nothing was judged."""
        return Share(self.met, self.met + self.missed)

    @property
    def passed(self) -> bool | None:
        """Tell whether the goal was reached, exactly; None where nothing was judged."""
        ratio = self.share.ratio
        return None if ratio is None else ratio >= Fraction(Decimal(str(self.promise.goal_percent))) / 100


def judged(*, start: datetime, end: datetime) -> ClockQuerySet:
    """List the judged clocks of promises: of cases closed in the period, and what teams did in it."""
    rows = Clock.objects.filter(MET | MISSED, is_deadline=False, carried_to=None, terms__has_key="promise")
    closed = Q(record__ticket__closed_at__gte=start, record__ticket__closed_at__lt=end)
    of_teams = Q(stopped_at__gte=start, stopped_at__lt=end)
    between = Clock.objects.between_teams().values("pk")
    return rows.filter((closed & ~Q(pk__in=between)) | (of_teams & Q(pk__in=between)))


def kept(promises: Iterable[Promise], *, start: datetime, end: datetime) -> list[Kept]:
    """Count what came of each promise in the period."""
    every = list(promises)
    rows = judged(start=start, end=end).filter(terms__promise__in=[one.pk for one in every])
    counted: dict[int, dict[str, int]] = defaultdict(lambda: {"met": 0, "missed": 0})
    for row in rows.order_by().values("terms__promise", "state").annotate(n=Counted("pk")):
        counted[int(row["terms__promise"])]["met" if row["state"] == "met" else "missed"] += row["n"]
    return [Kept(one, **counted[one.pk]) for one in every]


def _share(rows: Any) -> Share:
    return share(Rows(rows.filter(MET), "record"), Rows(rows, "record"))


def promises_kept(*, start: datetime, end: datetime) -> Share:
    """Count the promises to customers that were kept among those judged on cases closed in the period."""
    rows = judged(start=start, end=end).exclude(record__kind="supplier_case")
    return _share(rows.exclude(metric__in=("acceptance", "handling")))


def ola_attainment(*, start: datetime, end: datetime) -> Share:
    """Count what teams accepted and did in the time that they promised each other, among what ended in the period."""
    return of_teams(judged(start=start, end=end).filter(metric__in=("acceptance", "handling")).with_team())


def uc_attainment(*, start: datetime, end: datetime) -> Share:
    """Count the supplier cases answered in the time of an underpinning agreement, among those closed in the period, by supplier."""
    rows = judged(start=start, end=end).filter(record__kind="supplier_case")
    return of_suppliers(rows)


def services_in_breach(*, start: datetime, end: datetime) -> Share:
    """Count the services with a target that fell short of its goal, among those with an SLA in force at the period's end.

    Of availability and its limits count the issued months that begin in the period.
    """
    rows = [row for edition in agreements.in_force(at=end) for row in edition.rows.all() if row.service_id]
    promises = [promise for row in rows for promise in row.promises.all()]
    short = {one.promise.row_id for one in kept(promises, start=start, end=end) if one.passed is False}
    services = Service.objects.filter(pk__in={row.service_id for row in rows})
    late = {row.service_id for row in rows if row.pk in short}
    failed = services.filter(Q(pk__in=late) | Q(pk__in=_short_of_availability(start, end)))
    return share(Rows(failed, of="service", service="pk"), Rows(services, of="service", service="pk"))


def _short_of_availability(start: datetime, end: datetime) -> Any:
    """Give the services that an issued month says to have missed its availability or a limit, of whatever period."""
    months = AvailabilityIssue.objects.latest().filter(starts_at__gte=start, starts_at__lt=end)
    caps = Q(figures__caps__downtime__kept=False) | Q(figures__caps__longest_outage__kept=False)
    caps |= Q(figures__caps__outages__kept=False)
    for name in ("downtime", "longest_outage", "outages"):
        caps |= Q(figures__own__contains=[{"caps": {name: {"kept": False}}}])
    return months.filter(Q(figures__met=False) | Q(figures__own__contains=[{"met": False}]) | caps).values("service")


def reviews_late(*, start: datetime, end: datetime) -> Share:
    """Count the agreements in force whose review was due before the end of the period."""
    editions = AgreementEdition.objects.in_force_now()
    late = editions.filter(next_review_on__lt=localdate(end))
    return share(Rows(late, "agreement"), Rows(editions, "agreement"))


def cannot_be_kept(*, start: datetime, end: datetime) -> Share:
    """Count the SLA in force that promise more than what they stand on allows."""
    editions = AgreementEdition.objects.in_force_now().filter(agreement__type="sla")
    return share(Rows(editions.exclude(chain=[]), "agreement"), Rows(editions, "agreement"))


def agreement_rows(*, start: datetime, end: datetime) -> Any:
    """Give the editions in force with both parties, as evidence of clause 6.1."""
    rows = AgreementEdition.objects.in_force(at=end).select_related("agreement__provider", "agreement__consumer")
    return rows.order_by("agreement__type", "agreement")


def signature_rows(*, start: datetime, end: datetime) -> Any:
    """Give the editions signed in the period with their signatories."""
    rows = AgreementEdition.objects.filter(signed_at__gte=start, signed_at__lt=end).select_related("agreement")
    return rows.prefetch_related("signatories").order_by("signed_at", "pk")


def review_rows(*, start: datetime, end: datetime) -> Any:
    """Give the reviews of agreements that ended in the period, with their minutes in the journal."""
    from itsm.records.figures import moves_of

    return moves_of("agreement", "confirm_unchanged", "revise", start=start, end=end)


def rows_of_service(service: Any, *, at: datetime) -> list[AgreementRow]:
    """List the rows in force at ``at`` that promise something of a service."""
    found = agreements.in_force(at=at, service=service)
    return [row for edition in found for row in edition.rows.all() if row.service_id in (None, service.pk)]


EVIDENCE = {
    "agreements_in_force": agreement_rows,
    "agreements_signed": signature_rows,
    "agreements_reviewed": review_rows,
}
