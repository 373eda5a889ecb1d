"""What may be chosen for an input that names a row, and finding the row that somebody named."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext

from catalogue.models import Category, RequestItem, Service
from itsm.flow import Input
from itsm.flow.roles import STAFF
from itsm.people.models import Person as People
from itsm.people.models import Team
from itsm.records import register
from itsm.tickets.models import Ticket
from itsm.tickets.settings_models import HoldReason

if TYPE_CHECKING:
    from itsm.people.models import Person

Offered = Callable[[Input, Any, "Person"], models.QuerySet[Any]]
LONGEST_ID = 18  # digits that a key can have

#: By which columns a row may be named, for each kind of input; the first is the one that forms send.
NAMED_BY: dict[str, tuple[str, ...]] = {
    "person": ("username", "employee_number"),
    "agent": ("username", "employee_number"),
    "team": ("code",),
    "service": ("code",),
    "category": ("code",),
    "request_item": ("code",),
    "hold_reason": ("code",),
    "incident": ("number",),
    "problem": ("number",),
    "change": ("number",),
    "release": ("number",),
    "ci": ("number",),
    "contract": ("number",),
    "case": ("number",),
}


class NotOffered(Exception):
    """Nothing that may be chosen here has that name."""


def offered(item: Input, *, record: Any, person: Person) -> models.QuerySet[Any]:
    """List the rows that ``person`` may choose for ``item`` of a move on ``record``, in the order of a list box."""
    return OFFERED[item.kind](item, record, person)


def find(item: Input, raw: str | int, *, record: Any, person: Person) -> Any:
    """Find the row that ``raw`` names: an integer is its key; a text its user name, code or number, or else its key.

    :raises NotOffered: if nothing that ``person`` may choose has that name
    """
    rows = offered(item, record=record, person=person)
    if isinstance(raw, str):
        for column in NAMED_BY[item.kind]:
            if raw and (found := rows.filter(**{column: raw}).first()):
                return found
    key = str(raw)
    if key.isascii() and key.isdecimal() and len(key) <= LONGEST_ID and (found := rows.filter(pk=int(key)).first()):
        return found
    raise NotOffered(gettext("“%(value)s” is not among what may be chosen here.") % {"value": key[:80]})


def _people(item: Input, record: Any, person: Person) -> models.QuerySet[Any]:
    return People.objects.visible_to(person).active().order_by("name", "pk")


def _agents(item: Input, record: Any, person: Person) -> models.QuerySet[Any]:
    workers = People.objects.visible_to(person).active().order_by("name", "pk")
    if item.tier:
        return workers.filter(teams__in=Team.objects.active().filter(tier=item.tier)).distinct()
    return workers.filter(grants__role__in=STAFF).distinct()


def _teams(item: Input, record: Any, person: Person) -> models.QuerySet[Any]:
    teams = Team.objects.visible_to(person).active().order_by("tier", "code")
    return teams.filter(tier=item.tier) if item.tier else teams


def _services(item: Input, record: Any, person: Person) -> models.QuerySet[Any]:
    return Service.objects.visible_to(person).live().order_by("code")


def _categories(item: Input, record: Any, person: Person) -> models.QuerySet[Any]:
    return Category.objects.filter(is_active=True).order_by("code")


def _request_items(item: Input, record: Any, person: Person) -> models.QuerySet[Any]:
    return RequestItem.objects.visible_to(person).order_by("sort", "code")


def _hold_reasons(item: Input, record: Any, person: Person) -> models.QuerySet[Any]:
    reasons = HoldReason.objects.filter(is_active=True).order_by("sort", "code")
    return reasons if record.kind == "service_request" else reasons.filter(only_requests=False)


def _cases(item: Input, record: Any, person: Person) -> models.QuerySet[Any]:
    cases: models.QuerySet[Any] = register.process(item.kind).model.objects.visible_to(person)
    return cases.exclude(pk=record.pk).order_by("-pk")


def _contracts(item: Input, record: Any, person: Person) -> models.QuerySet[Any]:
    contracts: models.QuerySet[Any] = register.process("contract").model.objects.usable_by(person)
    return contracts.order_by("-pk")


def _any_case(item: Input, record: Any, person: Person) -> models.QuerySet[Any]:
    return Ticket.objects.visible_to(person).exclude(pk=record.pk).order_by("-pk")


OFFERED: dict[str, Offered] = {
    "person": _people,
    "agent": _agents,
    "team": _teams,
    "service": _services,
    "category": _categories,
    "request_item": _request_items,
    "hold_reason": _hold_reasons,
    "incident": _cases,
    "problem": _cases,
    "change": _cases,
    "release": _cases,
    "ci": _cases,
    "contract": _contracts,
    "case": _any_case,
}
