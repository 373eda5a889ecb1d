"""How people and teams are found and made."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import BaseUserManager
from django.db import models

if TYPE_CHECKING:
    from itsm.people.models import Person, Team  # noqa: F401  (the base of TeamQuerySet names it)


class PersonQuerySet(models.QuerySet["Person"]):
    """Questions about people."""

    def active(self) -> PersonQuerySet:
        """Only those who are still here."""
        return self.filter(is_active=True)

    def visible_to(self, person: Person) -> PersonQuerySet:
        """All for those who work cases; otherwise oneself and the units one leads."""
        if person.is_worker:
            return self
        return self.filter(models.Q(pk=person.pk) | models.Q(unit__in=person.led_unit_ids))

    def holding(self, *roles: str, process: str = "") -> PersonQuerySet:
        """Only active holders of one of ``roles`` for ``process`` or for all."""
        scope = models.Q(grants__process="") | models.Q(grants__process=process)
        return self.active().filter(scope, grants__role__in=roles).distinct()

    def deputies_of(self, absent: Person, *, on: date) -> PersonQuerySet:
        """Those who act for ``absent`` on that day."""
        return self.active().filter(stands_in__person=absent, stands_in__starts_on__lte=on, stands_in__ends_on__gte=on)


#: A person with the facts that decide what every page shows, in one statement.
WITH_RIGHTS = """
SELECT p.*,
       ARRAY(SELECT g.role || ' ' || g.process FROM people_rolegrant g WHERE g.person_id = p.id) AS held,
       ARRAY(SELECT m.team_id FROM people_team_members m WHERE m.person_id = p.id) AS member_of,
       EXISTS(SELECT 1 FROM people_team t WHERE t.lead_id = p.id AND t.is_active) AS leads_one
  FROM people_person p WHERE p.id = %s
"""


class PersonManager(BaseUserManager["Person"]):
    """Makes people; user names are kept as given, e-mail domains in lower case."""

    def with_rights(self, pk: int) -> Person | None:
        """Read a person together with roles and teams, as every request needs them; None when there is none."""
        for person in self.raw(WITH_RIGHTS, [pk]):
            facts = person.__dict__
            facts["grants_held"] = frozenset(tuple(grant.split(" ", 1)) for grant in facts.pop("held"))
            facts["team_ids"] = frozenset(facts.pop("member_of"))
            facts["leads_a_team"] = facts.pop("leads_one")
            return person
        return None

    def create_user(self, username: str, *, name: str, password: str | None = None, **fields: Any) -> Person:
        """Create a person; without a password nobody can sign in as them.

        :raises ValueError: if the user name is empty
        """
        if not username:
            raise ValueError("A person needs a user name.")
        fields["email"] = self.normalize_email(fields.get("email", ""))
        person: Person = self.model(username=username, name=name, **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, username: str, *, name: str, password: str | None = None, **fields: Any) -> Person:
        """Create an administrator who may change everything."""
        return self.create_user(
            username, name=name, password=password, **fields | {"is_staff": True, "is_superuser": True}
        )


class TeamQuerySet(models.QuerySet["Team"]):
    """Questions about teams."""

    def active(self) -> TeamQuerySet:
        """Only teams that still get work."""
        return self.filter(is_active=True)

    def visible_to(self, person: Person) -> TeamQuerySet:
        """All for those who work cases, none for requesters."""
        return self if person.is_worker else self.none()
