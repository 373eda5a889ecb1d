"""Ticket: one row for every case, whatever its process; processes add a table on top."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField

from itsm.records.models import Record
from itsm.tickets.outage_models import Outage as Outage
from itsm.tickets.querysets import CommentQuerySet, TicketQuerySet
from itsm.tickets.settings_models import BY_WORKAROUND as BY_WORKAROUND
from itsm.tickets.settings_models import WORKED_AROUND as WORKED_AROUND
from itsm.tickets.settings_models import HoldReason as HoldReason
from itsm.tickets.settings_models import HouseRules as HouseRules
from itsm.tickets.settings_models import PriorityRule as PriorityRule
from itsm.tickets.work_models import RoleRate as RoleRate
from itsm.tickets.work_models import WorkEntry as WorkEntry

OPEN = models.Q(phase__in=["new", "working", "waiting"])


class Channel(models.TextChoices):
    """How a case reached the desk."""

    PORTAL = "portal", _("portal")
    MAIL = "mail", _("e-mail")
    PHONE = "phone", _("phone")
    CHAT = "chat", _("chat")
    WALK_IN = "walk_in", _("walk-in")
    MONITOR = "monitor", _("monitoring")
    API = "api", _("interface")


class Ticket(Record):
    """What queues, searches and reports read of a case; ``state`` moves only through perform()."""

    title = models.CharField(_("subject"), max_length=160)
    description = models.TextField(_("description"), blank=True)
    state = FSMField(_("state"), max_length=32, protected=True)
    phase = models.CharField(max_length=8, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="requested", verbose_name=_("requester")
    )
    requested_for = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="received",
        verbose_name=_("requested for"),
    )
    unit = models.ForeignKey(
        "people.Organisation", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    service = models.ForeignKey(
        "catalogue.Service", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("service")
    )
    category = models.ForeignKey(
        "catalogue.Category", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("category")
    )
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices, default=Channel.PORTAL)
    impact = models.PositiveSmallIntegerField(_("impact"), null=True, blank=True)
    urgency = models.PositiveSmallIntegerField(_("urgency"), null=True, blank=True)
    priority = models.PositiveSmallIntegerField(_("priority"), null=True, blank=True)
    priority_override_reason = models.CharField(max_length=200, blank=True)
    team = models.ForeignKey(
        "people.Team", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("team")
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("assignee")
    )
    held_from = models.CharField(max_length=32, blank=True, editable=False)
    hold_reason = models.ForeignKey(
        "HoldReason", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("waiting for")
    )
    follow_up_at = models.DateTimeField(_("follow-up time"), null=True, blank=True)
    received_at = models.DateTimeField(_("received"))
    first_response_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closure_code = models.CharField(max_length=32, blank=True)
    confirmation = models.CharField(max_length=12, blank=True)
    bounce_count = models.PositiveSmallIntegerField(default=0)
    reopen_count = models.PositiveSmallIntegerField(default=0)
    rejection_count = models.PositiveSmallIntegerField(default=0)
    confidential = models.BooleanField(_("confidential"), default=False)
    kept_from = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+",
        verbose_name=_("kept from"),
    )  # fmt: skip
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, editable=False, related_name="+")
    changed_at = models.DateTimeField()
    # the nearest clock, written by the clocks' own layer so that lists read one row
    due_at = models.DateTimeField(null=True, editable=False)
    warn_at = models.DateTimeField(null=True, editable=False)
    due_metric = models.CharField(max_length=12, blank=True, editable=False)
    clock_state = models.CharField(max_length=10, blank=True, editable=False)
    source = models.CharField(max_length=60, blank=True, editable=False)
    source_number = models.CharField(max_length=60, blank=True, editable=False)
    facts: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True, editable=False)

    objects: ClassVar[Any] = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                "source", "source_number", condition=~models.Q(source=""), name="ticket_source_once"
            ),
            models.CheckConstraint(
                condition=models.Q(phase__in=["new", "working", "waiting", "done"]), name="ticket_phase_known"
            ),
            models.CheckConstraint(
                condition=models.Q(priority__range=(1, 5)) | models.Q(priority=None), name="ticket_priority_1_to_5"
            ),
            models.CheckConstraint(
                condition=models.Q(impact__range=(1, 3)) | models.Q(impact=None), name="ticket_impact_1_to_3"
            ),
            models.CheckConstraint(
                condition=models.Q(urgency__range=(1, 3)) | models.Q(urgency=None), name="ticket_urgency_1_to_3"
            ),
            models.CheckConstraint(
                condition=models.Q(kept_from=None) | models.Q(confidential=True),
                name="ticket_kept_from_is_confidential",
            ),
            models.CheckConstraint(
                condition=models.Q(kept_from=None)
                | models.Q(assignee=None)
                | ~models.Q(assignee=models.F("kept_from")),
                name="ticket_not_given_to_kept_from",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(
                models.F("due_at").asc(nulls_last=True), "record_ptr", condition=OPEN, name="ticket_open_by_due"
            ),
            models.Index(
                models.F("priority").asc(nulls_last=True), "record_ptr", condition=OPEN, name="ticket_open_by_priority"
            ),
            models.Index(fields=["team", "due_at"], condition=OPEN, name="ticket_open_by_team"),
            models.Index(fields=["assignee", "due_at"], condition=OPEN, name="ticket_open_by_assignee"),
            models.Index(fields=["-received_at", "-record_ptr"], name="ticket_by_received"),
            models.Index(fields=["-changed_at", "-record_ptr"], name="ticket_by_changed"),
            models.Index(fields=["requester", "-received_at"], name="ticket_by_requester"),
            models.Index(fields=["unit", "-received_at"], name="ticket_by_unit"),
            models.Index(fields=["closed_at"], condition=models.Q(closed_at__isnull=False), name="ticket_by_closed"),
            models.Index(
                fields=["resolved_at"], condition=models.Q(resolved_at__isnull=False), name="ticket_by_resolved"
            ),
            models.Index(fields=["record_ptr"], condition=models.Q(confidential=True), name="ticket_confidential"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def is_open(self) -> bool:
        """Tell whether the case is not done."""
        return self.phase != "done"


class Comment(models.Model):
    """A public reply or an internal note; which of them is fixed when it is written."""

    class Kind(models.TextChoices):
        PUBLIC = "public", _("public reply")
        INTERNAL = "internal", _("internal note")

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="comments")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    body = models.TextField(_("text"))
    at = models.DateTimeField()
    channel = models.CharField(max_length=8, blank=True)
    is_resolution = models.BooleanField(default=False)
    merged_from = models.ForeignKey(Ticket, models.SET_NULL, null=True, related_name="+")

    objects = CommentQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[Any]] = [models.Index(fields=["ticket", "at", "id"], name="comment_by_ticket")]

    def __str__(self) -> str:
        return self.body[:60]


class Draft(models.Model):
    """What somebody has typed for a case and not sent."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="drafts")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=Comment.Kind.choices)
    body = models.TextField(blank=True)
    saved_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint("ticket", "person", "kind", name="draft_once")]

    def __str__(self) -> str:
        return self.body[:60]


