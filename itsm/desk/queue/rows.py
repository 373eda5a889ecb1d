"""The rows of a queue as HTML, made in Python: fifty of them cost about a millisecond."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from html import escape
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.timezone import get_current_timezone_name, localdate
from django.utils.translation import get_language, gettext

from itsm.desk.queue.clock import RowClocks
from itsm.desk.queue.listing import Asked
from itsm.desk.queue.paging import COLUMNS
from itsm.records import register
from itsm.ui import chips
from itsm.ui.moments import iso, short_text
from sla.forecast.telling import STALE, percent

#: The columns of a queue after the tick, in their order.
HEADS = ("number", "priority", "subject", "state", "due", "assignee", "changed")


def rows_html(rows: Iterable[Any], *, chosen: str, address: str, at: datetime) -> SafeString:
    """Draw the rows; ``chosen`` is the number in the preview, ``address`` the query string that keeps the list as it is."""
    start = escape(f"?{address}&sel=" if address else "?sel=")
    lock = f'{chips.icon("lock")}<span class="hush">{escape(gettext("Confidential"))}</span> '
    clocks, language = RowClocks(at=at), get_language() or ""
    return SafeString("".join(_row(row, chosen, start, lock, clocks, language) for row in rows))


def heads_html(asked: Asked, *, address: str) -> SafeString:
    """Draw the heads of the columns; those that sort are links, and say how the list is sorted."""
    kept = [(name, value) for name, value in parse_qsl(address) if name not in ("sort", "after", "before")]
    words = {"subject": gettext("Subject"), "state": gettext("Status"), "assignee": gettext("Assignee")}
    return SafeString(
        "".join(
            f'<th scope="col" class="col-{name}">{escape(words[name])}</th>'
            if name in words
            else _sort_head(name, asked, kept)
            for name in HEADS
        )
    )


def tools_html() -> SafeString:
    """Draw the buttons that act on the chosen rows."""
    return _tools(get_language() or "")


@lru_cache(maxsize=8)
def _tools(language: str) -> SafeString:
    return render_to_string("desk/row_tools.html")


def _sort_head(name: str, asked: Asked, kept: list[tuple[str, str]]) -> str:
    column = COLUMNS[name]
    here = asked.sort.column is column
    falls = not asked.sort.falls if here else column.falls_first
    href = escape("?" + urlencode([*kept, ("sort", f"-{name}" if falls else name)]))
    how = f' aria-sort="{"descending" if asked.sort.falls else "ascending"}"' if here else ""
    glyph = chips.icon("down" if asked.sort.falls else "up") if here else ""
    word = gettext("SLA") if name == "due" else str(column.label)
    return f'<th scope="col" class="col-{name}"{how}><a class="sort" href="{href}">{escape(word)}{glyph}</a></th>'


def _row(row: Any, chosen: str, start: str, lock: str, clocks: RowClocks, language: str) -> str:
    number, title, changed = row.number, escape(row.title), row.changed_at
    selected = ' aria-selected="true"' if number == chosen else ""
    return (
        f'<tr data-row id="t{row.pk}"{selected}>'
        f'<td class="fit"><label class="select"><input type="checkbox" name="pick" value="{number}:{row.version}" form="row-tools"'
        f' data-select aria-label="{number}"></label></td>'
        f'<td class="fit"><a class="ref" data-open href="{_page(row.kind)}{number}/">{_parted(number)}</a></td>'
        f'<td class="fit head-end">{_priority(row.priority, language)}</td>'
        f'<td class="subject" title="{title}">{lock if row.confidential else ""}'
        f'<a data-peek href="{start}{number}" hx-get="/t/{number}/peek">{title}</a></td>'
        f'<td class="fit">{_state(row.kind, row.state, language)}</td>'
        f'<td class="fit">{chips.sla_chip(clocks.of(row))}{_risk(row, clocks.at, language)}</td>'
        f'<td class="fit line-end col-assignee">{_assignee(row.assignee__name, language)}</td>'
        f'<td class="fit muted off-phone col-changed"><time datetime="{iso(changed)}">'
        f"{short_text(changed, now=clocks.at)}</time></td></tr>\n"
    )


def _risk(row: Any, at: datetime, language: str) -> str:
    """Say quietly how likely a case that is not late yet misses its target, where that was reckoned lately."""
    chance = getattr(row, "breach_risk__chance", None)
    if chance is None or at - row.breach_risk__at > STALE:
        return ""
    word = _risk_word(language)
    return f' <span class="risk muted small nowrap" title="{word}">{percent(chance)} %<span class="hush"> {word}</span></span>'


@lru_cache(maxsize=8)
def _risk_word(language: str) -> str:
    return escape(gettext("likelihood of a miss"))


def _parted(number: str) -> str:
    """Mark the month in a number, which narrow lists leave out."""
    prefix, dash, rest = number.partition("-")
    month, dash, last = rest.partition("-")
    return f'{prefix}-<span class="month">{month}-</span>{last}' if dash else number


@lru_cache(maxsize=32)
def _page(kind: str) -> str:
    return reverse("desk:start") + f"{register.process(kind).section}/"


@lru_cache(maxsize=32)
def _priority(level: int | None, language: str) -> str:
    return chips.priority(level)


@lru_cache(maxsize=512)
def _assignee(name: str | None, language: str) -> str:
    return chips.person_name(name or "", avatar=False)


@lru_cache(maxsize=256)
def _state(kind: str, state: str, language: str) -> str:
    return chips.state_chip(register.process(kind).flow.states[state])


def tag_of(rows: Sequence[Any], *, at: datetime) -> str:
    """Make the ETag of what the rows show: it changes with a case, a clock's look, the day, the language or the zone."""
    shown = [
        (
            row.pk,
            row.version,
            row.changed_at,
            row.due_at,
            row.assignee__name,
            row.priority,
            row.state,
            _look(row, at),
            _chance(row),
        )
        for row in rows
    ]
    facts = (shown, get_language(), get_current_timezone_name(), localdate(at), _release())
    return f'"{hashlib.blake2b(repr(facts).encode(), digest_size=12).hexdigest()}"'


def _chance(row: Any) -> int | None:
    chance = getattr(row, "breach_risk__chance", None)
    return None if chance is None else percent(chance)


def _look(row: Any, at: datetime) -> str:
    if row.due_at is None or row.clock_state == "paused":
        return str(row.clock_state)
    return "missed" if row.due_at < at else "soon" if row.warn_at and row.warn_at <= at else "running"


@lru_cache(maxsize=1)
def _release() -> str:
    return chips.sprite()
