"""What stands on the first page: what needs this person now, in a fixed number of statements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext

from incidents.models import Incident
from itsm.desk import tables
from itsm.desk.queue.clock import RowClocks
from itsm.desk.queue.counts import counts_for
from itsm.desk.queue.listing import COLUMNS, count_text
from itsm.desk.queue.places import DESK, WORKERS
from itsm.records import register
from itsm.tickets.models import Comment, Draft, Ticket
from itsm.ui import chips, moments

if TYPE_CHECKING:
    from itsm.people.models import Person

MOST, SHOWN = 200, 8
RUNNING_MAJOR = ("proposed", "declared", "restored")


@dataclass(frozen=True, slots=True)
class Card:
    """Some lines as HTML, how many they are, and how many there are in all."""

    lines: SafeString
    shown: int
    count: int


def board(person: Person, *, at: datetime, token: str) -> dict[str, Any]:
    """Collect the cards of the first page; ``token`` goes into its forms against forged posts."""
    mine = _mine(person)
    needs = [row for row in mine if row.phase in ("new", "working")]
    answered = [
        row
        for row in mine
        if row.last_author is not None and row.last_author in (row.requester_id, row.requested_for_id)
    ]
    overdue = [
        row for row in mine if row.phase == "waiting" and row.follow_up_at is not None and row.follow_up_at <= at
    ]
    hand_overs = _hand_overs(person)
    counts = counts_for(person)
    return {
        "needs": _card(needs, at=at),
        "answered": _card(answered, at=at, when="last_at"),
        "overdue": _card(overdue, at=at, when="follow_up_at"),
        "hand_overs": _card(hand_overs, at=at, when="assigned_at", accept=token),
        "drafts": _drafts(person),
        "majors": _majors(person),
        "oldest": hand_overs[0].assigned_at if hand_overs else None,
        "works": bool(person.role_codes & WORKERS),
        "judges": bool(person.role_codes & DESK),
        "counts": {slug.replace("-", "_"): count_text(count) for slug, count in counts.items()},
        "tones": _tones(counts),
        "waiting_for_me": len({row.pk for row in [*needs, *answered, *overdue]}),
        "now": at,
    }


def _mine(person: Person) -> list[Any]:
    last = Comment.objects.public().filter(ticket=OuterRef("pk")).order_by("-at", "-pk")
    cases = Ticket.objects.visible_to(person).standing().open().filter(assignee=person)
    cases = cases.annotate(last_author=Subquery(last.values("author")[:1]), last_at=Subquery(last.values("at")[:1]))
    rows = cases.order_by("due_at", "pk").values_list(
        *COLUMNS, "requester_id", "requested_for_id", "follow_up_at", "last_author", "last_at", named=True
    )
    return list(rows[:MOST])


def _hand_overs(person: Person) -> list[Any]:
    unaccepted = Q(assignments__done_at=None, assignments__accepted_at=None, assignments__team__in=person.team_ids)
    to_me = Q(assignments__assignee=None) | Q(assignments__assignee=person.pk)
    cases = Ticket.objects.visible_to(person).standing().open().filter(unaccepted & to_me)
    rows = cases.order_by("assignments__assigned_at", "pk").values_list(
        *COLUMNS, "assignments__assigned_at", "assignments__note", named=True
    )
    return [_HandOver(row) for row in rows[:MOST]]


class _HandOver:
    """A row of hand-overs under the names that cards use."""

    def __init__(self, row: Any) -> None:
        self._row = row
        self.assigned_at: datetime = row.assignments__assigned_at
        self.note: str = row.assignments__note

    def __getattr__(self, name: str) -> Any:
        return getattr(self._row, name)


def _card(rows: list[Any], *, at: datetime, when: str = "", accept: str = "") -> Card:
    clocks = RowClocks(at=at)
    lines = "".join(_line(row, clocks, when, accept) for row in rows[:SHOWN])
    return Card(SafeString(lines), len(rows[:SHOWN]), len(rows))


def _line(row: Any, clocks: RowClocks, when: str, accept: str) -> str:
    """Draw a case as one line: where it stands, its subject as the link, since when, and with ``accept`` the hand-over."""
    process = register.process(row.kind)
    url = f"/{process.section}/{row.number}/"
    since = (
        f'<span class="muted small">{moments.when(getattr(row, when), now=clocks.at)}</span>'
        if when and getattr(row, when)
        else ""
    )
    return (
        f'<li class="home-line"><span class="line"><span class="ref">{row.number}</span>{chips.priority(row.priority)}'
        f"{chips.sla_chip(clocks.of(row))}"
        f'<span class="push">{chips.state_chip(process.flow.states[row.state])}</span></span>'
        f'<a class="home-title" href="{url}">{escape(row.title)}</a>{since}{_hand_over(row, accept) if accept else ""}</li>'
    )


def _hand_over(row: Any, token: str) -> str:
    """Draw the note and the button that accepts; ``token`` is the one against forged posts."""
    note = Truncator(row.note).chars(140)
    words = escape(gettext("Accept %(number)s") % {"number": row.number})
    return (
        f'<span class="muted small home-note">{escape(note)}</span>'
        f'<form method="post" action="{reverse("desk:take")}"><input type="hidden" name="csrfmiddlewaretoken" value="{token}">'
        f'<input type="hidden" name="pick" value="{row.number}:{row.version}">'
        f'<input type="hidden" name="next" value="{reverse("desk:home")}">'
        f'<button type="submit" class="button small" aria-label="{words}">{chips.icon("check")}{escape(gettext("Accept"))}</button></form>'
    )


def _drafts(person: Person) -> list[dict[str, Any]]:
    rows = Draft.objects.filter(person=person, ticket__in=Ticket.objects.visible_to(person)).order_by(
        "-saved_at", "-pk"
    )
    return [
        {
            "number": number,
            "title": title,
            "url": f"/{register.process(case).section}/{number}/",
            "kind": kind,
            "body": body,
            "at": saved_at,
        }
        for number, title, case, kind, body, saved_at in rows.values_list(
            "ticket__number", "ticket__title", "ticket__kind", "kind", "body", "saved_at"
        )[:SHOWN]
    ]


def _majors(person: Person) -> list[dict[str, Any]]:
    states = Incident.flows[1].states
    rows = (
        Incident.objects.visible_to(person).filter(major_status__in=RUNNING_MAJOR).order_by("-major_declared_at", "pk")
    )
    return [
        {
            "number": number,
            "title": title,
            "state": states[status],
            "since": since,
            "next": update,
            "service": tables.services().get(service),
        }
        for number, title, status, since, update, service in rows.values_list(
            "number", "title", "major_status", "major_declared_at", "next_update_at", "service_id"
        )[:SHOWN]
    ]


def _tones(counts: Any) -> dict[str, str]:
    return {"late": "danger" if counts.get("late") else "done", "risk": "waiting" if counts.get("at-risk") else "done"}
