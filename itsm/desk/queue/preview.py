"""The pane beside the list: a case with its last messages, its clock and what may be done with it now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404
from django.utils.translation import get_language

from itsm.desk import tables
from itsm.desk.queue.clock import RowClocks
from itsm.desk.record.offered import choices_of
from itsm.people.models import Person
from itsm.records import register
from itsm.records.roles import roles_on
from itsm.tickets.assignments import ASSIGNS
from itsm.tickets.comments import NOTES
from itsm.tickets.finding import find_case, page_of
from itsm.tickets.models import Comment, Draft
from itsm.tickets.neighbours import attach

#: Few joins: planning one of ten tables takes far longer than running it.
RELATED = ("requester__unit",)
MESSAGES = 3


@dataclass(frozen=True)
class Message:
    """A message as the timeline draws it."""

    kind: str
    author: Any
    at: datetime
    body: str


def preview(
    number: str, *, person: Person, at: datetime, typed: dict[str, str] | None = None, stop: str = "", focus: str = ""
) -> dict[str, Any]:
    """Collect what the pane shows of the case; nothing when there is none or the person may not know of it.

    ``typed`` is text by composer that was not sent, ``stop`` says why; ``focus`` opens a composer: reply or note.
    """
    try:
        case = find_case(number, person=person, related=RELATED)
    except Http404:
        return {"missing": number}
    attach(case, "requested_for", "assignee", "reporter")
    roles = roles_on(case, person=person)
    said, latest, count = _messages(case)
    drafts = dict(Draft.objects.filter(ticket=case.pk, person=person).values_list("kind", "body"))
    return {
        "case": case,
        "case_page": page_of(case),
        "state": register.process_of(case).flow.states[case.state],
        "clock": RowClocks(at=at).of(case),
        "service": tables.name_of(tables.services(), case.service_id),
        "category": tables.name_of(tables.categories(), case.category_id),
        "team": tables.name_of(tables.teams(), case.team_id),
        "messages_said": said,
        "latest": latest,
        "earlier": max(count - len(said), 0),
        "choices": choices_of(case, person=person, at=at),
        "is_mine": case.assignee_id == person.pk,
        "typed": {"public": "", "internal": ""} | drafts | (typed or {}),
        "to": _recipients(case),
        "stop": stop,
        "focus": focus,
        **_may(case, roles),
    }


def _may(case: Any, roles: frozenset[str]) -> dict[str, bool]:
    """Say what the roles allow here beside transitions."""
    return {
        "may_assign": bool(roles & ASSIGNS) and case.is_open,
        "may_reply": bool(roles & register.workers(case)),
        "may_note": bool(roles & (register.workers(case) | NOTES)),
    }


def _messages(case: Any) -> tuple[list[Message], int, int]:
    """Read the last messages, oldest first; the key of the newest public one; and how many there are, of at most 100."""
    rows = Comment.objects.filter(ticket=case.pk).select_related("author").order_by("-at", "-pk")
    if not case.shows_notes:
        rows = rows.filter(kind=Comment.Kind.PUBLIC)
    last = list(rows[: MESSAGES + 1])
    askers = {case.requester_id, case.requested_for_id, getattr(case, "reporter_id", None)}
    said = [Message(_kind(row, askers), row.author, row.at, row.body) for row in reversed(last[:MESSAGES])]
    latest = max((row.pk for row in last if row.kind == Comment.Kind.PUBLIC), default=0)
    count = len(last) if len(last) <= MESSAGES else rows.order_by()[:100].count()
    return said, latest, count


def _kind(row: Comment, askers: set[int | None]) -> str:
    if row.kind == Comment.Kind.INTERNAL:
        return "note"
    return "message" if row.author_id in askers else "reply"


def _recipients(case: Any) -> str:
    names = [person.name for person in (case.requester, case.requested_for, getattr(case, "reporter", None)) if person]
    return ("、" if (get_language() or "").startswith("zh") else ", ").join(dict.fromkeys(names))
