"""Time worked on cases, and what an hour of each role costs: internal, never shown to those who ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models.functions import Round
from django.utils.translation import gettext_lazy as _

from itsm.flow.roles import ROLES

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from itsm.people.models import Person

#: Minutes that one entry may have, and one day of a person over all cases.
MOST_MINUTES = 1440
#: NT$ that an hour may cost at most.
MOST_RATE = 1_000_000
_STAYS = ("ticket_id", "person_id", "role", "minutes", "worked_on", "rate", "note", "entered_by_id", "entered_at")


def _all(row: str) -> str:
    return f"({', '.join(f'{row}.{column}' for column in _STAYS)})"


#: The lock of whoever enters time of one person: its key ends with that of the person. The trigger below takes it too.
LOCK = "time worked "
_FULL_DAY = """
PERFORM pg_advisory_xact_lock(hashtextextended('time worked ' || NEW.person_id, 0));
IF NEW.taken_back_at IS NULL AND NEW.minutes + (
    SELECT coalesce(sum(minutes), 0) FROM tickets_workentry
    WHERE person_id = NEW.person_id AND worked_on = NEW.worked_on AND taken_back_at IS NULL
) > 1440 THEN
    RAISE EXCEPTION 'A day has 24 hours.' USING ERRCODE = 'check_violation', CONSTRAINT = 'time_worked_within_a_day';
END IF;
RETURN NEW;
"""
_STAYS_THERE = """
IF coalesce(current_setting('itsm.maintenance', true), '') = '' THEN
    RAISE EXCEPTION 'Time worked is taken back, never deleted.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'time_worked_never_deleted';
END IF;
RETURN OLD;
"""
#: What an update may not do: change an entry, or what was taken back already.
_CHANGED = pgtrigger.Condition(f"OLD.taken_back_at IS NOT NULL OR {_all('OLD')} IS DISTINCT FROM {_all('NEW')}")


class WorkEntryQuerySet(models.QuerySet["WorkEntry"]):
    """Questions about time worked."""

    def visible_to(self, person: Person) -> WorkEntryQuerySet:
        """That of cases whose internal notes ``person`` may read."""
        from itsm.tickets.models import Ticket

        return self.filter(ticket__in=Ticket.objects.notes_read_by(person).values("pk"))

    def of_day(self, person: Person, day: date) -> WorkEntryQuerySet:
        """What stands of a person on one day, over all cases."""
        return self.standing().filter(person=person.pk, worked_on=day)

    def standing(self) -> WorkEntryQuerySet:
        """Only what was not taken back."""
        return self.filter(taken_back_at=None)


class WorkEntry(models.Model):
    """Minutes that somebody worked on a case in a role; the rate of the hour is that of the day, kept as it was then.

    An entry is never changed or deleted: what is wrong is taken back with a reason. Without a rate its cost is unknown.
    """

    ticket = models.ForeignKey(
        "tickets.Ticket", models.CASCADE, related_name="time_worked", verbose_name=_("case"), db_index=False
    )
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("worked by"))
    role = models.CharField(_("role"), max_length=40)
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    worked_on = models.DateField(_("worked on"))
    rate = models.DecimalField(_("rate (NT$ per hour)"), max_digits=10, decimal_places=2, null=True, blank=True)
    cost = models.GeneratedField(
        expression=Round(models.F("minutes") * models.F("rate") / 60, 2),
        output_field=models.DecimalField(max_digits=12, decimal_places=2, null=True), db_persist=True,
    )  # fmt: skip
    note = models.CharField(_("note"), max_length=160, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered"))
    taken_back_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("taken back by"),
    )
    taken_back_because = models.CharField(_("reason"), max_length=160, blank=True)

    objects = WorkEntryQuerySet.as_manager()

    class Meta:
        app_label = "tickets"
        verbose_name = _("time worked")
        verbose_name_plural = _("time worked")
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(minutes__range=(1, MOST_MINUTES)), name="time_worked_minutes_in_range"
            ),
            models.CheckConstraint(
                condition=models.Q(rate=None) | models.Q(rate__range=(0, MOST_RATE)), name="time_worked_rate_in_range"
            ),
            models.CheckConstraint(
                condition=models.Q(taken_back_at=None, taken_back_by=None, taken_back_because="")
                | models.Q(taken_back_at__isnull=False, taken_back_by__isnull=False) & ~models.Q(taken_back_because=""),
                name="time_worked_taken_back_with_reason",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["ticket"], include=["minutes", "cost"], condition=models.Q(taken_back_at=None),
                         name="time_worked_standing"),
            models.Index(fields=["person", "worked_on"], include=["minutes"], condition=models.Q(taken_back_at=None),
                         name="time_worked_by_person_day"),
            models.Index(fields=["ticket", "-worked_on", "-id"], name="time_worked_by_ticket"),
        ]  # fmt: skip
        triggers: ClassVar[list[Any]] = [
            pgtrigger.Protect(name="time_worked_never_changes", operation=pgtrigger.Update, condition=_CHANGED),
            pgtrigger.Trigger(
                name="time_worked_never_deleted", operation=pgtrigger.Delete, when=pgtrigger.Before, func=_STAYS_THERE
            ),
            pgtrigger.Trigger(
                name="time_worked_within_a_day", operation=pgtrigger.Insert, when=pgtrigger.Before, func=_FULL_DAY
            ),
        ]

    def __str__(self) -> str:
        return f"{self.worked_on:%Y-%m-%d} {self.minutes} min"

    def role_name(self) -> str:
        """Name the role."""
        return str(ROLES[self.role])


@pghistory.track()
class RoleRate(models.Model):
    """What an hour of a role costs from a day on; time entered before keeps the rate that it was entered with."""

    role = models.CharField(_("role"), max_length=40)
    since = models.DateField(_("in force from"))
    rate = models.DecimalField(
        _("rate (NT$ per hour)"), max_digits=10, decimal_places=2, help_text=_("0 to 1,000,000.")
    )

    objects: ClassVar[models.Manager[RoleRate]] = models.Manager()

    class Meta:
        app_label = "tickets"
        verbose_name = _("rate of a role")
        verbose_name_plural = _("rates of roles")
        ordering: ClassVar[list[str]] = ["role", "-since"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("role", "since", name="role_rate_once"),
            models.CheckConstraint(condition=models.Q(rate__range=(0, MOST_RATE)), name="role_rate_in_range"),
        ]

    def __str__(self) -> str:
        return f"{ROLES[self.role]} {self.since:%Y-%m-%d}"


def rate_of(role: str, *, on: date) -> Decimal | None:
    """Give what an hour of the role costs on a day, in NT$; None where nobody has said."""
    rows = RoleRate.objects.filter(role=role, since__lte=on).order_by("-since")
    return rows.values_list("rate", flat=True).first()
