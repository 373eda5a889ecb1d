"""The implementation plan as steps: what is planned against what was done, and the way back beside it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class StepQuerySet(models.QuerySet["Step"]):
    """Questions about steps."""

    def in_order(self) -> StepQuerySet:
        """By path and place."""
        return self.order_by("path", "place", "pk")


class Step(models.Model):
    """One step of a change's plan or of its way back."""

    class Path(models.TextChoices):
        PLAN = "plan", _("plan")
        BACK = "back", _("back-out")

    class Kind(models.TextChoices):
        WORK = "work", _("work")
        TEST = "test", _("test")
        GATE = "gate", _("go or no-go")
        NOTICE = "notice", _("notice")

    class State(models.TextChoices):
        OPEN = "open", _("open")
        RUNNING = "running", _("being done")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        SKIPPED = "skipped", _("skipped")

    change = models.ForeignKey("changes.Change", models.CASCADE, related_name="steps")
    path = models.CharField(_("path"), max_length=4, choices=Path.choices, default=Path.PLAN)
    place = models.PositiveSmallIntegerField(_("position in the plan"), default=1)
    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices, default=Kind.WORK)
    title = models.CharField(_("what is done"), max_length=200)
    detail = models.TextField(_("command or link"), blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner of the step"),
    )
    planned_minutes = models.PositiveIntegerField(_("planned minutes"), default=10)
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.OPEN)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("done by")
    )
    note = models.TextField(_("note"), blank=True)
    evidence = models.ForeignKey(
        "records.Attachment", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("evidence")
    )

    objects: ClassVar[Any] = StepQuerySet.as_manager()

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(ended_at=None) | models.Q(started_at__lte=models.F("ended_at")),
                name="step_ends_after_start",
            ),
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["change", "path", "place"], name="step_by_change")]

    def __str__(self) -> str:
        return self.title

    @property
    def actual_minutes(self) -> int | None:
        """Give how many minutes it took; None while it has not ended."""
        if self.started_at is None or self.ended_at is None:
            return None
        taken: timedelta = self.ended_at - self.started_at
        return round(taken.total_seconds() / 60)
