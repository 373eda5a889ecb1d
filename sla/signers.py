"""Who may sign for a side of an agreement."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from itsm.people.models import Organisation, Person


def representatives(customer: Organisation) -> list[Person]:
    """List the people who speak for a customer: the lead of the unit, and its named representatives who can sign in."""
    contact = getattr(customer, "customer", None)
    mails = (
        []
        if contact is None
        else contact.contacts.filter(kind="representative").exclude(email="").values_list("email", flat=True)
    )
    wanted = Q(pk=customer.lead_id)
    for mail in mails:
        wanted |= Q(email__iexact=mail)
    return list(Person.objects.active().filter(wanted).order_by("pk"))


def other_side(record: Any) -> tuple[str, Organisation | None, Any]:
    """Tell which side is not ours, and the organisation or team on it: of a contract the supplier, else who receives."""
    if record.type == "uc":
        return "provider", record.provider, None
    return "customer", record.consumer, record.consumer_team


def speaks_for_other_side(record: Any, person: Person) -> bool:
    """Tell whether ``person`` may sign for the other side; where an agreement holds for everybody, anyone named may."""
    _side, unit, team = other_side(record)
    if team is not None:
        return team.lead_id == person.pk or (team.lead_id is None and team.members.filter(pk=person.pk).exists())
    return unit is None or person in representatives(unit)
