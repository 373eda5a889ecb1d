"""Small pieces of HTML as plain functions: fast enough for fifty rows, safe for any text."""

import json
from collections.abc import Mapping
from functools import cache, lru_cache
from html import escape
from typing import Any

from django.templatetags.static import static
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from itsm.ui.moments import span

GLYPHS = {
    "new": "ring",
    "working": "half",
    "waiting": "pause",
    "decision": "diamond",
    "done": "check",
    "closed": "square",
    "danger": "bang",
}
CLOCK_GLYPHS = {
    "running": "clock",
    "soon": "triangle",
    "missed": "bang",
    "paused": "pause",
    "met": "check",
}
CLOCK_TONES = {"running": "done", "soon": "waiting", "missed": "danger", "paused": "closed", "met": "done"}

FILLED = ' class="on"'
#: The width in pixels that a chip shows in the narrowest column.
SURELY_FITS = 100


@cache
def sprite() -> str:
    """This will give the address of the icon sprite."""
    return static("img/icons.svg")


def icon(name: str) -> SafeString:
    """This will draw an icon of the sprite, hidden from screen readers: a word must stand beside it."""
    return SafeString(f'<svg class="i" aria-hidden="true"><use href="{sprite()}#{escape(name)}"/></svg>')


@lru_cache(maxsize=512)
def _chip(label: str, tone: str, glyph: str) -> SafeString:
    words = escape(label)
    return SafeString(
        f'<span class="chip" data-tone="{escape(tone)}">{icon(glyph)}<span{_whole(label)}>{words}</span></span>'
    )


def _whole(words: str) -> str:
    """Tell the whole on hovering where a chip in a narrow column may cut it."""
    wide = sum(12 if letter >= "\u2e80" else 7 for letter in words)
    return f' title="{escape(words)}"' if wide > SURELY_FITS else ""


def chip(label: str, *, tone: str, glyph: str = "") -> SafeString:
    """This will draw a word on its tint with the glyph of its tone (see GLYPHS)."""
    return _chip(str(label), tone, glyph or GLYPHS.get(tone, "ring"))


def state_chip(state: Any) -> SafeString:
    """This will draw anything that has a ``label`` and a ``tone`` (and maybe a ``glyph``)."""
    return chip(str(state.label), tone=state.tone, glyph=getattr(state, "glyph", ""))


@cache
def _bars(level: int) -> str:
    bars = "".join(
        f'<rect x="{1 + 5 * step}" y="{11 - 3 * step}" width="3" height="{4 + 3 * step}"{FILLED if step < 5 - level else ""}/>'
        for step in range(4)
    )
    return f'<svg class="bars" viewBox="0 0 20 16" aria-hidden="true">{bars}</svg>'


def priority(level: int | None) -> SafeString:
    """This will draw priority 1 (highest) to 5 as signal bars with its word; None is not graded yet."""
    if level is None:
        return SafeString(f'<span class="priority" data-level="0">{escape(gettext("Not graded"))}</span>')
    return SafeString(
        f'<span class="priority" data-level="{int(level)}">{_bars(int(level))}<span>P{int(level)}</span></span>'
    )


def clock_words(look: str, *, seconds: int, reason: str = "") -> str:
    """This will say what a clock shows: time left, overdue, paused and why, or met.

    ``look`` is running, soon, missed, paused or met; ``seconds`` is left, late or used, always positive.
    """
    if look == "paused":
        return gettext("Paused · %(reason)s") % {"reason": reason} if reason else gettext("Paused")
    patterns = {"missed": gettext("%(time)s late"), "met": gettext("Met in %(time)s")}
    return patterns.get(look, gettext("%(time)s left")) % {"time": span(seconds)}


def sla_chip(clock: Mapping[str, Any] | None) -> SafeString:
    """This will draw a clock: keys ``look``, ``text``, ``due`` (ISO), ``left`` (seconds), ``ticking``, ``title``.

    Only ``look`` and ``text`` must be there. With ``left`` and ``ticking`` the browser counts on by itself.
    """
    if not clock:
        words = f'<span class="hush">{escape(gettext("No clock"))}</span>'
        return SafeString(f'<span class="none"><span aria-hidden="true">—</span>{words}</span>')
    look = clock["look"]
    hints = f' title="{escape(clock["title"])}"' if clock.get("title") else ""
    if clock.get("ticking") and clock.get("left") is not None:
        hints += f' data-left="{int(clock["left"])}"'
    body = escape(clock["text"])
    if due := clock.get("due"):
        body = f'<time datetime="{escape(str(due))}">{body}</time>'
    whole = "" if clock.get("title") or clock.get("ticking") else _whole(clock["text"])
    tone, glyph = CLOCK_TONES.get(look, "closed"), CLOCK_GLYPHS.get(look, "clock")
    return SafeString(
        f'<span class="chip clock" data-tone="{tone}" data-look="{escape(look)}"{hints}>{icon(glyph)}<span{whole}>{body}</span></span>'
    )


def initials(name: str) -> str:
    """This will shorten a name: its first Han character, or the first letters of two words."""
    words = name.split()
    if not words:
        return "?"
    if "\u4e00" <= words[0][0] <= "\u9fff":
        return words[0][0]
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def person_name(name: str, *, avatar: bool = True) -> SafeString:
    """This will draw a person, never as an avatar alone; an empty name says that nobody is there."""
    if not name:
        return SafeString(f'<span class="none">{escape(gettext("Nobody"))}</span>')
    shown = escape(name)
    if not avatar:
        return SafeString(f'<span class="person">{shown}</span>')
    hue = sum(map(ord, name)) % 6 + 1
    return SafeString(
        f'<span class="person"><span class="avatar" data-hue="{hue}" aria-hidden="true">{escape(initials(name))}</span>{shown}</span>'
    )


def countdown_words() -> str:
    """This will give the browser the words it needs to count down, as JSON."""
    words = {
        "left": gettext("%(time)s left"),
        "late": gettext("%(time)s late"),
        "d": gettext("%(days)s d %(hours)s h"),
        "h": gettext("%(hours)s h %(minutes)s min"),
        "m": gettext("%(minutes)s min"),
        "now": gettext("under 1 min"),
    }
    return json.dumps(words, ensure_ascii=False)
