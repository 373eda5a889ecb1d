"""What the triage page shows: the list, the case that is read, and hints with their reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.utils.text import capfirst
from django.utils.translation import gettext

from incidents.services import similar
from itsm.desk.known.offered import matching
from itsm.desk.queue.clock import RowClocks
from itsm.desk.queue.listing import COLUMNS, MOST, count_text
from itsm.desk.queue.places import JUDGED
from itsm.desk.triage.panel import Panel, panels
from itsm.records import register
from itsm.tickets.finding import find_case, page_of
from itsm.tickets.merging import UNDO_WITHIN
from itsm.tickets.models import Channel, Comment, Merge, Ticket
from itsm.tickets.neighbours import attach
from itsm.tickets.words import likeness

if TYPE_CHECKING:
    from itsm.people.models import Person

SIZE, RECENT, LIKE = 50, 5, 200

RELATED = ("requester__unit",)
GLYPHS = {
    "mail": "mail",
    "phone": "phone",
    "portal": "globe",
    "monitor": "screen",
    "api": "link",
    "chat": "note",
    "walk_in": "person",
}


@dataclass(frozen=True)
class Hint:
    """A suggestion, and why it is made."""

    text: str
    why: str
    url: str = ""


def undecided(person: Person) -> Any:
    """Give the cases that nobody has judged, in the order of their clocks."""
    cases = Ticket.objects.visible_to(person).worked_by(person).standing().undecided().filter(kind__in=JUDGED)
    return cases.order_by("due_at", "pk")


def next_after(case: Any, *, person: Person) -> str:
    """Name the case that follows in the list, or the one before at its end; empty when it is the last."""
    numbers = list(undecided(person).values_list("number", flat=True)[: SIZE + 1])
    if case.number not in numbers:
        return numbers[0] if numbers else ""
    place = numbers.index(case.number)
    rest = [*numbers[place + 1 :], *reversed(numbers[:place])]
    return rest[0] if rest else ""


def page(
    *, person: Person, number: str, at: datetime, undo: str = "", sent: Panel | None = None, focus: bool = False
) -> dict[str, Any]:
    """Collect the page: ``sent`` is a panel to be shown again, ``undo`` the merge that may be taken back."""
    rows = list(undecided(person).values_list(*COLUMNS, "channel", named=True)[:SIZE])
    total = len(rows) if len(rows) < SIZE else undecided(person).order_by()[: MOST + 1].count()
    chosen = number or (rows[0].number if rows else "")
    case = _case(chosen, person)
    clocks, channels = RowClocks(at=at), dict(Channel.choices)
    items = [
        {
            "row": row,
            "kind": register.process(row.kind).flow.title,
            "clock": clocks.of(row),
            "channel": channels[row.channel],
        }
        | {"glyph": GLYPHS.get(row.channel, "dot")}
        for row in rows
    ]
    context: dict[str, Any] = {
        "items": items,
        "total": count_text(total),
        "chosen": chosen if case else "",
        "focus": focus,
        "undo": undo_of(undo, person, at),
    }
    return context | (_reading(case, person=person, at=at, sent=sent) if case else {"missing": number})


def _case(number: str, person: Person) -> Any:
    if not number:
        return None
    try:
        case = find_case(number, person=person, related=RELATED)
    except Http404:
        return None
    return case if case.is_worked else None


def _reading(case: Any, *, person: Person, at: datetime, sent: Panel | None) -> dict[str, Any]:
    attach(case, "service", "category", "request_item")
    judged = case.phase != "new"
    made = [] if judged else panels(case, person=person)
    if sent is not None and not judged:
        made = [sent if panel.choice.code == sent.choice.code else panel for panel in made]
    recent = (
        Ticket.objects.visible_to(person)
        .filter(requester=case.requester_id)
        .exclude(pk=case.pk)
        .order_by("-received_at", "-pk")
    )
    alike = alike_cases(case, person=person, at=at)
    said = Comment.objects.filter(ticket=case.pk).select_related("author").order_by("at", "pk")
    return {
        "case": case, "case_page": page_of(case), "state": register.process_of(case).flow.states[case.state],
        "clock": RowClocks(at=at).of(case),
        "panels": made, "judged": judged, "alike": alike, "hints": [*_known(case, person), *_hints(case, alike)],
        "recent": [_entry(row) for row in recent[:RECENT]], "said": [row for row in said[:20] if case.shows_notes or row.kind == "public"],
        "faulty": bool(sent), "channel": capfirst(case.get_channel_display()),
    }  # fmt: skip


def alike_cases(case: Any, *, person: Person, at: datetime) -> list[dict[str, Any]]:
    """Find open cases of the same kind that are like this one: the requester's own first, then those of anybody with a like subject."""
    own = similar(requester=case.requester, title=case.title, at=at)
    visible = Ticket.objects.visible_to(person).standing().open().filter(kind=case.kind).exclude(pk=case.pk)
    others = (
        visible.filter(service=case.service_id).order_by("-received_at", "-pk").defer("description", "facts")[:LIKE]
    )
    seen = {row.pk for row in own}
    scored = sorted(
        ((likeness(case.title, row.title), row) for row in others if row.pk not in seen), key=lambda pair: -pair[0]
    )
    found = [row for row in own if row.pk != case.pk and row.kind == case.kind] + [
        row for score, row in scored if score >= 0.3
    ]
    return [_entry(row) | {"why": _why(row, case)} for row in found[:RECENT]]


