"""Questions about surveys; visible_to() is where every list and page begins."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from itsm.tickets.models import Ticket
from relationships import survey_access as access

if TYPE_CHECKING:
    from itsm.people.models import Person

#: States in which a response counts as an answer.
ANSWERED = ("submitted", "registered", "complained")
#: What somebody must look at: a comment, a low score, or the wish to complain.
WORTH_A_LOOK = Q(has_comment=True) | Q(is_low=True) | Q(wants_complaint=True)


class CampaignQuerySet(models.QuerySet[Any]):
    """Questions about surveys."""

    def visible_to(self, person: Person) -> CampaignQuerySet:
        """All for those who run, read or review surveys; nothing for everybody else."""
        return self if person.role_codes & access.KNOWS else self.none()

    def running(self) -> CampaignQuerySet:
        """Only those that collect answers."""
        return self.filter(state="running")

    def standing(self) -> CampaignQuerySet:
        """Only those that ask after the closure of cases."""
        return self.filter(mode="transactional")


class ResponseQuerySet(models.QuerySet[Any]):
    """Questions about responses."""

    def visible_to(self, person: Person) -> ResponseQuerySet:
        """All for the relationship manager and auditors; for the desk what is to be registered; one's own."""
        if access.reads_answers(person):
            return self
        mine = Q(invitation__person=person)
        if access.registers(person):
            mine |= Q(state="submitted")
        return self.filter(mine)

    def answered(self) -> ResponseQuerySet:
        """Only those that came back."""
        return self.filter(state__in=ANSWERED)

    def to_register(self) -> ResponseQuerySet:
        """Only those that somebody must look at: a comment, a low score, or the wish to complain."""
        return self.filter(WORTH_A_LOOK, state="submitted")


class ActionQuerySet(models.QuerySet[Any]):
    """Questions about the actions that reviews decided."""

    def visible_to(self, person: Person) -> ActionQuerySet:
        """All for those who run, read or review; for others their own."""
        if not person.role_codes & access.KNOWS:
            return self.filter(owner=person.pk)
        unseen = Ticket.objects.exclude(pk__in=Ticket.objects.visible_to(person).values("pk"))
        complaints = unseen.filter(kind="complaint", improvement_actions__isnull=False)
        return self.filter(Q(owner=person.pk) | ~Q(record__in=complaints.values("pk")))

    def late(self, *, on: date) -> ActionQuerySet:
        """Only those whose day has passed."""
        return self.open().filter(due_on__lt=on)

    def open(self) -> ActionQuerySet:
        """Only those that are not done."""
        return self.filter(done_at=None)
