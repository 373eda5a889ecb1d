"""Questions about deployments; visible_to() is where every list and page begins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from itsm.people.models import Person


class DeploymentQuerySet(models.QuerySet[Any]):
    """Questions about deployments."""

    def visible_to(self, person: Person) -> DeploymentQuerySet:
        """What ``person`` may know of: those of the releases that the person works on or oversees, and one's own."""
        from releases.models import Release

        if not person.is_worker:
            return self.none()
        return self.filter(Q(release__in=Release.objects.worked_by(person).values("pk")) | Q(implementer=person.pk))

    def unfinished(self) -> DeploymentQuerySet:
        """Only those that are planned or in progress."""
        return self.filter(phase__in=["new", "working"])
