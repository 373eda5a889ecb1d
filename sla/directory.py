"""Who stands behind the audiences of a ladder: looked up once for a whole batch of cases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from itsm.people.models import Absence, Organisation, RoleGrant, Team
from itsm.tickets.models import Ticket
from sla.settings_models import Audience

#: Audiences that are roles granted to people.
ROLES = (Audience.INCIDENT_MANAGER, Audience.SLM, Audience.MANAGEMENT_REP)
OF_TEAM = (Audience.TEAM, Audience.TEAM_LEAD)
OF_UNIT = (Audience.UNIT_LEAD, Audience.HEAD)
#: Audiences that the case names itself.
NAMED: dict[str, str] = {
    Audience.ASSIGNEE: "assignee_id",
    Audience.REQUESTER: "requester_id",
    Audience.SERVICE_OWNER: "owner_id",
}
#: Audiences that may know of a confidential case.
TRUSTED = frozenset({Audience.ASSIGNEE, Audience.TEAM, Audience.INCIDENT_MANAGER, Audience.REQUESTER})


@dataclass(frozen=True)
class Case:
    """What decides who is told about a case."""

    pk: int
    kind: str
    confidential: bool
    assignee_id: int | None
    requester_id: int
    unit_id: int | None
    team_id: int | None
    owner_id: int | None
    kept_from_id: int | None = None


_FIELDS = (
    "pk", "kind", "confidential", "assignee_id", "requester_id", "unit_id", "team_id", "service__owner_id", "kept_from_id",
)  # fmt: skip


def cases(record_ids: Iterable[int]) -> dict[int, Case]:
    """This will read the cases of these records in one query; records that are no cases are left out."""
    rows = Ticket.objects.filter(pk__in=list(record_ids)).values_list(*_FIELDS)
    return {row[0]: Case(*row) for row in rows}


def case_of(ticket: Any) -> Case:
    """This will take the same from a case at hand, as it is in memory."""
    return Case(
        pk=ticket.pk,
        kind=ticket.kind,
        confidential=ticket.confidential,
        assignee_id=ticket.assignee_id,
        requester_id=ticket.requester_id,
        unit_id=ticket.unit_id,
        team_id=ticket.team_id,
        owner_id=ticket.service.owner_id if ticket.service_id else None,
        kept_from_id=ticket.kept_from_id,
    )


class Directory:
    """People by audience, for cases seen on one day."""

    def __init__(self, *, on: date) -> None:
        """This will look nobody up before it is asked."""
        self.on = on

    def people(self, audience: str, case: Case) -> list[int]:
        """This will list the ids of those behind ``audience`` for ``case``, deputies of the absent among them."""
        if case.confidential and audience not in (TRUSTED if case.team_id else TRUSTED - set(OF_TEAM)):
            return []
        found = [pk for pk in self._named(audience, case) if pk is not None and pk != case.kept_from_id]
        if not self._deputies:
            return list(dict.fromkeys(found)) if len(found) > 1 else found
        return list(dict.fromkeys(found + [deputy for person in found for deputy in self._deputies[person]]))

    def team_addresses(self, case: Case) -> list[str]:
        """This will list the mail addresses of the team's own channel."""
        if case.confidential and case.team_id is None:
            return []
        return [email for team in self._teams_of(case) if (email := self._teams[team]["email"])]

    def _named(self, audience: str, case: Case) -> list[int | None]:
        if audience in ROLES:
            return [person for person, process in self._holders[audience] if process in ("", case.kind)]
        if audience in OF_TEAM:
            teams, lead = self._teams_of(case), audience == Audience.TEAM_LEAD
            return [person for team in teams for person in self._of_team(team, lead=lead)]
        if audience in OF_UNIT:
            return [self._lead(case.unit_id, topmost=audience == Audience.HEAD)]
        return [getattr(case, NAMED[audience])]

    def _of_team(self, team: int, *, lead: bool) -> list[int | None]:
        return [self._teams[team]["lead_id"]] if lead else list(self._members[team])

    def _teams_of(self, case: Case) -> list[int]:
        """The team that has the case; while nobody has it, the desk."""
        if case.team_id is not None:
            return [case.team_id] if case.team_id in self._teams else []
        return [team for team, row in self._teams.items() if row["tier"] == 1]

    def _lead(self, unit: int | None, *, topmost: bool) -> int | None:
        """The lead of the requester's unit, or of the topmost unit above it."""
        while topmost and unit is not None and self._units[unit][0] is not None:
            unit = self._units[unit][0]
        return self._units[unit][1] if unit is not None else None

    @cached_property
    def _teams(self) -> dict[int, dict[str, Any]]:
        rows = Team.objects.filter(is_active=True).order_by("pk").values("pk", "lead_id", "tier", "email")
        return {row["pk"]: dict(row) for row in rows}

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
