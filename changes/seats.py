"""Who may vote on what: seats, proxies, conflicts of interest, alternates."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from catalogue.models import Service
from changes.board_querysets import seats_on
from changes.effects import TASKS
from itsm.people.models import Person

#: Services of this criticality need their owner's voice.
CRITICAL = 1
#: Why somebody must not vote, in words.
CONFLICTS = {
    "requester": _("asked for the change"),
    "requested_for": _("the change is made for them"),
    "implementer": _("carries the change out"),
    "assignee": _("works on the change"),
    "assessor": _("assessed the change"),
    "declared": _("declared an interest"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """A seat as it counts for one change; ``conflict`` is a code of CONFLICTS, empty when the person may vote."""

    person: int
    chair: bool = False
    veto: bool = False
    owner_of: tuple[str, ...] = ()
    conflict: str = ""
    alternate_for: int | None = None


def day_of(board: Any, at: datetime) -> date:
    """Give the day of ``at`` where the board sits."""
    return at.astimezone(ZoneInfo(board.zone)).date()


def members(board: Any, *, at: datetime) -> list[Any]:
    """List the seats that are held now, with their people; the chair first."""
    rows = seats_on(board.members.select_related("person"), day_of(board, at))
    return sorted(rows.filter(person__is_active=True), key=lambda row: (not row.is_chair, row.pk))


def seated(board: Any, *, at: datetime) -> list[Person]:
    """List the people with a seat."""
    return [row.person for row in members(board, at=at)]


def proxies(board: Any, *, at: datetime) -> list[Any]:
    """List the proxies in force, with their people."""
    day = day_of(board, at)
    rows = board.proxies.filter(starts_on__lte=day, ends_on__gte=day, person__is_active=True)
    return list(rows.select_related("person", "member").order_by("pk"))


def guests(board: Any, *, at: datetime) -> list[Person]:
    """List the people who may sit in for a member now."""
    return [row.person for row in proxies(board, at=at)]


def conflicts(change: Any) -> dict[int, str]:
    """Say who must not vote on ``change``, and why: nobody judges what they asked for, get, assessed or carry out."""
    found: dict[int, str] = {}
    titles = [zh for zh, _en in TASKS]
    assessors = change.tasks.filter(title_zh__in=titles).values_list("assignee", flat=True)
    found |= {pk: "assessor" for pk in assessors if pk}
    for code in ("assignee", "implementer", "requested_for", "requester"):
        if (pk := getattr(change, f"{code}_id")) is not None:
            found[pk] = code
    if change.asked_by_id is not None:
        found[change.asked_by_id] = "requester"
    return found


def critical_services(change: Any) -> list[Service]:
    """List the critical services that the change affects."""
    rows = Service.objects.filter(criticality=CRITICAL)
    keys = {change.service_id, *change.affected_services.values_list("pk", flat=True)} - {None}
    return list(rows.filter(pk__in=keys).order_by("code"))


def places(board: Any, change: Any, *, at: datetime, declared: Collection[int] = ()) -> list[Place]:
    """List the seats of the board and of the owners of critical services, as they count for ``change``.

    ``declared`` are those who say themselves that they have an interest.
    """
    against = dict.fromkeys(declared, "declared") | conflicts(change)
    found: dict[int, Place] = {}
    stand_ins = []
    for row in members(board, at=at):
        if row.alternate_for_id is None:
            found[row.person_id] = Place(row.person_id, row.is_chair, row.has_veto)
        else:
            stand_ins.append(row)
    for service in critical_services(change):
        place = found.get(service.owner_id, Place(service.owner_id))
        found[service.owner_id] = replace(place, veto=True, owner_of=(*place.owner_of, service.code))
    found = {pk: replace(place, conflict=against.get(pk, "")) for pk, place in found.items()}
    return [*found.values(), *_alternates(stand_ins, found, against)]


def _alternates(rows: Iterable[Any], found: dict[int, Place], against: dict[int, str]) -> list[Place]:
    """Let alternates sit for those who must not vote, with their rights; an alternate with a conflict does not help."""
    made = []
    for row in rows:
        principal = found.get(row.alternate_for_id)
        if principal is None or not principal.conflict or row.person_id in found:
            continue
        made.append(
            Place(
                row.person_id, principal.chair, principal.veto or row.has_veto, principal.owner_of,
                against.get(row.person_id, ""), principal.person,
            )
        )  # fmt: skip
    return made


def attend(meeting: Any, *, names: set[str], at: datetime) -> None:
    """Write down who of the board is there, themselves or by proxy."""
    acting = {row.member_id: row.person for row in proxies(meeting.board, at=at)}
    meeting.attendance.all().delete()
    for person in seated(meeting.board, at=at):
        proxy = acting.get(person.pk)
        sends = proxy is not None and proxy.username in names and person.username not in names
        meeting.attendance.create(
            person=person, proxy=proxy if sends else None, is_present=person.username in names or sends
        )


def conflict_words(code: str) -> str:
    """Say why somebody must not vote."""
    return str(CONFLICTS.get(code, code))
