"""How configuration items, their versions and relationships are found."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from itsm.people.models import Person


class CiQuerySet(models.QuerySet[Any]):
    """Questions about configuration items."""

    def visible_to(self, person: Person) -> CiQuerySet:
        """All for those who work cases, none for requesters."""
        return self if person.is_worker else self.none()

    def in_use(self) -> CiQuerySet:
        """Only those that are neither retired nor disposed of."""
        return self.exclude(state__in=("retired", "disposed"))


class CorrectionQuerySet(models.QuerySet[Any]):
    """Questions about corrections."""

    def open(self) -> CorrectionQuerySet:
        """Only those that are neither carried out nor refused."""
        return self.filter(applied_at=None, refused_at=None)

    def usable(self) -> CorrectionQuerySet:
        """Only those that a second person has verified and nobody has used."""
        return self.open().filter(verified_at__isnull=False)


class VersionQuerySet(models.QuerySet[Any]):
    """Questions about the history of items."""

    def as_of(self, moment: datetime) -> VersionQuerySet:
        """How items were at ``moment``."""
        return self.filter(_within(moment))


class RelationQuerySet(models.QuerySet[Any]):
    """Questions about relationships."""

    def present(self) -> RelationQuerySet:
        """Only those that hold now."""
        return self.filter(valid_to=None)

    def as_of(self, moment: datetime | None) -> RelationQuerySet:
        """Those that held at ``moment``; None is now."""
        return self.present() if moment is None else self.filter(_within(moment))

    def touching(self, item: Any) -> RelationQuerySet:
        """Only those of which ``item`` is an end."""
        return self.filter(Q(source=item) | Q(target=item))


def _within(moment: datetime) -> Q:
    return Q(valid_from__lte=moment) & (Q(valid_to=None) | Q(valid_to__gt=moment))
