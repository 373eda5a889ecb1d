"""Record and what hangs on it: journal, links, attachments, watchers, numbers."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField


class Record(models.Model):
    """The common row of everything that has a state; processes share its primary key."""

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    kind = models.CharField(_("kind"), max_length=32, editable=False)
    number = models.CharField(_("number"), max_length=32, unique=True, null=True, editable=False)
    created_at = models.DateTimeField(_("created"), editable=False)

    class Meta:
        verbose_name = _("record")
        verbose_name_plural = _("records")

    def __str__(self) -> str:
        return self.number or "…"


class PlainRecord(Record):
    """The base of records that are no cases of the desk: a subject, and the columns that perform() keeps."""

    title = models.CharField(_("subject"), max_length=160)
    state = FSMField(_("state"), max_length=32, protected=True)
    phase = models.CharField(max_length=8, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def is_open(self) -> bool:
        """Tell whether the record is not done."""
        return self.phase != "done"


class EventQuerySet(models.QuerySet["Event"]):
    """Questions about the journal."""

    def in_order(self) -> EventQuerySet:
        """From first to last."""
        return self.order_by("at", "pk")

    def moves(self) -> EventQuerySet:
        """Only transitions of a machine."""
        return self.filter(kind=Event.Kind.MOVE)


class Event(models.Model):
    """One line of the journal: append-only, in the database too."""

    class Kind(models.TextChoices):
        OPENED = "opened", _("opened")
        MOVE = "move", _("transition")
        EDITED = "edited", _("edited")
        ASSIGNED = "assigned", _("assigned")
        COMMENT = "comment", _("comment")
        ATTACHED = "attached", _("file attached")
        LINKED = "linked", _("linked")
        TASK = "task", _("task")
        APPROVAL = "approval", _("approval")
        OUTAGE = "outage", _("outage")
        CLOCK = "clock", _("clock")
        OCCURRENCE = "occurrence", _("occurrence")
        MERGED = "merged", _("merged")

    record = models.ForeignKey(Record, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    name = models.CharField(max_length=64)
    machine = models.CharField(max_length=32, blank=True)
    source = models.CharField(max_length=32, blank=True)
    target = models.CharField(max_length=32, blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    on_behalf_of = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    channel = models.CharField(max_length=12, blank=True)
    at = models.DateTimeField()
    reason = models.TextField(blank=True)
    facts = models.JSONField(default=dict)
    is_public = models.BooleanField(default=False)
    imported = models.BooleanField(default=False)

    objects = EventQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["record", "at", "id"], name="event_by_record"),
            models.Index(fields=["at", "id"], name="event_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M:%S}"


class LinkKind(models.TextChoices):
    """The kinds of links between records (domain 1.9)."""

    RECLASSIFIED_TO = "reclassified_to", _("reclassified to")
    DUPLICATE_OF = "duplicate_of", _("duplicate of")
    CHILD_OF = "child_of", _("child of")
    ESCALATED_TO_PROBLEM = "escalated_to_problem", _("escalated to problem")
    HAS_KNOWN_ERROR = "has_known_error", _("known error used")
    FIXES_PROBLEM = "fixes_problem", _("fixes problem")
    FIXES_INCIDENT = "fixes_incident", _("repairs incident")
    CAUSED_BY_CHANGE = "caused_by_change", _("caused by change")
    REQUESTED_VIA = "requested_via", _("requested via")
    IMPLEMENTED_BY = "implemented_by", _("implemented by release")
    DESIGNED_BY = "designed_by", _("designed by service transition")
    AFFECTS = "affects", _("affects")
    BASELINE_OF = "baseline_of", _("baseline of")
    HANDLES_COMPLAINT = "handles_complaint", _("handles complaint")
    FROM_SURVEY = "from_survey", _("from survey")
    ABOUT = "about", _("about")
    CORRECTED_BY = "corrected_by", _("corrected by")
    SUPPLIER_CASE = "supplier_case", _("supplier case")
    RELATED_TO = "related_to", _("related to")


class Link(models.Model):
    """A typed, directed connection of two records, shown from both ends."""

    source = models.ForeignKey(Record, models.CASCADE, related_name="links_out")
    target = models.ForeignKey(Record, models.CASCADE, related_name="links_in")
    kind = models.CharField(max_length=32, choices=LinkKind.choices)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    auto = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("source", "target", "kind", name="link_once"),
            models.CheckConstraint(condition=~models.Q(source=models.F("target")), name="link_between_two_records"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind} {self.target_id}"


class Watcher(models.Model):
    """Somebody who wants to be told what happens to a record."""

    record = models.ForeignKey(Record, models.CASCADE, related_name="watchers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="watches")

    class Meta:
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint("record", "person", name="watches_once")]

    def __str__(self) -> str:
        return f"{self.person_id} → {self.record_id}"


class Attachment(models.Model):
    """A file kept under the hash of its content; never served inline except as a re-encoded image."""

    record = models.ForeignKey(Record, models.CASCADE, related_name="attachments")
    name = models.CharField(_("file name"), max_length=200)
    media_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64)
    is_internal = models.BooleanField(_("internal"), default=False)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[Any]] = [models.Index(fields=["record", "id"], name="attachment_by_record")]

    def __str__(self) -> str:
        return self.name


class NumberSeries(models.Model):
    """The counter of one prefix and month of the site's zone; taken last, so it leaves no gap."""

    prefix = models.CharField(max_length=12)
    month = models.CharField(max_length=6)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint("prefix", "month", name="number_series_once")]

    def __str__(self) -> str:
        return f"{self.prefix}-{self.month}"


class FlowEdge(models.Model):
    """A legal step of a machine; the database trigger knows no others. Filled from the flow tables after migrating."""

    machine = models.CharField(max_length=32)
    kind = models.CharField(max_length=32)
    field = models.CharField(max_length=32)
    source = models.CharField(max_length=32)
    target = models.CharField(max_length=32)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("kind", "field", "source", "target", name="flow_edge_once")
        ]

    def __str__(self) -> str:
        return f"{self.machine}: {self.source} → {self.target}"
