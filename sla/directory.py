"""Who stands behind the audiences of a ladder: looked up once for a whole batch of cases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import Any

from itsm.people.models import Absence, Organisation, RoleGrant, Team
from sla.settings_models import Audience

#: Audiences that are roles granted to people.
ROLES = (Audience.INCIDENT_MANAGER, Audience.SLM, Audience.MANAGEMENT_REP)
#: Audiences that may know of a confidential case.
TRUSTED = frozenset({Audience.ASSIGNEE, Audience.TEAM, Audience.INCIDENT_MANAGER, Audience.REQUESTER})


class Directory:
    """People by audience, for cases seen on one day."""

    def __init__(self, tickets: Iterable[Any], *, on: date) -> None:
        """This will answer for these tickets only."""
        self.tickets = list(tickets)
        self.on = on

    def people(self, audience: str, ticket: Any) -> list[int]:
        """This will list the ids of those behind ``audience`` for ``ticket``, deputies of the absent among them."""
        if ticket.confidential and audience not in TRUSTED:
            return []
        found = [person for person in self._named(audience, ticket) if person is not None]
        return list(dict.fromkeys(found + [deputy for person in found for deputy in self._deputies[person]]))

    def team_addresses(self, ticket: Any) -> list[str]:
        """This will list the mail addresses of the team's own channel."""
        return [email for team in self._teams_of(ticket) if (email := self._teams[team]["email"])]

    def _named(self, audience: str, ticket: Any) -> list[int | None]:
        if audience in ROLES:
            return [person for person, process in self._holders[audience] if process in ("", ticket.kind)]
        if audience in (Audience.TEAM, Audience.TEAM_LEAD):
            teams = self._teams_of(ticket)
            return [person for team in teams for person in self._of_team(team, lead=audience == Audience.TEAM_LEAD)]
        if audience in (Audience.UNIT_LEAD, Audience.HEAD):
            return [self._lead(ticket.unit_id, topmost=audience == Audience.HEAD)]
        owner = ticket.service.owner_id if ticket.service_id else None
        known = {
            Audience.ASSIGNEE: ticket.assignee_id,
            Audience.REQUESTER: ticket.requester_id,
            Audience.SERVICE_OWNER: owner,
        }
        return [known[Audience(audience)]]

    def _of_team(self, team: int, *, lead: bool) -> list[int | None]:
        return [self._teams[team]["lead_id"]] if lead else list(self._members[team])

    def _teams_of(self, ticket: Any) -> list[int]:
        """The team that has the case; while nobody has it, the desk."""
        if ticket.team_id is not None:
            return [ticket.team_id] if ticket.team_id in self._teams else []
        return [team for team, row in self._teams.items() if row["tier"] == 1]

    def _lead(self, unit: int | None, *, topmost: bool) -> int | None:
        """The lead of the requester's unit, or of the topmost unit above it."""
        while topmost and unit is not None and self._units[unit][0] is not None:
            unit = self._units[unit][0]
        return self._units[unit][1] if unit is not None else None

    @cached_property
    def _teams(self) -> dict[int, dict[str, Any]]:
        rows = Team.objects.filter(is_active=True).order_by("pk").values("pk", "lead_id", "tier", "email")
        return {row["pk"]: row for row in rows}

    @cached_property
    def _members(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        rows = Team.members.through.objects.filter(person__is_active=True).order_by("pk")
        for team, person in rows.values_list("team_id", "person_id"):
            found[team].append(person)
        return found

    @cached_property
    def _holders(self) -> dict[str, list[tuple[int, str]]]:
        found: dict[str, list[tuple[int, str]]] = defaultdict(list)
        rows = RoleGrant.objects.filter(role__in=ROLES, person__is_active=True).order_by("pk")
        for role, person, process in rows.values_list("role", "person_id", "process"):
            found[role].append((person, process))
        return found

    @cached_property
    def _units(self) -> dict[int, tuple[int | None, int | None]]:
        rows = Organisation.objects.values_list("pk", "parent_id", "lead_id")
        return {pk: (parent, lead) for pk, parent, lead in rows}

    @cached_property
    def _deputies(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        rows = Absence.objects.filter(starts_on__lte=self.on, ends_on__gte=self.on, deputy__is_active=True).order_by(
            "pk"
        )
        for person, deputy in rows.values_list("person_id", "deputy_id"):
            found[person].append(deputy)
        return found
