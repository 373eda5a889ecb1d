"""Data of configuration items that comes in from a file: the batch, its rows as they were read, and whose word counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from itsm.records.models import Record

if TYPE_CHECKING:
    from itsm.people.models import Person


def _person(label: Any) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label
    )


class BatchQuerySet(models.QuerySet[Any]):
    """Questions about imports."""

    def visible_to(self, person: Person) -> BatchQuerySet:
        """All for those who work cases, none for requesters."""
        return self if person.is_worker else self.none()

    def waiting(self) -> BatchQuerySet:
        """Only those that the background work has to do with, the oldest first."""
        return self.filter(state__in=("queued", "applying", "undoing")).order_by("pk")

    def applied(self) -> BatchQuerySet:
        """Only those that wrote something and were not undone."""
        return self.filter(applied_at__isnull=False, undone_at=None)


class RowQuerySet(models.QuerySet[Any]):
    """Questions about the rows of imports."""

    def to_write(self) -> RowQuerySet:
        """Only those that change something and have not done so yet, in the order of the file; items before relationships."""
        return self.filter(action__in=("create", "update"), applied_at=None, remark="").order_by("kind", "place")

    def written(self) -> RowQuerySet:
        """Only those that have changed something and were not undone; relationships before items."""
        return self.filter(applied_at__isnull=False, undone_at=None).order_by("-kind", "-place")

    def reported(self) -> RowQuerySet:
        """Only those that a person must look at: refused, ambiguous, twice there, without an end, kept, or not as they were."""
        return self.filter(
            Q(action__in=("refused", "ambiguous", "dangling", "repeated", "kept")) | ~Q(remark="")
        ).order_by("place")

    def counts(self) -> dict[tuple[str, str], int]:
        """Count them by kind and action."""
        rows = self.order_by().values_list("kind", "action").annotate(count=models.Count("pk"))
        return {(kind, action): count for kind, action, count in rows}


class ImportBatch(models.Model):
    """A file that was read, compared with what is there, and applied or not; one authority covers all of it.

    ``mapping`` says what its columns mean; ``counts`` what was read and what of it was there already.
    A batch from a page is authorised by a change, or by a second person who
    looked at the comparison; one from the command line by whoever administers the machine.
    """

    class State(models.TextChoices):
        STAGED = "staged", _("compared")
        QUEUED = "queued", _("waiting to be applied")
        APPLYING = "applying", _("being applied")
        APPLIED = "applied", _("applied")
        STOPPED = "stopped", _("stopped")
        UNDOING = "undoing", _("being undone")
        UNDONE = "undone", _("undone")
        DROPPED = "dropped", _("dropped")

    class Channel(models.TextChoices):
        WEB = "web", _("page")
        API = "api", _("REST")
        COMMAND = "command", _("command")

    source = models.CharField(_("source"), max_length=40)
    file_name = models.CharField(_("file"), max_length=255)
    mapping: models.JSONField[Any, Any] = models.JSONField(default=dict)
    channel = models.CharField(max_length=8, choices=Channel.choices, default=Channel.WEB)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.STAGED)
    made_by = _person(_("read by"))
    made_at = models.DateTimeField(_("read"))
    change = models.ForeignKey(
        Record, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("change")
    )
    verified_by = _person(_("verified by"))
    verified_at = models.DateTimeField(_("verified"), null=True, blank=True)
    applied_by = _person(_("applied by"))
    applied_at = models.DateTimeField(_("applied"), null=True, blank=True)
    undone_by = _person(_("undone by"))
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    rows_read = models.PositiveIntegerField(default=0)
    counts: models.JSONField[Any, Any] = models.JSONField(default=dict)
    stop_asked = models.BooleanField(default=False)

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("import of configuration data")
        verbose_name_plural = _("imports of configuration data")
        ordering: ClassVar[list[str]] = ["-pk"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=(models.Q(applied_at=None) | models.Q(channel="command") | models.Q(change__isnull=False)
                           | models.Q(verified_by__isnull=False)),
                name="import_batch_is_authorised",
            ),
            models.CheckConstraint(
                condition=models.Q(verified_by=None) | ~models.Q(verified_by=models.F("made_by")),
                name="import_batch_verified_by_another",
            ),
        ]  # fmt: skip
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["id"],
                name="import_batch_waiting",
                condition=models.Q(state__in=("queued", "applying", "undoing")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.source} · {self.file_name}"


class ImportRow(models.Model):
    """A row as it was read, with what is to become of it; nothing that was read is lost.

    ``told`` are the values by field and attribute, ``cells`` the differences: [{"field", "old", "new", "kept"}]. A
    relationship names its ends by ``name`` and ``other``.
    """

    class Kind(models.TextChoices):
        ITEM = "item", _("item")
        RELATION = "relation", _("relationship")

    class Action(models.TextChoices):
        CREATE = "create", _("new")
        UPDATE = "update", _("changed")
        KEPT = "kept", _("kept as it is")
        REPEATED = "repeated", _("twice in the file")
        AMBIGUOUS = "ambiguous", _("several items match")
        DANGLING = "dangling", _("an end is missing")
        REFUSED = "refused", _("refused")

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="rows")
    place = models.PositiveIntegerField()
    file = models.CharField(max_length=255, blank=True)
    line = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    action = models.CharField(max_length=9, choices=Action.choices)
    name = models.CharField(max_length=200, blank=True)
    other = models.CharField(max_length=200, blank=True)
    type = models.CharField(max_length=40, blank=True)
    told: models.JSONField[Any, Any] = models.JSONField(default=dict)
    cells: models.JSONField[Any, Any] = models.JSONField(default=list)
    column = models.CharField(max_length=200, blank=True)
    value = models.CharField(max_length=200, blank=True)
    sentence = models.CharField(max_length=300, blank=True)
    values: models.JSONField[Any, Any] = models.JSONField(default=dict)
    item = models.ForeignKey("ConfigurationItem", models.CASCADE, null=True, related_name="import_rows")
    relation = models.ForeignKey("CiRelation", models.CASCADE, null=True, related_name="+")
    applied_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    remark = models.CharField(max_length=300, blank=True)

    objects = RowQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["batch", "place"]
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint("batch", "place", name="import_row_once")]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["batch", "action", "place"], name="import_row_by_action")]

    def __str__(self) -> str:
        return f"{self.line} {self.name}"


class ImportUpload(models.Model):
    """A file between its upload and its comparison; it goes when that is done, or after a day."""

    name = models.CharField(max_length=255)
    content = models.BinaryField()
    made_by = _person("")
    made_at = models.DateTimeField()

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    def __str__(self) -> str:
        return self.name


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class SourceOrder(models.Model):
    """Whose word counts for a field or attribute, the strongest first; without a field, for all others."""

    field = models.CharField(_("field or attribute"), max_length=60, blank=True, unique=True)
    sources: models.JSONField[Any, Any] = models.JSONField(_("sources, the strongest first"), default=list)

    class Meta:
        verbose_name = _("order of sources")
        verbose_name_plural = _("orders of sources")
        ordering: ClassVar[list[str]] = ["field"]

    def __str__(self) -> str:
        return f"{self.field or '*'}: {', '.join(self.sources)}"