def _why(row: Any, case: Any) -> str:
    return (
        gettext("same requester, like subject")
        if row.requester_id == case.requester_id
        else gettext("same service, like subject")
    )


def _entry(row: Any) -> dict[str, Any]:
    process = register.process(row.kind)
    return {
        "number": row.number,
        "title": row.title,
        "url": page_of(row),
        "state": process.flow.states[row.state],
        "at": row.received_at,
    }


def _known(case: Any, person: Person) -> list[Hint]:
    """Say which known errors it may be."""
    return [
        Hint(
            gettext("Perhaps the known error %(number)s: %(title)s") % {"number": row.number, "title": row.title},
            why if row.workaround else gettext("%(why)s; no workaround is known") % {"why": why},
            f"/known-errors/{row.number}/",
        )
        for row, why in matching(case, person=person)[:2]
    ]


def _hints(case: Any, alike: list[dict[str, Any]]) -> list[Hint]:
    """Say what speaks for one answer or another."""
    found = [
        Hint(gettext("Perhaps a duplicate of %(number)s") % {"number": row["number"]}, row["why"], row["url"])
        for row in alike[:2]
    ]
    proposed = case.facts.get("proposed") if isinstance(case.facts, dict) else None
    if proposed and case.kind == "incident":
        levels = {1: gettext("high"), 2: gettext("medium"), 3: gettext("low")}
        text = gettext("Impact %(impact)s, urgency %(urgency)s") % {
            "impact": levels.get(proposed.get("impact"), "—"), "urgency": levels.get(proposed.get("urgency"), "—"),
        }  # fmt: skip
        found.append(Hint(text, gettext("from the service's criticality and what the requester said about the work")))
    if getattr(case, "request_item", None):
        found.append(
            Hint(
                gettext("Service request: %(item)s") % {"item": case.request_item}, gettext("chosen from the catalogue")
            )
        )
    return found


def undo_of(raw: str, person: Person, at: datetime) -> Merge | None:
    """Find the merge that the page offers to undo."""
    if not (raw.isascii() and raw.isdecimal() and len(raw) <= 18):
        return None
    rows = Merge.objects.filter(pk=int(raw), by=person, undone_at=None, at__gte=at - UNDO_WITHIN)
    return rows.select_related("loser", "survivor").first()