class Task(models.Model):
    """A piece of work of a case; mandatory ones keep it from being finished."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        WAITING = "waiting", _("waits for the step before")
        DONE = "done", _("done")
        SKIPPED = "skipped", _("skipped")

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="tasks")
    title_zh = models.CharField(max_length=160)
    title_en = models.CharField(max_length=160, blank=True)
    assignee = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="tasks")
    mandatory = models.BooleanField(_("mandatory"), default=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    step = models.PositiveSmallIntegerField(_("step"), default=1)
    target_seconds = models.PositiveIntegerField(_("target (seconds of service hours)"), null=True, blank=True)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    tell_at = models.DateTimeField(null=True, editable=False)
    paused_at = models.DateTimeField(null=True, editable=False)
    note = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["ticket"], name="task_by_ticket"),
            models.Index(fields=["assignee"], condition=models.Q(state="open"), name="task_open_by_assignee"),
            models.Index(
                fields=["tell_at"], condition=models.Q(state="open", tell_at__isnull=False), name="task_to_be_told"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The title in the active language."""
        from itsm.flow import pick

        return pick(self.title_zh, self.title_en)

    @property
    def ended(self) -> bool:
        """Tell whether it is done or skipped."""
        return self.state in (self.State.DONE, self.State.SKIPPED)


class ApprovalRequest(models.Model):
    """One person's yes or no that a case waits for."""

    class Decision(models.TextChoices):
        OPEN = "open", _("to decide")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")
        EXPIRED = "expired", _("expired")
        VOID = "void", _("no longer needed")

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="approvals")
    approver = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="approvals")
    rule = models.CharField(max_length=16)
    decision = models.CharField(max_length=8, choices=Decision.choices, default=Decision.OPEN)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    comment = models.TextField(blank=True)
    channel = models.CharField(max_length=8, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                "ticket", "approver", condition=models.Q(decision="open"), name="approval_open_once"
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["approver"], condition=models.Q(decision="open"), name="approval_open_by_approver"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} · {self.approver}"


class Assignment(models.Model):
    """One stay of a case with a team: given, accepted, done. Internal agreements are measured on it."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="assignments")
    team = models.ForeignKey("people.Team", models.PROTECT, related_name="+")
    assignee = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    note = models.TextField(_("hand-over note"), blank=True)
    assigned_at = models.DateTimeField()
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("ticket", condition=models.Q(done_at=None), name="assignment_one_open"),
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["team", "ticket"], name="assignment_by_team")]

    def __str__(self) -> str:
        return f"{self.ticket_id} → {self.team}"


class Merge(models.Model):
    """A duplicate laid into another case; undone within 30 days it stands again as it was."""

    loser = models.ForeignKey(Ticket, models.CASCADE, related_name="merges")
    survivor = models.ForeignKey(Ticket, models.CASCADE, related_name="merged_from")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    kept: models.JSONField[Any, Any] = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("loser", condition=models.Q(undone_at=None), name="merged_once"),
        ]

    def __str__(self) -> str:
        return f"{self.loser_id} → {self.survivor_id}"


class SavedView(models.Model):
    """A list that somebody keeps: a name and the page's own filter parameters, checked when read. ``of`` names the list."""

    class Of(models.TextChoices):
        QUEUE = "queue", _("cases")
        ITEMS = "items", _("configuration items")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="views")
    team = models.ForeignKey("people.Team", models.CASCADE, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=400)
    is_shared = models.BooleanField(default=False)
    of = models.CharField(max_length=8, choices=Of.choices, default=Of.QUEUE)
    sort = models.PositiveSmallIntegerField(default=100)

    class Meta:
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint("owner", "name", name="view_name_once")]

    def __str__(self) -> str:
        return self.name
