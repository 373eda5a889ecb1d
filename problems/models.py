"""Problem: the cause behind incidents, registered here."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from itsm.flow import Flow, Moves
from itsm.tickets.models import Ticket
from itsm.tickets.querysets import TicketQuerySet
from problems.flow import PROBLEM


class Problem(Moves(PROBLEM), Ticket):  # type: ignore[misc]  # the base is made from the flow table
    """A registered problem with its origin."""

    class Origin(models.TextChoices):
        MAJOR_INCIDENT = "major_incident", _("major incident")
        RECLASSIFIED = "reclassified_incident", _("reclassified incident")

    process_key: ClassVar[str] = "problem"
    flows: ClassVar[tuple[Flow, ...]]

    origin = models.CharField(_("origin"), max_length=24, choices=Origin.choices)

    objects: ClassVar[Any] = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("problem")
        verbose_name_plural = _("problems")
