"""What an import leaves behind besides the cases: the run, where each case came from, and every cell refused."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from itsm.intake.faults import spoken
from itsm.tickets.models import Ticket


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    """Questions about imports."""

    def of(self, source: str) -> ImportRunQuerySet:
        """Only those of one source, the latest first."""
        return self.filter(source=source).order_by("-pk")

    def running(self) -> ImportRunQuerySet:
        """Only those that have neither finished nor been found dead."""
        return self.filter(state=ImportRun.State.RUNNING)


class ImportRun(models.Model):
    """One start of an import; its counts are committed with the cases that they count."""

    class State(models.TextChoices):
        RUNNING = "running", _("under way")
        FINISHED = "finished", _("completed")
        INTERRUPTED = "interrupted", _("broken off")

    source = models.CharField(max_length=40)
    mapping = models.CharField(max_length=80)
    file_name = models.CharField(max_length=255)
    state = models.CharField(max_length=12, choices=State.choices, default=State.RUNNING)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    rows_total = models.PositiveIntegerField(default=0)
    records = models.PositiveIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[Any]] = [models.Index(fields=["source", "-id"], name="import_run_by_source")]

    def __str__(self) -> str:
        return f"{self.source} {self.started_at:%Y-%m-%d %H:%M}"

    def end(self, state: str, *, at: datetime) -> None:
        """This will note that it ended, and how."""
        self.state, self.finished_at = state, at
        self.save(update_fields=["state", "finished_at"])


class ImportedCase(models.Model):
    """Where a case came from: what was read last, so that the same is known again, and the source's clock judged here."""

    ticket = models.OneToOneField(Ticket, models.CASCADE, primary_key=True, related_name="imported")
    run = models.ForeignKey(ImportRun, models.PROTECT, related_name="cases")
    fingerprint = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    elapsed_seconds = models.PositiveIntegerField(null=True)
    target_seconds = models.PositiveIntegerField(null=True)
    met = models.BooleanField(null=True)
    source_met = models.BooleanField(null=True)

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.fingerprint[:8]}"


class RejectedCell(models.Model):
    """A cell that kept its record out, with the sentence that says why (shown in the reader's language)."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="rejected_cells")
    line = models.PositiveIntegerField()
    column = models.CharField(max_length=200, blank=True)
    value = models.CharField(max_length=200, blank=True)
    sentence = models.CharField(max_length=200)
    values: models.JSONField[Any, Any] = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar[list[Any]] = [models.Index(fields=["run", "line"], name="rejected_cell_by_run")]

    def __str__(self) -> str:
        return f"{self.line} {self.column}"

    def said(self) -> str:
        """This will say why in the reader's language."""
        return spoken(self.sentence, self.values)


from itsm.intake.named_models import NamedItem  # noqa: E402, F401  (Django finds the models of an app here)
from itsm.intake.post.models import InboundMail  # noqa: E402, F401  (the same)
