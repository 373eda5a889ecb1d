"""Finding the case that an address names, for the person who asks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.utils.translation import gettext

from itsm.records import register
from itsm.records.models import Link, LinkKind
from itsm.tickets.models import Ticket

if TYPE_CHECKING:
    from itsm.people.models import Person


def process_numbered(number: str) -> register.Process:
    """Tell the process of a number by its prefix.

    :raises Http404: if no process numbers its records so
    """
    prefix = number.partition("-")[0]
    for process in register.processes():
        if process.flow.prefix == prefix and issubclass(process.model, Ticket):
            return process
    raise Http404(gettext("There is no case with this number."))


def find_case(number: str, *, person: Person, related: Sequence[str] = ()) -> Any:
    """Find the case with that number as far as ``person`` may know of it.

    It carries two answers: ``is_worked`` (the person works on it or oversees it, beyond an own case) and
    ``shows_notes`` (the person may read its internal notes).

    :raises Http404: if there is none, or the person may not know of it
    """
    cases = process_numbered(number).model.objects.visible_to(person).with_rights(person)
    if related:
        cases = cases.select_related(*related)
    for case in cases.filter(number=number)[:1]:
        return case
    raise Http404(gettext("There is no case with this number."))


def glimpse(number: str, *, person: Person) -> Ticket:
    """Find what an act on a case needs before it locks the case: its key, number, kind, and its requester's name.

    :raises Http404: if there is none, or the person may not know of it
    """
    process_numbered(number)
    cases = Ticket.objects.visible_to(person).select_related("requester").only("number", "kind", "requester__name")
    for case in cases.filter(number=number)[:1]:
        found: Ticket = case
        return found
    raise Http404(gettext("There is no case with this number."))


def page_of(case: Any) -> str:
    """Give the address of the case's page at the desk."""
    return f"/{register.process_of(case).section}/{case.number}/"


def moved_on(case: Any, *, person: Person) -> Ticket | None:
    """Find the case as which the matter of a reclassified one goes on; None where the person may not know of it."""
    found, seen = None, {case.pk}
    while True:
        follows = Link.objects.filter(source=(found or case).pk, kind=LinkKind.RECLASSIFIED_TO).exclude(target__in=seen)
        last = Ticket.objects.visible_to(person).filter(pk__in=follows.values("target")).order_by("-pk").first()
        if last is None:
            return found
        found = last
        seen.add(last.pk)
