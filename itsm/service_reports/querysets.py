"""Questions about reports; visible_to() is where every list and page begins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from itsm.flow.roles import GRANTABLE

if TYPE_CHECKING:
    from itsm.people.models import Person

#: Who reads every report, and who prepares, approves and issues them.
READERS = frozenset({"slm", "brm", "management_rep", "auditor"})
PREPARERS = frozenset({"slm", "brm"})
APPROVERS = frozenset({"slm", "brm", "management_rep"})
OUT = ("issued", "acknowledged")
#: What tells a report from others, whatever its edition.
SAME = ("customer", "period", "agreement", "starts_at")


class IssueQuerySet(models.QuerySet[Any]):
    """Questions about reports."""

    def visible_to(self, person: Person) -> IssueQuerySet:
        """All for those who keep or oversee reports; for owners those with their services; for customers their issued ones.

        Issued ones also for the roles that a row of the agreement names as its readers.
        """
        if person.role_codes & READERS:
            return self.all()
        mine = Q(pk__in=[])
        if "service_owner" in person.role_codes:
            mine |= Q(services__owner=person.pk)
        return self.filter(mine | named_by_agreement(person) | spoken_for(person)).distinct()

    def without_figures(self) -> IssueQuerySet:
        """Leave the figures in the database, which are large, where only the reports are listed."""
        return self.defer("figures", "differences")

    def same_as(self, issue: Any) -> IssueQuerySet:
        """Only the editions of the same report: of its customer, kind, agreement and first instant."""
        agreement = Q(agreement=None) if issue.agreement_id is None else Q(agreement=issue.agreement_id)
        return self.filter(agreement, customer=issue.customer_id, period=issue.period, starts_at=issue.starts_at)

    def out(self) -> IssueQuerySet:
        """Only those that were issued."""
        return self.filter(state__in=OUT)

    def latest(self) -> IssueQuerySet:  # type: ignore[override]  # the newest of each period, not one row
        """Only the newest edition of each customer and period."""
        return self.filter(superseded=False)

    def waiting(self) -> IssueQuerySet:
        """Only those that are to be calculated, or whose papers are not made."""
        return self.filter(Q(asked_at__isnull=False) | Q(papers_wanted=True))


def named_by_agreement(person: Person) -> Q:
    """Match the issued reports whose agreement names a role of ``person`` among the readers of its reports."""
    codes = sorted(person.role_codes & set(GRANTABLE))
    if not codes:
        return Q(pk__in=[])
    return Q(agreements__rows__report_roles__regex=rf"\m({'|'.join(codes)})\M") & Q(state__in=OUT)


def spoken_for(person: Person) -> Q:
    """Match the issued reports of customers for whom ``person`` speaks: the lead of the unit, or a named representative."""
    own = Q(customer__lead=person.pk)
    if person.email:
        named = Q(customer__customer__contacts__email__iexact=person.email)
        own |= named & Q(customer__customer__contacts__kind="representative")
    return own & Q(state__in=OUT)
