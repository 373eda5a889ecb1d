"""The rules that find the class of a change, in their order, and the lead time of each class."""

from __future__ import annotations

from typing import Any, ClassVar

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from changes.asks import TRIGGERS
from itsm.people.models import Named

SHIPPED = tuple(TRIGGERS)
LONGEST_LEAD = 90


@pghistory.track()
class ClassRule(Named):
    """A fact, a comparison and a value: where it holds, the change is of its class. The first rule that holds decides.

    A rule whose code is one of the questions of the form (``asks.TRIGGERS``) holds too where that one is ticked.
    """

    class Fact(models.TextChoices):
        TICKED = "", _("only what is ticked in the form")
        DOWNTIME = "downtime", _("expected downtime in minutes")
        CRITICAL_DOWNTIME = "critical_downtime", _("expected downtime in minutes of a service of criticality 1")
        COST = "cost", _("cost estimate in NT$")
        SCORE = "score", _("risk, the higher of calculated and agreed")

    class Operator(models.TextChoices):
        MORE = ">", _("more than")
        AT_LEAST = ">=", _("at least")
        LESS = "<", _("less than")
        AT_MOST = "<=", _("at most")

    class Into(models.TextChoices):
        MAJOR = "major", _("major")
        MINOR = "minor", _("minor")

    position = models.PositiveSmallIntegerField(_("order"), default=500)
    fact = models.CharField(_("fact"), max_length=20, choices=Fact.choices, blank=True)
    operator = models.CharField(_("comparison"), max_length=2, choices=Operator.choices, default=Operator.MORE)
    value = models.PositiveIntegerField(_("value"), default=0)
    change_class = models.CharField(_("class"), max_length=5, choices=Into.choices, default=Into.MAJOR)
    may_be_overridden = models.BooleanField(
        _("a reason may go against it"), default=True, help_text=_("The reason is given by the change manager who classifies.")
    )  # fmt: skip

    class Meta:
        verbose_name = _("rule of a class")
        verbose_name_plural = _("rules of classes")
        ordering: ClassVar[list[str]] = ["position", "pk"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=~Q(fact="") | Q(code__in=SHIPPED), name="class_rule_has_a_fact"),
        ]

    def holds(self, facts: dict[str, int]) -> bool:
        """Tell whether the facts fulfil the comparison."""
        if not self.fact:
            return False
        known = facts.get(self.fact, 0)
        return {
            self.Operator.MORE: known > self.value, self.Operator.AT_LEAST: known >= self.value,
            self.Operator.LESS: known < self.value, self.Operator.AT_MOST: known <= self.value,
        }[self.Operator(self.operator)]  # fmt: skip


@pghistory.track()
class LeadTime(models.Model):
    """How many business days lie between the request for a change of a class and its window."""

    class Of(models.TextChoices):
        STANDARD = "standard", _("standard")
        MINOR = "minor", _("minor")
        MAJOR = "major", _("major")
        EMERGENCY = "emergency", _("emergency")

    change_class = models.CharField(_("class"), max_length=9, choices=Of.choices, primary_key=True)
    days = models.PositiveSmallIntegerField(
        _("business days"), validators=[MinValueValidator(0), MaxValueValidator(LONGEST_LEAD)]
    )

    class Meta:
        verbose_name = _("lead time")
        verbose_name_plural = _("lead times")
        ordering: ClassVar[list[str]] = ["change_class"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(days__lte=LONGEST_LEAD), name="lead_time_is_reasonable"),
        ]

    def __str__(self) -> str:
        return f"{self.get_change_class_display()}: {self.days}"
