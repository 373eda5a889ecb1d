"""Problem with its rounds of analysis, and the known error that comes of it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from itsm.flow import Flow, Moves
from itsm.records.models import PlainRecord
from itsm.search.models import Vector
from itsm.tickets.models import Ticket
from itsm.tickets.querysets import TicketQuerySet
from problems.flow import PROBLEM
from problems.known_flow import KNOWN_ERROR
from problems.querysets import KnownErrorQuerySet


class Problem(Moves(PROBLEM), Ticket):  # type: ignore[misc]  # the base is made from the flow table
    """The cause behind incidents; its lead is the case's assignee."""

    class Origin(models.TextChoices):
        MAJOR_INCIDENT = "major_incident", _("major incident")
        RECLASSIFIED = "reclassified_incident", _("reclassified incident")
        TREND = "trend", _("trend")
        PROACTIVE = "proactive", _("proactive")
        SUPPLIER = "supplier", _("supplier")
        AUDIT = "audit", _("audit")

    class Outcome(models.TextChoices):
        FIXED = "fixed", _("fixed")
        ACCEPTED = "accepted", _("accepted")
        NOT_PROBLEM = "not_problem", _("not a problem")

    process_key: ClassVar[str] = "problem"
    flows: ClassVar[tuple[Flow, ...]]

    origin = models.CharField(_("origin"), max_length=24, choices=Origin.choices)
    cause_due_on = models.DateField(_("root cause due"), null=True, blank=True)
    solution_due_on = models.DateField(_("solution due"), null=True, blank=True)
    analysis_rounds = models.PositiveSmallIntegerField(_("rounds of analysis"), default=0)
    root_cause = models.TextField(_("root cause"), blank=True)
    rc_method = models.CharField(_("method"), max_length=16, blank=True)
    rc_evidence = models.TextField(_("evidence"), blank=True)
    causal_component = models.CharField(_("causal component"), max_length=160, blank=True)
    workaround = models.TextField(_("workaround"), blank=True)
    workaround_applies = models.TextField(_("when it applies"), blank=True)
    workaround_risk = models.TextField(_("risk"), blank=True)
    workaround_tested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("tested by")
    )
    workaround_at = models.DateTimeField(null=True, blank=True)
    solution = models.TextField(_("solution"), blank=True)
    solution_value = models.TextField(_("cost and benefit"), blank=True)
    change_needed = models.CharField(_("change needed"), max_length=3, blank=True)
    solution_evidence = models.TextField(_("evidence that it is in place"), blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices, blank=True)
    acceptance_reason = models.TextField(_("why it is accepted"), blank=True)
    risk_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("risk owner")
    )
    review_on = models.DateField(_("look again on"), null=True, blank=True)
    observed_from = models.DateTimeField(null=True, blank=True)
    observed_until = models.DateTimeField(_("observed until"), null=True, blank=True)
    effectiveness_note = models.TextField(_("effectiveness"), blank=True)

    objects: ClassVar[Any] = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("problem")
        verbose_name_plural = _("problems")


class AnalysisRound(models.Model):
    """One round of analysis that ended without a root cause."""

    problem = models.ForeignKey(Problem, models.CASCADE, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    hypotheses = models.TextField()
    next_step = models.TextField()

    class Meta:
        ordering: ClassVar[list[str]] = ["problem", "number"]
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint("problem", "number", name="analysis_round_once")]

    def __str__(self) -> str:
        return f"{self.problem_id} · {self.number}"


class AnalysisNote(models.Model):
    """One why of the five, or one bone of the fishbone; those of the last writing count."""

    class Kind(models.TextChoices):
        WHY = "why", _("why")
        PEOPLE = "people", _("people")
        METHOD = "method", _("method")
        MACHINE = "machine", _("machine")
        MATERIAL = "material", _("material")
        MEASUREMENT = "measurement", _("measurement")
        ENVIRONMENT = "environment", _("environment")

    problem = models.ForeignKey(Problem, models.CASCADE, related_name="analysis")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=500)

    class Meta:
        ordering: ClassVar[list[str]] = ["problem", "kind", "position"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("problem", "kind", "position", name="analysis_note_once")
        ]

    def __str__(self) -> str:
        return self.text


class KnownError(Moves(KNOWN_ERROR), PlainRecord):  # type: ignore[misc]  # the base is made from the flow table
    """A problem whose cause is known, as the desk looks it up: symptoms, cause, workaround."""

    process_key: ClassVar[str] = "known_error"
    flows: ClassVar[tuple[Flow, ...]]

    problem = models.ForeignKey(Problem, models.PROTECT, related_name="known_errors", verbose_name=_("problem"))
    symptoms = models.TextField(_("symptoms"), blank=True)
    cause = models.TextField(_("cause"), blank=True)
    workaround = models.TextField(_("workaround"), blank=True)
    workaround_risk = models.TextField(_("risk"), blank=True)
    service = models.ForeignKey(
        "catalogue.Service", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("service")
    )
    category = models.ForeignKey(
        "catalogue.Category", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("category")
    )
    component = models.CharField(_("component"), max_length=160, blank=True)
    fixed_in = models.CharField(_("fixed by"), max_length=160, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    review_on = models.DateField(_("look again on"), null=True, blank=True)
    use_count = models.PositiveIntegerField(_("times used"), default=0)
    last_used_at = models.DateTimeField(null=True, blank=True)
    words = Vector(null=True, editable=False)  # kept by a trigger

    objects: ClassVar[Any] = KnownErrorQuerySet.as_manager()

    class Meta:
        verbose_name = _("known error")
        verbose_name_plural = _("known errors")
        indexes: ClassVar[list[Any]] = [
            GinIndex(fields=["words"], name="known_error_words"),
            models.Index(fields=["service"], condition=models.Q(state="published"), name="known_error_of_service"),
        ]


class Proposal(models.Model):
    """A problem that the rules propose: the records that made it, and what somebody decided."""

    class Rule(models.TextChoices):
        COMPONENT = "component", _("the same component and category three times in 30 days")
        SYMPTOMS = "symptoms", _("like incidents of one service five times in 7 days")
        REOPENED = "reopened", _("an incident was reopened twice")
        RECURRED = "recurred", _("it came back after its problem was closed as fixed")
        CHANGE = "change", _("a change that did not succeed has caused incidents")

    class State(models.TextChoices):
        OPEN = "open", _("to decide")
        ACCEPTED = "accepted", _("accepted")
        DISMISSED = "dismissed", _("dismissed")

    rule = models.CharField(max_length=12, choices=Rule.choices)
    title = models.CharField(_("subject"), max_length=160)
    service = models.ForeignKey("catalogue.Service", models.CASCADE, null=True, related_name="+")
    category = models.ForeignKey("catalogue.Category", models.CASCADE, null=True, related_name="+")
    component = models.CharField(max_length=160, blank=True)
    problem = models.ForeignKey(Problem, models.CASCADE, null=True, related_name="proposals")
    evidence = models.ManyToManyField(Ticket, related_name="+")
    made_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["-made_at"], condition=models.Q(state="open"), name="proposal_open")
        ]

    def __str__(self) -> str:
        return self.title
