"""How well the configuration data could be relied on, month by month."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class HealthMonth(models.Model):
    """The health of one class, or of all together (no class), as it last stood in a month; ``month`` is its first day.

    Shares lie between 0 and 1; None is where there was nothing to share.
    """

    month = models.DateField(_("month"))
    ci_class = models.ForeignKey("CiClass", models.CASCADE, null=True, related_name="+", verbose_name=_("CI class"))
    items = models.PositiveIntegerField(_("items"))
    score = models.FloatField(_("score"))
    accuracy = models.FloatField(_("accuracy"), null=True)
    completeness = models.FloatField(_("completeness"), null=True)
    correctness = models.FloatField(_("correctness"), null=True)
    measured_at = models.DateTimeField()

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-month", "ci_class"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("month", "ci_class", name="health_once_a_month", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.ci_class_id or ''}"
