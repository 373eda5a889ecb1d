"""What an imported record names of the configuration data, whether we know it or not."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from itsm.records.models import Record
from itsm.tickets.models import Ticket


class NamedItem(models.Model):
    """A configuration item as the source names it; ``item`` is ours once it is known under that name."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="named_items")
    name = models.CharField(max_length=160)
    how = models.CharField(max_length=80, blank=True)
    item = models.ForeignKey(Record, models.SET_NULL, null=True, related_name="+")

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint("ticket", "name", name="named_item_once")]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["name"], name="named_item_by_name")]

    def __str__(self) -> str:
        return self.name
