"""The conversation: the first message, what came last, and what happened between, one line each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from html import escape
from operator import attrgetter
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from itsm.desk.record import at_hand
from itsm.tickets.lines import Line, line_of
from itsm.tickets.models import Comment
from itsm.ui.chips import chip, icon, person_name
from itsm.ui.moments import when
from itsm.ui.prose import markdown

LAST, MOST, EVENTS = 5, 500, 40
SHOWS = ("all", "public", "notes", "events")


@dataclass(frozen=True)
class Said:
    """One message or note, ready to be drawn."""

    pk: int
    kind: str
    author: str
    at: datetime
    html: SafeString
    channel: str = ""
    is_resolution: bool = False
    merged_from: str = ""


@dataclass(frozen=True)
class Talk:
    """What the conversation shows: ``hidden`` earlier messages are folded; ``latest`` is the newest public one."""

    first: Said
    items: tuple[Said | Line, ...]
    hidden: int
    total: int
    latest: int
    show: str
    whole: bool
    drawn: SafeString


def read(case: Any, *, query: Mapping[str, str], at: datetime) -> Talk:
    """Read the conversation as the query asks: ``show`` one kind only, ``all`` without folding. Two statements."""
    show = query.get("show", "all") if query.get("show") in SHOWS else "all"
    whole = query.get("all") == "1"
    said, total = _said(case, show=show, whole=whole)
    since = said[0].at if said and total > len(said) else None
    lines = _lines(case, show=show, since=since, most=MOST if whole else EVENTS)
    items: list[Said | Line] = sorted([*said, *lines], key=attrgetter("at"))
    return Talk(
        first=_first(case),
        items=tuple(items),
        hidden=total - len(said),
        total=total + 1,
        latest=case.latest_said,
        show=show,
        whole=whole,
        drawn=draw(items, at=at),
    )


def _first(case: Any) -> Said:
    return Said(
        0, "message", case.requester.name, case.created_at, prose(case.description), channel=case.get_channel_display()
    )


def _said(case: Any, *, show: str, whole: bool) -> tuple[list[Said], int]:
    """Read the last messages, oldest first, and how many there are."""
    if show == "events":
        return [], 0
    kinds = [Comment.Kind.PUBLIC, Comment.Kind.INTERNAL] if case.shows_notes else [Comment.Kind.PUBLIC]
    wanted = {"public": [Comment.Kind.PUBLIC], "notes": [Comment.Kind.INTERNAL]}.get(show, kinds)
    rows = at_hand.messages(case, kinds=[kind for kind in wanted if kind in kinds], most=MOST if whole else LAST)
    askers = {case.requester_id, case.requested_for_id, getattr(case, "reporter_id", None)}
    return [_message(row, askers) for row in reversed(rows)], rows[0].total if rows else 0


def _message(row: at_hand.Message, askers: set[int | None]) -> Said:
    kind = "note" if row.kind == Comment.Kind.INTERNAL else "message" if row.author_id in askers else "reply"
    return Said(
        row.pk, kind, row.author or "", row.at, prose(row.body), row.channel, row.is_resolution, row.merged_from or ""
    )


def _lines(case: Any, *, show: str, since: datetime | None, most: int) -> list[Line]:
    """Read the last events that are no messages."""
    if show in ("public", "notes"):
        return []
    rows = at_hand.happened(case, since=since, most=most, all_of_them=case.shows_notes)
    return [line_of(row, record=case, facts=case.shows_notes) for row in reversed(rows)]


def draw(items: Iterable[Said | Line], *, at: datetime) -> SafeString:
    """Draw the timeline; as plain functions, because a page may hold hundreds of entries."""
    return SafeString("".join(_entry(item, at) if isinstance(item, Said) else _event(item) for item in items))


def _entry(item: Said, at: datetime) -> str:
    marks = str(chip(_("Internal note"), tone="waiting", glyph="lock")) if item.kind == "note" else ""
    marks += str(chip(_("Resolution"), tone="done")) if item.is_resolution else ""
    marks += f"<span>{escape(_('from %(number)s') % {'number': item.merged_from})}</span>" if item.merged_from else ""
    head = f'<div class="entry-head">{person_name(item.author or _("System"))}{marks}{when(item.at, now=at)}</div>'
    return f'<li class="entry" data-kind="{item.kind}" id="m{item.pk}">{head}<div class="prose">{item.html}</div></li>'


#: How a label ends that is a question, after which no colon stands.
ASKING = ("?", "？")


def _event(line: Line) -> str:
    tone = f' data-tone="{line.tone}"' if line.tone else ""
    body = f" <q>{escape(line.body)}</q>" if line.body else ""
    details = " ".join(
        f'<span class="detail">{escape(name)}{"" if name.endswith(ASKING) else ":"} {escape(value)}</span>'
        for name, value in line.details
    )
    words = (
        f"<span>{when(line.at)}</span> <b>{escape(line.author)}</b> <span>{escape(line.label)}</span>{body} {details}"
    )
    return f'<li class="event"{tone}>{icon(line.glyph)}{words}</li>'


@lru_cache(maxsize=4096)
def prose(text: str) -> SafeString:
    """Turn Markdown into clean HTML; the same text is turned once."""
    return markdown(text)
