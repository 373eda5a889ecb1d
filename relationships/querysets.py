"""Questions about suggestions and compliments; visible_to() is where every list and page begins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    from itsm.people.models import Person

#: Roles that read what users suggest and praise.
READERS = frozenset({"agent", "incident_manager", "brm", "slm", "service_owner", "auditor", "management_rep"})


class FeedbackQuerySet(models.QuerySet[Any]):
    """Questions about suggestions and compliments."""

    def visible_to(self, person: Person) -> FeedbackQuerySet:
        """All for the desk and those who keep the relationship; for everybody else their own."""
        return self.all() if person.role_codes & READERS else self.filter(by=person.pk)
