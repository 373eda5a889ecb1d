"""Whom a case concerns: by id, so that asking costs at most one query each."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from itsm.people.models import Person
from itsm.records.finding import plain_processes
from itsm.records.models import Watcher
from itsm.tickets.models import ApprovalRequest, Ticket

MENTION = re.compile(r"(?<![\w@.])@([\w][\w.+-]{1,79})")
MOST_MENTIONED = 20


def askers(record: Any) -> set[int]:
    """Collect who asked for it, who gets it and who reported it."""
    found = {record.requester_id, record.requested_for_id, getattr(record, "reporter_id", None)}
    return {pk for pk in found if pk}


def watchers(record: Any) -> set[int]:
    """Collect who wants to be told."""
    return set(Watcher.objects.filter(record=record.pk).values_list("person", flat=True))


def members(team_id: int | None) -> set[int]:
    """Collect the active members of a team."""
    return set(Person.objects.active().filter(teams=team_id).values_list("pk", flat=True)) if team_id else set()


def holders(*roles: str, process: str) -> set[int]:
    """Collect the active holders of a role."""
    return set(Person.objects.holding(*roles, process=process).values_list("pk", flat=True))


def approvers(record: Any) -> set[int]:
    """Collect whose decision the case waits for."""
    waiting = ApprovalRequest.objects.filter(ticket=record.pk, decision=ApprovalRequest.Decision.OPEN)
    return set(waiting.values_list("approver", flat=True))


def engaged(record: Any) -> set[int]:
    """Collect who runs a major incident: its lead, its voice, its team and its service's owner."""
    named = {getattr(record, "lead_id", None), getattr(record, "comms_owner_id", None), record.assignee_id}
    if record.service_id:
        named.add(record.service.owner_id)
    return {pk for pk in named if pk} | members(record.team_id)


def concerned_children(record: Any) -> set[int]:
    """Collect who asked for the cases that follow this one."""
    children = getattr(record, "children", None)
    return set() if children is None else set(children.open().values_list("requester", flat=True))


def mentioned(body: str, *, record: Any, internal: bool) -> set[int]:
    """Collect who is mentioned as @user-name and may read what was written."""
    names = list(dict.fromkeys(MENTION.findall(body)))[:MOST_MENTIONED]
    if not names:
        return set()
    people = Person.objects.active().filter(username__in=[name.rstrip(".") for name in names])
    return {person.pk for person in people if may_read(record, person, internal=internal)}


def may_read(record: Any, person: Person, *, internal: bool) -> bool:
    """Tell whether ``person`` may see the record, and its internal notes where it is a case and ``internal``."""
    process = next((row for row in plain_processes() if row.key == record.kind), None)
    if process is not None:
        return bool(process.model.objects.visible_to(person).filter(pk=record.pk).exists())
    cases = Ticket.objects.notes_read_by(person) if internal else Ticket.objects.visible_to(person)
    return cases.filter(pk=record.pk).exists()


def without(people: Iterable[int | None], *, actor: Person | None) -> list[int]:
    """Leave out nobody and whoever acted; in ascending order."""
    return sorted({pk for pk in people if pk} - {actor.pk if actor else None})
