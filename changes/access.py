"""Which roles follow from a change itself, which it takes away, and who may see it by their part in it."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from itsm.people.models import Person

#: Roles whose holders see every change that is not confidential: they decide on it, or may have to carry it out.
READERS = frozenset({"cab", "ecab", "change_implementer", "transition_manager"})
#: Who authorises an emergency.
EMERGENCY = ("ecab", "change_manager")


def change_roles(record: Any, person: Person, roles: set[str]) -> set[str]:
    """Let who asked for a change act as its requester, and who carries it out as its implementer."""
    if record.kind != "change":
        return roles
    roles = roles - {"change_requester"}
    if person.pk == record.requester_id and person.is_worker:
        roles = roles | {"change_requester"}
    if record.implementer_id is not None:
        roles = roles - {"change_implementer"}
        if record.implementer_id == person.pk:
            roles = roles | {"change_implementer"}
    return roles


def seen_by(person: Person) -> Q | None:
    """Give the condition for changes that ``person`` works on: own ones, those to carry out, for the board all."""
    from changes.models import Change

    if not person.is_worker:
        return None
    rows = Q(pk__in=Change.objects.filter(Q(asked_by=person.pk) | Q(implementer=person.pk)).values("pk"))
    if person.role_codes & READERS:
        rows |= Q(pk__in=Change.objects.values("pk"), confidential=False)
    return rows


def eligible(change: Any, *roles: str) -> list[Person]:
    """List the active holders of ``roles`` who neither asked for the change nor carry it out, by name."""
    involved = [pk for pk in (change.requester_id, change.requested_for_id, change.implementer_id) if pk]
    return list(Person.objects.holding(*roles, process="change").exclude(pk__in=involved).order_by("name", "pk"))


def owed(records: Any, person: Person) -> Any:
    """Leave out the changes that ``person`` may not decide on, and those on which they have voted in the open round."""
    from changes.board_models import CabVote

    voted = CabVote.objects.filter(member=person.pk, ballot__ended_at=None).values("ballot__change")
    own = Q(requester=person.pk) | Q(requested_for=person.pk) | Q(implementer=person.pk)
    return records.exclude(own & ~Q(state="draft")).exclude(pk__in=voted)
