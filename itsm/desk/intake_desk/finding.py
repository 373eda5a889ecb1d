"""Finding whoever calls by whatever they say, or adding them when nobody knows them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import Case, IntegerField, Q, Value, When
from django.utils.translation import gettext

from itsm.people.models import Organisation
from itsm.people.models import Person as People
from itsm.records.refusals import NotAllowed, Objected
from itsm.tickets.models import Ticket

if TYPE_CHECKING:
    from itsm.people.models import Person

MOST = 6
#: Who may write down a case for somebody else, and add a caller whom nobody knows.
WRITES_DOWN = frozenset({"agent", "engineer", "incident_manager", "problem_manager"})


def people_like(text: str, *, person: Person) -> list[People]:
    """Find active people by name, user name, employee number, e-mail or phone; whole matches first, at most six."""
    words = " ".join(text.replace("\x00", "").split())[:80]
    if too_short(words):
        return []
    whole = (
        Q(username__iexact=words)
        | Q(employee_number__iexact=words)
        | Q(email__iexact=words)
        | Q(name__iexact=words)
        | Q(phone=words)
    )
    partly = (
        Q(name__icontains=words)
        | Q(username__icontains=words)
        | Q(email__istartswith=words)
        | Q(employee_number__istartswith=words)
        | Q(phone__icontains=words)
    )
    rank = Case(
        When(whole, then=Value(0)),
        When(name__istartswith=words, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    found = People.objects.visible_to(person).active().filter(whole | partly).annotate(rank=rank).select_related("unit")
    return list(found.order_by("rank", "name", "pk")[:MOST])


def too_short(text: str) -> bool:
    """Tell whether ``text`` would find half the house: nothing, or a single Latin letter or digit."""
    words = text.strip()
    return not words or (len(words) == 1 and words.isascii())


def add_caller(*, by: Person, name: str, email: str = "", phone: str = "", unit: str = "") -> People:
    """Add somebody whom nobody knows yet; they get a user name of their e-mail and cannot sign in before they set a password.

    :raises NotAllowed: if ``by`` does not write down cases
    :raises Objected: if the name is missing, or the e-mail wrong or taken
    """
    if not by.role_codes & WRITES_DOWN:
        raise NotAllowed
    fields = {"name": " ".join(name.split())[:120], "email": email.strip()[:254], "phone": " ".join(phone.split())[:40]}
    _refuse_wrong(fields)
    home = Organisation.objects.filter(code=unit, is_active=True).first() if unit else None
    try:
        with transaction.atomic():
            return People.objects.create_user(_free_username(fields["email"] or fields["phone"]), unit=home, **fields)
    except IntegrityError as fault:
        raise Objected(gettext("Somebody was added at the same moment; look again.")) from fault


def _refuse_wrong(fields: dict[str, str]) -> None:
    if not fields["name"]:
        raise Objected(fields={"new_name": gettext("Write the caller's name.")})
    if not fields["email"]:
        return
    try:
        validate_email(fields["email"])
    except ValidationError as fault:
        raise Objected(fields={"new_email": gettext("This is no e-mail address.")}) from fault
    if People.objects.filter(email__iexact=fields["email"]).exists():
        raise Objected(fields={"new_email": gettext("Somebody with this e-mail is known already; look for it above.")})


def _free_username(hint: str) -> str:
    stem = re.sub(r"[^a-z0-9.]+", "-", hint.partition("@")[0].lower()).strip("-.")[:40] or "guest"
    taken = set(People.objects.filter(username__startswith=stem).values_list("username", flat=True))
    return next(
        name for name in (stem, *(f"{stem}-{count}" for count in range(2, len(taken) + 3))) if name not in taken
    )


def recent_of(requester: People, *, person: Person) -> list[Any]:
    """List the caller's last five cases as far as ``person`` may know of them."""
    cases = Ticket.objects.visible_to(person).filter(Q(requester=requester.pk) | Q(requested_for=requester.pk))
    return list(cases.defer("description", "facts").order_by("-received_at", "-pk")[:5])
