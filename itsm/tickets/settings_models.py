"""Tables that administrators change: why cases wait, and how impact and urgency make a priority."""

from __future__ import annotations

from typing import Any, ClassVar

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from itsm.people.models import Named
from itsm.records.remembered import Remembered

#: The fact of a waiting case that a workaround helps meanwhile, and what it adds to the name of the pause.
WORKED_AROUND, BY_WORKAROUND = "worked_around", "+workaround"


@pghistory.track()
class HoldReason(Named):
    """Why a case waits, which clocks stand still meanwhile, and what happens when the time is up (domain 4.4)."""

    class Ending(models.TextChoices):
        RESUME = "resume", _("the case resumes at the follow-up time")
        PROPOSE = "propose", _("after the limit the case resumes and resolving is proposed")
        REMIND = "remind", _("only reminders")

    class Workaround(models.TextChoices):
        NONE = "", _("a workaround changes nothing")
        RESTORED = "restored", _("stops the clock once a workaround has restored the service")
        ACCEPTED = "accepted", _("stops the clock once the requester has accepted a workaround")

    pauses_resolution = models.BooleanField(_("stops the resolution clock"), default=False)
    workaround = models.CharField(
        _("workaround"), max_length=10, choices=Workaround.choices, default=Workaround.NONE, blank=True,
        help_text=_("For a reason that does not stop the clock by itself."),
    )  # fmt: skip
    only_requests = models.BooleanField(_("only service requests"), default=False)
    asks_requester = models.BooleanField(_("needs a question to the requester"), default=False)
    ending = models.CharField(_("at the end"), max_length=10, choices=Ending.choices, default=Ending.RESUME)
    remind_days: models.JSONField[Any, Any] = models.JSONField(
        _("reminders after business days"), default=list, blank=True
    )
    limit_days = models.PositiveSmallIntegerField(_("limit in business days"), null=True, blank=True)
    limit_is_calendar = models.BooleanField(_("limit counts calendar days"), default=False)
    sort = models.PositiveSmallIntegerField(_("order"), default=100)

    class Meta:
        app_label = "tickets"
        verbose_name = _("hold reason")
        verbose_name_plural = _("hold reasons")
        ordering: ClassVar[list[str]] = ["sort", "code"]

    def pause_of(self, facts: dict[str, Any]) -> str:
        """Say by what name the clock stands still, given the facts of a case; empty when it runs on."""
        if self.pauses_resolution:
            return self.code
        return self.code + BY_WORKAROUND if self.workaround and facts.get(WORKED_AROUND) else ""


def one_to(most: int, name: str) -> models.CheckConstraint:
    """Give the rule that a number of days lies between 1 and ``most``."""
    return models.CheckConstraint(condition=models.Q(**{f"{name}__range": (1, most)}), name=f"house_{name}_in_range")


@pghistory.track()
class HouseRules(models.Model):
    """The periods that the organisation sets for itself: one row, with the usual values until somebody changes them."""

    reopen_days = models.PositiveSmallIntegerField(
        _("a closed case may be reopened for (days)"), default=7, help_text=_("1 to 90, around the clock.")
    )
    freeze_days = models.PositiveSmallIntegerField(
        _("figures of a month are frozen after (working days)"), default=5, help_text=_("1 to 20.")
    )
    report_days = models.PositiveSmallIntegerField(
        _("a report is due after (working days)"), default=10,
        help_text=_("1 to 20; for agreements that promise no time of their own."),
    )  # fmt: skip

    objects: ClassVar[models.Manager[HouseRules]] = models.Manager()

    class Meta:
        app_label = "tickets"
        verbose_name = _("rules of the house")
        verbose_name_plural = _("rules of the house")
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=models.Q(pk=1), name="house_rules_once"),
            one_to(90, "reopen_days"),
            one_to(20, "freeze_days"),
            one_to(20, "report_days"),
        ]

    def __str__(self) -> str:
        return f"{self.reopen_days} {self.freeze_days} {self.report_days}"


HOUSE_RULES = Remembered(HouseRules, read=lambda: HouseRules.objects.first() or HouseRules(pk=1))


def house_rules() -> HouseRules:
    """Give the rules of the house as they are now."""
    return HOUSE_RULES.get()


@pghistory.track()
class PriorityRule(models.Model):
    """One cell of the matrix: impact and urgency give the priority, for one service or for all."""

    impact = models.PositiveSmallIntegerField(_("impact"))
    urgency = models.PositiveSmallIntegerField(_("urgency"))
    service = models.ForeignKey("catalogue.Service", models.CASCADE, null=True, blank=True, verbose_name=_("service"))
    priority = models.PositiveSmallIntegerField(_("priority"))

    class Meta:
        app_label = "tickets"
        verbose_name = _("priority rule")
        verbose_name_plural = _("priority matrix")
        ordering: ClassVar[list[str]] = ["impact", "urgency"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("impact", "urgency", "service", name="priority_rule_once", nulls_distinct=False),
            models.CheckConstraint(
                condition=models.Q(impact__range=(1, 3), urgency__range=(1, 3), priority__range=(1, 5)),
                name="priority_rule_in_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.impact} x {self.urgency} = P{self.priority}"


def priority_of(*, impact: int, urgency: int, service_id: int | None) -> int:
    """Look the priority up: the service's own rule first, then the general one, else impact + urgency - 1."""
    rules = PriorityRule.objects.filter(
        models.Q(service=service_id) | models.Q(service=None), impact=impact, urgency=urgency
    )
    found = rules.order_by(models.F("service").asc(nulls_last=True)).values_list("priority", flat=True).first()
    return found if found is not None else impact + urgency - 1
