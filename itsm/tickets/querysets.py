"""Questions about tickets and comments; visible_to() is where every list and page begins."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from itsm.records import register

if TYPE_CHECKING:
    from itsm.people.models import Person

#: Roles that see every case of the desk (confidential ones apart).
SEES_ALL = frozenset({
    "agent", "incident_manager", "problem_manager", "change_manager", "release_manager", "config_manager", "slm",
    "service_owner", "brm", "auditor", "management_rep",
})  # fmt: skip
#: Roles that see what their teams hold or held.
HOLDERS = frozenset({"engineer", "problem_handler"})
#: Roles that read internal notes of the cases they see.
READS_NOTES = frozenset({
    "agent", "incident_manager", "problem_manager", "change_manager", "release_manager", "config_manager", "auditor",
})  # fmt: skip

#: What an open case is in danger of, at an instant: each name is also that of the question below.
RISKS: dict[str, Callable[[Any], Q]] = {
    "late": lambda at: Q(due_at__lt=at),
    "at_risk": lambda at: Q(warn_at__lte=at, due_at__gte=at),
    "unassigned": lambda _at: Q(assignee=None),
    "undecided": lambda _at: Q(phase="new"),
}


def overseen(person: Person) -> list[str]:
    """Name the processes whose confidential cases ``person`` oversees by a role."""
    return [row.key for row in register.processes() if row.overseers and person.holds(*row.overseers, process=row.key)]


def own(person: Person) -> Q:
    """Cases that the person asked for, or that are for them."""
    return Q(requester=person.pk) | Q(requested_for=person.pk)


def held(person: Person) -> Q:
    """Cases that the person's teams hold or held, or that are assigned to the person."""
    from itsm.tickets.models import Assignment

    past = Assignment.objects.filter(team__in=person.team_ids, ticket=models.OuterRef("pk"))
    return Q(assignee=person.pk) | Q(team__in=person.team_ids) | Q(models.Exists(past))


class TicketQuerySet(models.QuerySet[Any]):
    """Questions about cases."""

    def visible_to(self, person: Person) -> TicketQuerySet:
        """What ``person`` may know of: see docs/access.md.

        Own cases; those of units one leads; what one must approve; for second line what their teams hold or held;
        for the desk and process roles everything but confidential cases that are neither theirs nor their team's.
        """
        if "incident_manager" in person.role_codes:
            return self.exclude(kept_from=person.pk)
        seen = self._worked(person) | own(person)
        if not person.role_codes & SEES_ALL:  # who sees every open-to-all case gains nothing by leading a unit
            seen |= Q(unit__in=person.led_unit_ids) & Q(confidential=False)
        return self.filter(seen | Q(pk__in=person.approvals.values("ticket")))

    def worked_by(self, person: Person) -> TicketQuerySet:
        """What ``person`` may work on or oversee by role, own cases aside."""
        return self.filter(self._worked(person))

    def notes_read_by(self, person: Person) -> TicketQuerySet:
        """Cases whose internal notes ``person`` may read."""
        return self.filter(self._reads(person))

    def _reads(self, person: Person) -> Q:
        return self._worked(person, person.role_codes - (SEES_ALL - READS_NOTES))

    def with_rights(self, person: Person) -> TicketQuerySet:
        """Say of each case whether ``person`` works on it or oversees it, and reads its notes.

        ``is_worked`` and ``shows_notes``: the answers of ``worked_by`` and ``notes_read_by`` for one row.
        """
        works, reads = self._worked(person), self._reads(person)
        truth = models.BooleanField()
        told: TicketQuerySet = self.annotate(
            is_worked=models.ExpressionWrapper(works, output_field=truth),
            shows_notes=models.ExpressionWrapper(reads, output_field=truth),
        )
        return told

    def _worked(self, person: Person, roles: frozenset[str] | None = None) -> Q:
        roles = person.role_codes if roles is None else roles
        seen = self._reached(person, roles)
        for process in register.processes():
            part = process.seen_by(person) if process.seen_by is not None else None
            if part is not None:
                seen |= part
        return seen & ~Q(kept_from=person.pk)

    def _reached(self, person: Person, roles: frozenset[str]) -> Q:
        mine = Q(assignee=person.pk) | Q(team__in=person.team_ids)
        if "incident_manager" in roles:
            return Q(pk__isnull=False)
        if kinds := overseen(person):
            mine |= Q(kind__in=kinds)
        if roles & SEES_ALL:
            return Q(confidential=False) | mine
        if roles & HOLDERS:
            return (Q(confidential=False) & held(person)) | mine
        return Q(kind__in=kinds) if kinds else Q(pk__in=[])

    def open(self) -> TicketQuerySet:
        """Only cases that are not done."""
        return self.filter(phase__in=["new", "working", "waiting"])

    def standing(self) -> TicketQuerySet:
        """Only cases that were not merged into another."""
        return self.filter(merged_into=None)

    def undecided(self) -> TicketQuerySet:
        """Only cases that nobody has judged yet."""
        return self.filter(RISKS["undecided"](None))

    def unassigned(self) -> TicketQuerySet:
        """Only cases with no assignee."""
        return self.filter(RISKS["unassigned"](None))

    def late(self, *, at: datetime) -> TicketQuerySet:
        """Only cases whose running clock is past due."""
        return self.filter(RISKS["late"](at))

    def at_risk(self, *, at: datetime) -> TicketQuerySet:
        """Only cases past their warning time and not yet late."""
        return self.filter(RISKS["at_risk"](at))


class CommentQuerySet(models.QuerySet[Any]):
    """Questions about comments."""

    def visible_to(self, person: Person) -> CommentQuerySet:
        """Public ones of visible cases, internal ones only where the person reads notes."""
        from itsm.tickets.models import Ticket

        public = Q(kind="public", ticket__in=Ticket.objects.visible_to(person))
        return self.filter(public | Q(ticket__in=Ticket.objects.notes_read_by(person)))

    def public(self) -> CommentQuerySet:
        """Only what the requester may read."""
        return self.filter(kind="public")
