"""How imports of configuration data and their rows are found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from itsm.people.models import Person


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
