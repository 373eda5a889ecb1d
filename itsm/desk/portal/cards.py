"""Cases as requesters see them in lists: plain state, four steps, when it is expected."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from itsm.desk.portal.words import (
    KINDS,
    TO_CONFIRM,
    PublicState,
    PublicStep,
    public_state,
    public_steps,
    waits_for_requester,
)
from itsm.tickets.models import Ticket
from itsm.tickets.querysets import TicketQuerySet, own
from itsm.ui.moments import moment_text

if TYPE_CHECKING:
    from itsm.people.models import Person

PROMISED = ("resolution", "fulfilment")


@dataclass(frozen=True)
class Card:
    """One case, ready to be drawn."""

    number: str
    title: str
    url: str
    state: PublicState
    steps: list[PublicStep]
    expected: str
    waits_for_me: bool
    received_at: datetime
    requester: str = ""


def own_cases(person: Person) -> TicketQuerySet:
    """This will keep the cases that ``person`` asked for or gets; one merged into another is followed there."""
    cases: TicketQuerySet = Ticket.objects.visible_to(person).standing().filter(own(person), kind__in=KINDS)
    return cases


def unit_cases(person: Person) -> TicketQuerySet:
    """This will keep the cases of the units that ``person`` leads, own ones and confidential ones aside."""
    cases = Ticket.objects.visible_to(person).standing().filter(kind__in=KINDS, unit__in=person.led_unit_ids)
    kept: TicketQuerySet = cases.filter(confidential=False).exclude(own(person))
    return kept


def waiting_for_requester() -> Q:
    """This will select cases in which nothing goes on before the requester acts."""
    return Q(state__in=TO_CONFIRM) | Q(state="on_hold", hold_reason__asks_requester=True)


def cards(cases: Iterable[Any], *, person: Person, at: datetime) -> list[Card]:
    """This will make cards of cases that were read with their hold reason and requester."""
    return [_card(case, person, at) for case in cases]


def _card(case: Any, person: Person, at: datetime) -> Card:
    state = public_state(case)
    mine = person.pk in (case.requester_id, case.requested_for_id)
    return Card(
        number=case.number,
        title=case.title,
        url=reverse("portal:case", args=[case.number]),
        state=state,
        steps=public_steps(state, is_open=case.is_open),
        expected=_expected(case, at),
        waits_for_me=mine and waits_for_requester(case),
        received_at=case.received_at,
        requester="" if mine else case.requester.name,
    )


def _expected(case: Any, at: datetime) -> str:
    if case.clock_state != "running" or case.due_metric not in PROMISED or case.due_at is None or case.due_at < at:
        return ""
    return _("Expected by %(time)s") % {"time": moment_text(case.due_at)}
