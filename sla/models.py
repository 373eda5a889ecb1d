"""Clocks, their events, and what was escalated."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from itsm.records.models import Record
from itsm.tickets.models import Assignment
from sla.maintenance_models import MaintenanceTurn as MaintenanceTurn
from sla.outage_models import AvailabilityIssue as AvailabilityIssue
from sla.outage_models import ClaimFile as ClaimFile
from sla.outage_models import ExclusionClaim as ExclusionClaim
from sla.outage_models import OutageEdit as OutageEdit
from sla.settings_models import Audience as Audience
from sla.settings_models import Channel as Channel
from sla.settings_models import EscalationPolicy as EscalationPolicy
from sla.settings_models import EscalationStep as EscalationStep
from sla.settings_models import Metric as Metric
from sla.settings_models import Target as Target

OPEN_STATES = ("running", "paused", "soft")
#: What teams promise each other (OLA): measured as all else, but no promise to the customer.
INTERNAL = ("acceptance", "handling")


class ClockQuerySet(models.QuerySet["Clock"]):
    """Questions about clocks."""

    def open(self) -> ClockQuerySet:
        """Only clocks that are not judged yet."""
        return self.filter(state__in=OPEN_STATES)

    def agreed(self) -> ClockQuerySet:
        """Only clocks of a promise to the customer: no deadlines of our own, no promises between teams."""
        return self.filter(is_deadline=False).exclude(metric__in=INTERNAL)

    def between_teams(self) -> ClockQuerySet:
        """Only clocks of what teams promise each other."""
        return self.filter(metric__in=INTERNAL)

    def with_team(self) -> ClockQuerySet:
        """Name the team whose stay each one measures as ``stay_team``: that which had the case then, not the one of now."""
        stay = Cast(KeyTextTransform("stay", "terms"), models.BigIntegerField())
        team = Assignment.objects.filter(pk=models.OuterRef("stay")).values("team")[:1]
        return self.annotate(stay=stay).annotate(stay_team=models.Subquery(team))

    def lifted(self) -> ClockQuerySet:
        """Only clocks whose miss was lifted, the latest first; what became of one that still runs is not known yet."""
        return self.filter(lifted_at__isnull=False).order_by("-lifted_at", "-pk")

    def counted(self) -> ClockQuerySet:
        """Only clocks whose result counts here: agreed, not cancelled, and not carried to another record."""
        return self.agreed().filter(carried_to=None).exclude(state="cancelled", breached_at=None)


class Clock(models.Model):
    """One measure of one record in one cycle; or a deadline, whose levels are given instants.

    The row is what its events make of it (``sla.changes``); nothing else may write it.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        PAUSED = "paused", _("paused")
        SOFT = "soft", _("stopped, to be confirmed")
        MET = "met", _("met")
        MISSED = "missed", _("missed")
        CANCELLED = "cancelled", _("cancelled")
        DONE = "done", _("done")
        LIFTED = "lifted", _("miss lifted")

    record = models.ForeignKey(Record, models.CASCADE, related_name="clocks", db_index=False)
    metric = models.CharField(max_length=16)
    cycle = models.PositiveSmallIntegerField(default=1)
    is_deadline = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    target_seconds = models.PositiveIntegerField(null=True)
    terms: models.JSONField[Any, Any] = models.JSONField(default=dict)
    calendar_version = models.ForeignKey(
        "hours.CalendarVersion", models.PROTECT, null=True, related_name="+", db_index=False
    )
    started_at = models.DateTimeField()
    pauses: models.JSONField[Any, Any] = models.JSONField(default=list)
    paused_seconds = models.PositiveIntegerField(default=0)
    paused_since = models.DateTimeField(null=True)
    pause_reason = models.CharField(max_length=64, blank=True)
    stopped_at = models.DateTimeField(null=True)
    elapsed_seconds = models.PositiveIntegerField(null=True)
    due_at = models.DateTimeField(null=True)
    warn_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)
    breach_reason = models.CharField(max_length=64, blank=True)
    lifted_at = models.DateTimeField(null=True)
    fired: models.JSONField[Any, Any] = models.JSONField(default=list)
    next_level = models.PositiveSmallIntegerField(null=True)
    next_fire_at = models.DateTimeField(null=True)
    carried_to = models.ForeignKey(Record, models.SET_NULL, null=True, related_name="+", db_index=False)

    objects = ClockQuerySet.as_manager()

    class Meta:
        verbose_name = _("clock")
        verbose_name_plural = _("clocks")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("record", "metric", "cycle", name="clock_cycle_once"),
            models.UniqueConstraint(
                "record", "metric", condition=models.Q(state__in=OPEN_STATES), name="clock_open_once"
            ),
            models.CheckConstraint(
                condition=models.Q(is_deadline=True) | models.Q(target_seconds__isnull=False), name="clock_has_a_target"
            ),
            models.CheckConstraint(
                condition=models.Q(state="running") | models.Q(next_fire_at=None), name="clock_fires_only_while_running"
            ),
            models.CheckConstraint(
                condition=models.Q(lifted_at=None) | models.Q(breached_at=None), name="clock_lifted_holds_no_miss"
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["next_fire_at", "id"],
                condition=models.Q(state="running", next_fire_at__isnull=False),
                name="clock_by_next_fire",
            ),
            models.Index(
                fields=["calendar_version"], condition=models.Q(state__in=OPEN_STATES), name="clock_open_by_calendar"
            ),
            models.Index(
                fields=["-lifted_at", "-id"], condition=models.Q(lifted_at__isnull=False), name="clock_lifted"
            ),
            models.Index(fields=["carried_to"], condition=models.Q(carried_to__isnull=False), name="clock_carried"),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.metric} {self.cycle}"

    @property
    def is_open(self) -> bool:
        """Tell whether it is not judged yet."""
        return self.state in OPEN_STATES


