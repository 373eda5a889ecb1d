"""Tables that administrators change: what is promised, and whom a late case is escalated to."""

from __future__ import annotations

from typing import Any, ClassVar

import pghistory
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from itsm.people.models import Named


class Metric(models.TextChoices):
    """What a clock measures."""

    RESPONSE = "response", _("First response")
    RESOLUTION = "resolution", _("Resolution")
    FULFILMENT = "fulfilment", _("Fulfilment")
    UPDATE = "update", _("Next update")


#: What a step of the ladder may stand on: a promise to the customer, or what teams promise each other.
OF_STEPS = [*Metric.choices, ("ola", _("OLA between teams"))]


class Channel(models.TextChoices):
    """By what a step of the ladder tells."""

    APP = "app", _("in the page")
    MAIL = "mail", _("by e-mail")


class StepAction(models.TextChoices):
    """What a step of the ladder does beside telling; deciding stays with people."""

    NONE = "", _("nothing more")
    PROPOSE_MAJOR = "propose_major", _("propose a major incident")


def every_channel() -> list[str]:
    """Give every channel: what a step tells by unless it says otherwise."""
    return list(Channel.values)


class Audience(models.TextChoices):
    """Who may be told by a step of the ladder."""

    ASSIGNEE = "assignee", _("assignee")
    TEAM = "team", _("team")
    TEAM_LEAD = "team_lead", _("team lead")
    INCIDENT_MANAGER = "incident_manager", _("incident manager")
    SERVICE_OWNER = "service_owner", _("service owner")
    SLM = "slm", _("service level manager")
    HEAD = "head", _("head of the organisation")
    MANAGEMENT_REP = "management_rep", _("management representative")
    UNIT_LEAD = "unit_lead", _("lead of the requester's unit")
    REQUESTER = "requester", _("requester")


class TargetQuerySet(models.QuerySet["Target"]):
    """Questions about targets."""

    def active(self) -> TargetQuerySet:
        """Only those in force."""
        return self.filter(is_active=True)


@pghistory.track()
class Target(models.Model):
    """Within how long something is promised; the most specific target that fits a case applies."""

    metric = models.CharField(_("measure"), max_length=12, choices=Metric.choices)
    process = models.CharField(_("process"), max_length=32, blank=True, help_text=_("Empty: for every process."))
    priority = models.PositiveSmallIntegerField(_("priority"), null=True, blank=True)
    service = models.ForeignKey(
        "catalogue.Service", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("service")
    )
    request_item = models.ForeignKey(
        "catalogue.RequestItem", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("request item")
    )
    seconds = models.PositiveIntegerField(_("target (seconds)"))
    calendar = models.ForeignKey(
        "hours.Calendar",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("calendar"),
        help_text=_("Empty: the hours of the service."),
    )
    warn_percent = models.PositiveSmallIntegerField(_("warn at per cent"), default=75)
    is_active = models.BooleanField(_("active"), default=True)

    objects = TargetQuerySet.as_manager()

    class Meta:
        app_label = "sla"
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering: ClassVar[list[str]] = ["metric", "process", "priority", "pk"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                "metric", "process", "priority", "service", "request_item", name="target_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=models.Q(priority__range=(1, 5)) | models.Q(priority=None), name="target_priority_1_to_5"
            ),
            models.CheckConstraint(
                condition=models.Q(seconds__range=(1, 315_360_000)), name="target_1_second_to_10_years"
            ),
            models.CheckConstraint(
                condition=models.Q(warn_percent__range=(1, 100)), name="target_warns_before_its_end"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_metric_display()} {self.seconds} s"


@pghistory.track()
class EscalationPolicy(Named):
    """A ladder of steps to ever more authority, for one service or for all."""

    service = models.ForeignKey(
        "catalogue.Service", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("service")
    )

    class Meta:
        app_label = "sla"
        verbose_name = _("escalation ladder")
        verbose_name_plural = _("escalation ladders")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                "service",
                condition=models.Q(is_active=True),
                name="policy_active_once_per_service",
                nulls_distinct=False,
            ),
        ]


@pghistory.track()
class EscalationStep(models.Model):
    """One step: when it fires, and who is told. Steps of one level for different priorities stand beside each other."""

    policy = models.ForeignKey(
        EscalationPolicy, models.CASCADE, related_name="steps", verbose_name=_("escalation ladder")
    )
    metric = models.CharField(_("measure"), max_length=12, choices=OF_STEPS)
    priorities: models.JSONField[Any, Any] = models.JSONField(
        _("priorities"), default=list, blank=True, help_text=_("Empty: every priority.")
    )
    level = models.PositiveSmallIntegerField(_("level"))
    at_percent = models.PositiveSmallIntegerField(_("at per cent of the target"), null=True, blank=True)
    at_seconds = models.PositiveIntegerField(_("seconds after the start"), null=True, blank=True)
    around_the_clock = models.BooleanField(_("count these seconds around the clock"), default=False)
    notify: models.JSONField[Any, Any] = models.JSONField(_("tell"), default=list)
    repeat_seconds = models.PositiveIntegerField(_("repeat after seconds, until acknowledged"), null=True, blank=True)
    needs_ack = models.BooleanField(_("asks for acknowledgement"), default=False)
    channels: models.JSONField[Any, Any] = models.JSONField(_("by what"), default=every_channel, blank=True)
    action = models.CharField(
        _("what else"), max_length=20, choices=StepAction.choices, default=StepAction.NONE, blank=True
    )

    class Meta:
        app_label = "sla"
        verbose_name = _("escalation step")
        verbose_name_plural = _("escalation steps")
        ordering: ClassVar[list[str]] = ["policy", "metric", "level", "pk"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(at_percent=None) ^ models.Q(at_seconds=None), name="step_at_percent_or_seconds"
            ),
            models.CheckConstraint(condition=models.Q(level__lte=90), name="step_level_up_to_90"),
            models.CheckConstraint(condition=models.Q(action__in=StepAction.values), name="step_action_known"),
            models.CheckConstraint(
                condition=models.Q(repeat_seconds=None) | models.Q(repeat_seconds__gte=60),
                name="step_repeats_no_faster_than_a_minute",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.metric} {self.level}"

    def clean(self) -> None:
        """Refuse audiences and priorities that do not exist."""
        if set(self.notify) - set(Audience.values):
            raise ValidationError({"notify": _("There is no such audience.")})
        self.channels = self.channels or every_channel()
        if set(self.channels) - set(Channel.values):
            raise ValidationError({"channels": _("There is no such channel.")})
        if set(self.priorities) - {1, 2, 3, 4, 5}:
            raise ValidationError({"priorities": _("Priorities go from 1 to 5.")})
        if any(self._stands_beside(other) for other in self._siblings()):
            raise ValidationError(
                {"level": _("This level has a step for these priorities already: take another level.")}
            )

    def _siblings(self) -> list[EscalationStep]:
        rows = EscalationStep.objects.filter(policy=self.policy_id, metric=self.metric, level=self.level)
        return list(rows.exclude(pk=self.pk))

    def _stands_beside(self, other: EscalationStep) -> bool:
        """Tell whether a case could climb both steps, which fire once for each level."""
        return not self.priorities or not other.priorities or bool(set(self.priorities) & set(other.priorities))


class RoundMoment(models.Model):
    """When a round was done last, by whatever process."""

    name = models.CharField(max_length=60, primary_key=True)
    done_at = models.DateTimeField()

    class Meta:
        verbose_name = _("moment of a round")
        verbose_name_plural = _("moments of rounds")

    def __str__(self) -> str:
        return f"{self.name} {self.done_at:%Y-%m-%d %H:%M:%S}"
