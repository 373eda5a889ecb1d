"""What the desk's telephone and purse tell: counts of calls of each day, and what the desk cost in each month."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

import pghistory
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import Case, F, Func, Value, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

#: More calls in a day, or dollars in a month, are taken for a slip of the hand.
MOST_CALLS, MOST_COST = 1_000_000, 10**12


def _keys(first: Any, last: Any) -> Func:
    """Give the keys from ``first`` to ``last``, both included; NULL is without an end."""
    return Func(first, last, Value("[]"), function="int8range", output_field=BigIntegerRangeField())


class _Entered(models.Model):
    """A row that a person or program entered; entered again it is corrected, and its history keeps what was there."""

    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    entered_at = models.DateTimeField(_("entered"))

    class Meta:
        abstract = True


class CallCountQuerySet(models.QuerySet["CallCount"]):
    """Questions about counts of calls."""

    def of_days(self, since: date, until: date) -> CallCountQuerySet:
        """Only those of the days from ``since`` up to, not including, ``until``."""
        return self.filter(day__gte=since, day__lt=until)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class CallCount(_Entered):
    """The calls of one day on one line or queue of the exchange; ``line`` empty is the whole desk.

    Of the calls ``offered`` some were ``answered``, ``answered_soon`` of them within 20 seconds, and some ``abandoned`` by the
    caller; the rest was led elsewhere.
    """

    day = models.DateField(_("day"))
    line = models.CharField(_("line or queue"), max_length=60, blank=True)
    offered = models.PositiveIntegerField(_("offered"))
    answered = models.PositiveIntegerField(pgettext_lazy("calls", "answered"))
    answered_soon = models.PositiveIntegerField(_("answered within 20 seconds"))
    abandoned = models.PositiveIntegerField(_("abandoned"))

    objects = CallCountQuerySet.as_manager()

    class Meta:
        verbose_name = _("calls of a day")
        verbose_name_plural = _("calls of days")
        ordering: ClassVar[list[str]] = ["-day", "line"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["day", "line"], name="calls_once_a_day_and_line"),
            models.CheckConstraint(
                condition=models.Q(offered__gte=models.F("answered") + models.F("abandoned")),
                name="calls_answered_or_abandoned_were_offered",
                violation_error_message=_("Answered and abandoned calls together are not more than those offered."),
            ),
            models.CheckConstraint(
                condition=models.Q(answered_soon__lte=models.F("answered")), name="calls_answered_soon_were_answered",
                violation_error_message=_("The calls answered within 20 seconds are not more than those answered."),
            ),
            models.CheckConstraint(
                condition=models.Q(offered__lte=MOST_CALLS), name="calls_believable",
                violation_error_message=_("More than a million calls on one day are not believable."),
            ),
            # the whole desk takes all numbers of a day, a line the one of its row: lines share a day, and none with the desk
            ExclusionConstraint(
                name="calls_by_line_or_whole",
                expressions=[
                    (Func(F("day"), F("day"), Value("[]"), function="daterange", output_field=DateRangeField()), RangeOperators.OVERLAPS),
                    (Case(When(line="", then=_keys(Value(None), Value(None))), default=_keys(F("id"), F("id"))), RangeOperators.OVERLAPS),
                ],
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.day} {self.line}".strip()


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class DeskCost(_Entered):
    """What the service desk cost in a month, in NT$; ``month`` is its first day."""

    month = models.DateField(_("month"), unique=True)
    amount = models.PositiveBigIntegerField(_("cost (NT$)"))
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        verbose_name = _("cost of the desk in a month")
        verbose_name_plural = _("costs of the desk by month")
        ordering: ClassVar[list[str]] = ["-month"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=models.Q(month__day=1), name="desk_cost_of_a_month"),
            models.CheckConstraint(
                condition=models.Q(amount__lte=MOST_COST), name="desk_cost_believable",
                violation_error_message=_("More than a million million dollars a month are not believable."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
