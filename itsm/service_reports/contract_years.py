"""Reports of contract years: whose year is meant, and from when to when it reaches.

A contract year belongs to one agreement; where a customer has several, one of them is named.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.utils.translation import gettext

from itsm.people.models import Organisation, Person
from itsm.records.refusals import Objected
from itsm.service_reports import kinds, steps
from itsm.service_reports.models import ReportIssue
from itsm.service_reports.periods import Span, days_of, local, midnight, period_of
from itsm.service_reports.scope import Subject
from itsm.ui.moments import day_text
from sla import agreements
from sla.contract_years import Life, lives
from sla.models import AgreementEdition, ServiceAgreement
from sla.promise_periods import CONTRACT_YEAR, month_after

DAY = timedelta(days=1)


class Asked(NamedTuple):
    """A period that a report is asked for; ``agreement`` is the key of that whose contract year it is."""

    span: Span
    agreement: int | None


class Day(NamedTuple):
    """What was written: a day, or a whole month by its first day."""

    first: date
    is_month: bool


def begun(agreement: int | None) -> date | None:
    """Give the day from which the agreement was first in force; None for a period of the calendar."""
    return None if agreement is None else lives([agreement])[agreement].first_day


def whose(editions: Iterable[AgreementEdition]) -> str:
    """Name the agreement of a contract year."""
    return " ".join(f"{one.agreement.number} {one.agreement.title}" for one in editions)


def cut(about: Iterable[Subject], span: Span, *, first_day: date | None) -> list[Subject]:
    """Let what is promised end with a contract year that its agreement cut; anything else is given back as it is."""
    whole = None if first_day is None else period_of(days_of(span)[0], CONTRACT_YEAR, first_day=first_day)
    is_cut = whole is not None and span[1] < whole[1]
    return [replace(one, ended_at=span[1]) if is_cut else one for one in about]


def span_of(issue: ReportIssue) -> Span:
    """Give the period of a report as it is known today: a contract year is cut where its agreement ended meanwhile."""
    if issue.agreement_id is None:
        return issue.starts_at, issue.ends_at
    life = lives([issue.agreement_id])[issue.agreement_id]
    return issue.starts_at, life.year(local(issue.starts_at).date())[1]


def prepared(given: dict[str, Any], *, by: Person, at: datetime) -> ReportIssue:
    """Begin the report that a form or a body asks for, its ``day`` and ``agreement`` read.

    :raises NotAllowed: if ``by`` does not prepare reports
    :raises Objected: if no period is to be told from it, or nothing can be reported of that
    """
    named = {name: given[name] for name in ("customer", "agreement")}
    span, agreement = asked(given["day"], given["kind"], **named, at=at)
    plain = {name: given[name] for name in ("kind", "reason", "years")}
    return steps.prepare(given["customer"], span, by=by, at=at, agreement=agreement, **plain)


def asked(
    written: Day, kind: str, *, customer: Organisation, agreement: ServiceAgreement | None, at: datetime
) -> Asked:
    """Find the period of a kind in which a month begins or a day lies; of contract years that of the one agreement it may be.

    :raises Objected: if it is not to be told whose contract year is meant, or the agreement was not in force then
    """
    if not kinds.kind_of(kind).of_agreement:
        if agreement is not None:
            raise Objected(
                fields={"agreement": gettext("Only a contract year is that of one agreement; leave it empty.")}
            )
        return Asked(period_of(written.first, kind), None)
    known = _known(customer, at=at)
    found = _chosen(known, agreement)
    return Asked(_year(known[found], found, written), found.pk)


def _known(customer: Organisation, *, at: datetime) -> dict[ServiceAgreement, Life]:
    """Give the agreements that were ever in force with a customer, in the order of their numbers, each with its life."""
    units = {None, *agreements.line_of(customer.pk)}
    rows = ServiceAgreement.objects.filter(type="sla", editions__applied_at__lte=at).distinct().order_by("pk")
    every = [one for one in rows if one.consumer_id in units]
    told = lives(one.pk for one in every)
    return {one: told[one.pk] for one in every if one.pk in told}


def _chosen(known: dict[ServiceAgreement, Life], agreement: ServiceAgreement | None) -> ServiceAgreement:
    if agreement in known:
        return agreement
    if agreement is not None:
        raise Objected(fields={"agreement": gettext("This agreement was never in force with this customer.")})
    if not known:
        raise Objected(fields={"agreement": gettext("No agreement was ever in force with this customer.")})
    if len(known) > 1:
        named = "、".join(f"{one.number} ({day_text(life.first_day)})" for one, life in known.items())
        raise Objected(fields={"agreement": gettext(
            "Choose the agreement whose contract year is meant. This customer has several, each with years from its own first day: %s."
        ) % named})  # fmt: skip
    return next(iter(known))


def _year(life: Life, agreement: ServiceAgreement, written: Day) -> Span:
    """Give the contract year in which a day lies; of a month the year that begins in it, else that in which it lies."""
    last = month_after(written.first) - DAY if written.is_month else written.first
    day = min(last, life.last_day) if written.is_month and life.last_day and life.last_day >= written.first else last
    if day < life.first_day:
        said = {"number": agreement.number, "day": day_text(life.first_day)}
        raise Objected(
            fields={
                "month": gettext("%(number)s was first in force on %(day)s: its contract years begin with that day.")
                % said
            }
        )
    if life.ended_at is not None and midnight(day) >= life.ended_at:
        said = {"number": agreement.number, "day": day_text(life.last_day or day)}
        raise Objected(
            fields={
                "month": gettext("%(number)s ended on %(day)s: there is no contract year of it after that day.") % said
            }
        )
    return life.year(day)
