"""What stands on the first page: what needs this person now, in two statements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext

from incidents.models import Incident
from itsm.desk import tables
from itsm.desk.home import reading
from itsm.desk.home.reading import Reasons, moment
from itsm.desk.queue.clock import RowClocks
from itsm.desk.queue.counts import counts_for
from itsm.desk.queue.listing import count_text
from itsm.desk.queue.places import DESK, WORKERS
from itsm.records import register
from itsm.tickets.models import Ticket
from itsm.ui import chips, duties, moments

if TYPE_CHECKING:
    from itsm.people.models import Person

SHOWN = 8


@dataclass(frozen=True, slots=True)
class Card:
    """Some lines as HTML, how many they are, and how many there are in all."""

    lines: SafeString
    shown: int
    count: int


def board(person: Person, *, at: datetime, token: str) -> dict[str, Any]:
    """Collect the cards of the first page; ``token`` goes into its forms against forged posts."""
    cases = Ticket.objects.visible_to(person)
    mine, hand_overs, drafts, majors = reading.reasons(cases, person=person, at=at)
    needs = [case for case in mine if case["phase"] in ("new", "working")]
    answered = [case for case in mine if case["answered_at"]]
    overdue = [case for case in mine if case["overdue_since"]]
    drawn = [case for card in (needs, answered, overdue, hand_overs) for case in card[:SHOWN]]
    rows = reading.rows(cases, keys=(case["pk"] for case in (*drawn, *drafts, *majors)))
    counts, clocks = counts_for(person), RowClocks(at=at)
    return {
        "needs": _card(needs, rows, clocks),
        "answered": _card(answered, rows, clocks, when="answered_at"),
        "overdue": _card(overdue, rows, clocks, when="overdue_since"),
        "hand_overs": _card(hand_overs, rows, clocks, when="assigned_at", accept=token),
        "drafts": _drafts(drafts, rows),
        "majors": _majors(majors, rows),
        "duties": duties.of(person, at=at)[:SHOWN],
        "oldest": moment(hand_overs[0]["assigned_at"]) if hand_overs else None,
        "works": bool(person.role_codes & WORKERS),
        "judges": bool(person.role_codes & DESK),
        "counts": {slug.replace("-", "_"): count_text(count) for slug, count in counts.items()},
        "tones": _tones(counts),
        "waiting_for_me": len({case["pk"] for case in (*needs, *answered, *overdue)}),
        "now": at,
    }


def _card(cases: Reasons, rows: dict[int, Any], clocks: RowClocks, *, when: str = "", accept: str = "") -> Card:
    drawn = [(rows[case["pk"]], case) for case in cases[:SHOWN] if case["pk"] in rows]
    lines = (
        _line(
            row, clocks, moment(case[when]) if when else None, _hand_over(row, case["note"], accept) if accept else ""
        )
        for row, case in drawn
    )
    return Card(SafeString("".join(lines)), len(drawn), len(cases))


def _line(row: Any, clocks: RowClocks, since: datetime | None, more: str) -> str:
    """Draw a case as one line: where it stands, its subject as the link, since when, and what else belongs to it."""
    process = register.process(row.kind)
    url = f"/{process.section}/{row.number}/"
    ago = f'<span class="muted small">{moments.when(since, now=clocks.at)}</span>' if since else ""
    return (
        f'<li class="home-line"><span class="line"><span class="ref">{row.number}</span>{chips.priority(row.priority)}'
        f"{chips.sla_chip(clocks.of(row))}"
        f'<span class="push">{chips.state_chip(process.flow.states[row.state])}</span></span>'
        f'<a class="home-title" href="{url}">{escape(row.title)}</a>{ago}{more}</li>'
    )


def _hand_over(row: Any, note: str, token: str) -> str:
    """Draw the note and the button that accepts; ``token`` is the one against forged posts."""
    shown = Truncator(note).chars(140)
    words = escape(gettext("Accept %(number)s") % {"number": row.number})
    return (
        f'<span class="muted small home-note">{escape(shown)}</span>'
        f'<form method="post" action="{reverse("desk:take")}"><input type="hidden" name="csrfmiddlewaretoken" value="{token}">'
        f'<input type="hidden" name="pick" value="{row.number}:{row.version}">'
        f'<input type="hidden" name="next" value="{reverse("desk:home")}">'
        f'<button type="submit" class="button small" aria-label="{words}">{chips.icon("check")}{escape(gettext("Accept"))}</button></form>'
    )


def _drafts(drafts: Reasons, rows: dict[int, Any]) -> list[dict[str, Any]]:
    return [
        {
            "number": row.number,
            "title": row.title,
            "url": f"/{register.process(row.kind).section}/{row.number}/",
            "kind": draft["kind"],
            "body": draft["body"],
            "at": moment(draft["saved_at"]),
        }
        for row, draft in [(rows[draft["pk"]], draft) for draft in drafts if draft["pk"] in rows][:SHOWN]
    ]


def _majors(majors: Reasons, rows: dict[int, Any]) -> list[dict[str, Any]]:
    states = Incident.flows[1].states
    return [
        {
            "number": row.number,
            "title": row.title,
            "state": states[major["status"]],
            "next": moment(major["next_update_at"]),
            "service": tables.services().get(row.service_id),
        }
        for row, major in [(rows[major["pk"]], major) for major in majors if major["pk"] in rows][:SHOWN]
    ]


def _tones(counts: Any) -> dict[str, str]:
    return {"late": "danger" if counts.get("late") else "done", "risk": "waiting" if counts.get("at-risk") else "done"}