class ClockEvent(models.Model):
    """What happened to a clock: append-only, in the database too; the clock is a pure function of these."""

    class Kind(models.TextChoices):
        START = "start", _("started")
        PAUSE = "pause", _("paused")
        SOFT = "soft", _("stopped, to be confirmed")
        RESUME = "resume", _("resumed")
        REBASE = "rebase", _("started anew")
        RETARGET = "retarget", _("target changed")
        RECALC = "recalc", _("calendar changed")
        BREACH = "breach", _("target missed")
        STOP = "stop", _("stopped")
        FINISH = "finish", _("done")
        CANCEL = "cancel", _("cancelled")
        ACK = "ack", _("acknowledged")
        CARRY = "carry", _("counted on another record")
        LIFT = "lift", _("miss lifted")

    clock = models.ForeignKey(Clock, models.CASCADE, related_name="events", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    at = models.DateTimeField()
    seconds = models.PositiveIntegerField(null=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    reason = models.CharField(max_length=64, blank=True)
    facts: models.JSONField[Any, Any] = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("event of a clock")
        verbose_name_plural = _("events of clocks")
        indexes: ClassVar[list[Any]] = [models.Index(fields=["clock", "id"], name="clock_event_in_order")]

    def __str__(self) -> str:
        return f"{self.clock_id} {self.kind} {self.at:%Y-%m-%d %H:%M:%S}"


ACTION_PENDING = ~models.Q(action="") & models.Q(action_done_at=None)


class EscalationQuerySet(models.QuerySet["Escalation"]):
    """Questions about what was escalated."""

    def pending(self, *, at: datetime) -> EscalationQuerySet:
        """Only those whose action is to be tried now, the longest due first."""
        return self.filter(ACTION_PENDING, retry_at__lte=at).order_by("retry_at", "pk")


class Escalation(models.Model):
    """A level that fired: once per clock, cycle and level. A level below 100 is a step, 100 more is its first repeat."""

    clock = models.ForeignKey(Clock, models.CASCADE, related_name="escalations", db_index=False)
    record = models.ForeignKey(Record, models.CASCADE, related_name="+", db_index=False)
    cycle = models.PositiveSmallIntegerField()
    level = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField()
    fired_at = models.DateTimeField()
    notified: models.JSONField[Any, Any] = models.JSONField(default=list)
    needs_ack = models.BooleanField(default=False)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    acknowledged_at = models.DateTimeField(null=True)
    action = models.CharField(max_length=40, blank=True)
    action_done_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)

    objects = EscalationQuerySet.as_manager()

    class Meta:
        verbose_name = _("escalation")
        verbose_name_plural = _("escalations")
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint("clock", "cycle", "level", name="escalation_once")]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["retry_at", "id"], condition=ACTION_PENDING, name="escalation_pending_action"),
            models.Index(fields=["record", "fired_at"], name="escalation_by_record"),
        ]

    def __str__(self) -> str:
        return f"{self.clock_id} {self.cycle} {self.level}"


# The rest of the app's models, after what they point to.
from sla import simulation_models as simulation_models  # noqa: E402  (Django finds the models of an app here)
from sla.agreement_models import AgreementEdition as AgreementEdition  # noqa: E402
from sla.agreement_models import AgreementItem as AgreementItem  # noqa: E402
from sla.agreement_models import AgreementRow as AgreementRow  # noqa: E402
from sla.agreement_models import ExclusionClause as ExclusionClause  # noqa: E402
from sla.agreement_models import MaintenancePlan as MaintenancePlan  # noqa: E402
from sla.agreement_models import Promise as Promise  # noqa: E402
from sla.agreement_models import ServiceAgreement as ServiceAgreement  # noqa: E402
from sla.agreement_models import Signatory as Signatory  # noqa: E402
from sla.agreement_models import SignatureRequest as SignatureRequest  # noqa: E402
from sla.agreement_remedy_models import AgreementDocument as AgreementDocument  # noqa: E402
from sla.agreement_remedy_models import Remedy as Remedy  # noqa: E402
