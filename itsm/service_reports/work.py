"""What the worker does for reports: calculate what was asked for, make papers, prepare what is due, deliver what is issued.

What must happen is a row: the worker only looks for such rows. Every piece may be begun twice without harm.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from itsm.people.models import Organisation
from itsm.records.clock import whole
from itsm.service_reports import contract_years, owed, printing, steps, telling
from itsm.service_reports.access import IN_WORK
from itsm.service_reports.collecting import collect
from itsm.service_reports.kinds import OF_CALENDAR
from itsm.service_reports.models import ReportIssue
from itsm.service_reports.periods import before, local, period_of
from itsm.service_reports.scope import editions_of
from sla.issuing import freezes_at

STATE = ReportIssue.State


def go_on(at: datetime) -> int:
    """Calculate and draw what waits; gives how many reports were worked on."""
    waiting = ReportIssue.objects.waiting().filter(Q(asked_at__isnull=False) | printing.ready(at))
    keys = list(waiting.order_by("pk").values_list("pk", flat=True)[:20])
    return sum(calculate(key, at=at) + printing.draw(key, at=at) for key in keys)


def calculate(key: int, *, at: datetime) -> int:
    """Calculate the figures of a report where they are asked for and no worker does so."""
    claimed = ReportIssue.objects.filter(printing.free(at), pk=key, asked_at__isnull=False).update(claimed_at=at)
    if not claimed:
        return 0
    issue = ReportIssue.objects.select_related("customer").get(pk=key)
    span = contract_years.span_of(issue)

    def told(done: int, of: int) -> None:
        ReportIssue.objects.filter(pk=key).update(done=done, of=of)

    document = collect(issue.customer, span, at=at, kind=issue.period, agreement=issue.agreement_id, told=told)
    codes = [one["code"] for one in document["services"]]
    with transaction.atomic():
        held = ReportIssue.objects.select_for_update().get(pk=key)
        if held.state not in IN_WORK or held.claimed_at != at:
            return 0
        held.calculated_at, held.ends_at = whole(at), span[1]
        if held.asked_at == issue.asked_at:
            held.asked_at = None
        held.claimed_at = None
        steps.lay_down(held, document)
        held.save()
        held.services.set(steps.services_by(codes))
        held.agreements.set(editions_of(held.customer, span, at=at, agreement=held.agreement_id))
        if held.prepared_by_id is None:
            telling.prepared(held, at=at)
    return 1


def tend(at: datetime) -> int:
    """Prepare the reports of the periods that are over, freshen those in preparation, and deliver what was issued."""
    return _prepare(at) + _freshen(at) + _deliver(at) + printing.ask_anew(at)


def _prepare(at: datetime) -> int:
    """Prepare the report of each period that is over, for every customer that is owed one, and tell who keeps reports."""
    ended = [(kind, before(period_of(local(at).date(), kind), kind)) for kind in OF_CALENDAR]
    missing = [one for kind, span in ended for one in owed.of_period(kind, span) if one.issue is None]
    missing += [one for one in owed.of_contract_years(at - owed.YEAR, at) if one.issue is None]
    customers = Organisation.objects.in_bulk({one.customer for one in missing})
    for one in missing:
        steps.prepare(customers[one.customer], one.span, by=None, at=at, kind=one.kind, agreement=one.agreement)
    return len(missing)


def _freshen(at: datetime) -> int:
    """Calculate again what is in preparation since yesterday, until its figures are frozen."""
    rows = ReportIssue.objects.without_figures().filter(
        state__in=IN_WORK, asked_at=None, calculated_at__lt=at - timedelta(days=1)
    )
    wanted = [one.pk for one in rows.order_by("pk") if one.is_provisional or at < freezes_at(one.ends_at)]
    return int(ReportIssue.objects.filter(pk__in=wanted, asked_at=None, state__in=IN_WORK).update(asked_at=at))


def _deliver(at: datetime) -> int:
    """Mail issued reports whose papers are made; each representative gets one, ever."""
    sent = 0
    for issue in ReportIssue.objects.filter(state=STATE.ISSUED, sent_at=None, papers_wanted=False).select_related(
        "customer"
    ):
        with transaction.atomic():
            if ReportIssue.objects.filter(pk=issue.pk, sent_at=None).update(sent_at=whole(at)):
                telling.deliver(issue, at=at)
                sent += 1
    return sent
