"""Time drawn as days: a year as twelve rows of cells, and a month as a bar with what happened in it. Classes only."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from django.utils.safestring import SafeString

CELL, LABEL, HEAD = 22.0, 48.0, 22.0
WIDE, BAR_HIGH, TOP = 1000.0, 34.0, 22.0
#: What a day of each kind shows beside its colour.
GLYPHS = {"holiday": "●", "substitute": "○", "makeup": "+", "closure": "!", "partial": "◐"}


@dataclass(frozen=True, slots=True)
class Day:
    """What a day of the year is: ``open``, ``off``, or a special kind; and its words."""

    kind: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a month, as shares of it from 0 to 1: kind down, planned, excluded, degraded or ahead, and its words."""

    kind: str
    start: float
    end: float
    text: str = ""


def year(
    days: Mapping[date, Day], *, of: int, months: Sequence[str], title: str, ident: str, today: date
) -> SafeString:
    """This will draw twelve rows of day cells; special days carry a sign and their words, today an edge."""
    heads = "".join(
        f'<text x="{LABEL + CELL * (day - 0.5):g}" y="14" text-anchor="middle">{day}</text>' for day in range(1, 32)
    )
    rows = "".join(_month(days, of, month, months[month - 1], today) for month in range(1, 13))
    return _svg(heads + rows, wide=LABEL + CELL * 31, high=HEAD + CELL * 12, title=title, ident=ident, css="chart year")


def _month(days: Mapping[date, Day], of: int, month: int, name: str, today: date) -> str:
    y = HEAD + CELL * (month - 1)
    drawn = [f'<text x="0" y="{y + 15:g}">{escape(name)}</text>']
    for number in range(1, monthrange(of, month)[1] + 1):
        when = date(of, month, number)
        drawn.append(_cell(days.get(when, Day("off")), LABEL + CELL * (number - 1), y, is_today=when == today))
    return "".join(drawn)


def _cell(day: Day, x: float, y: float, *, is_today: bool) -> str:
    css = f"day {day.kind} today" if is_today else f"day {day.kind}"
    words = f"<title>{escape(day.text)}</title>" if day.text else ""
    box = f'<rect class="{css}" x="{x + 1:g}" y="{y + 1:g}" width="{CELL - 2:g}" height="{CELL - 2:g}" rx="3">{words}</rect>'
    sign = GLYPHS.get(day.kind)
    mark = (
        f'<text class="sign" x="{x + CELL / 2:g}" y="{y + 15.5:g}" text-anchor="middle">{sign}</text>' if sign else ""
    )
    return box + mark


def month(
    stretches: Sequence[Stretch], *, days: int, closed: Sequence[tuple[float, float]] = (), title: str, ident: str
) -> SafeString:
    """This will draw a month as one bar with its days above: hours that are not agreed, and each stretch with its words.

    Even the shortest stretch is seen.
    """
    step = WIDE / days
    ticks = "".join(
        f'<text x="{step * (day - 0.5):g}" y="13" text-anchor="middle">{day}</text>'
        for day in range(1, days + 1)
        if day == 1 or day % 5 == 0
    )
    lines = "".join(f'<path class="axis" d="M{step * day:g} {TOP:g}v{BAR_HIGH:g}"/>' for day in range(1, days))
    track = f'<rect class="up" x="0" y="{TOP:g}" width="{WIDE:g}" height="{BAR_HIGH:g}"/>'
    shut = "".join(_part("shut", a, b, "", least=0) for a, b in closed)
    drawn = "".join(_part(one.kind, one.start, one.end, one.text, least=3) for one in stretches)
    note = "; ".join(one.text for one in stretches if one.text)
    return _svg(
        ticks + track + shut + lines + drawn, wide=WIDE, high=TOP + BAR_HIGH + 2, title=title, ident=ident, note=note, css="chart month"
    )  # fmt: skip


def _part(kind: str, start: float, end: float, text: str, *, least: float) -> str:
    x = max(0.0, start) * WIDE
    long = max((min(1.0, end) - max(0.0, start)) * WIDE, least)
    words = f"<title>{escape(text)}</title>" if text else ""
    inset = 0 if kind in ("shut", "ahead") else 4
    return (
        f'<rect class="{escape(kind)}" x="{x:.2f}" y="{TOP + inset:g}" width="{long:.2f}" height="{BAR_HIGH - 2 * inset:g}">'
        f"{words}</rect>"
    )


def _svg(body: str, *, wide: float, high: float, title: str, ident: str, css: str, note: str = "") -> SafeString:
    desc = f'<desc id="{ident}-d">{escape(note)}</desc>' if note else ""
    names = f"{ident}-t {ident}-d" if note else f"{ident}-t"
    head = f'<svg class="{css}" viewBox="0 0 {wide:g} {high:g}" role="img" aria-labelledby="{names}">'
    return SafeString(f'{head}<title id="{ident}-t">{escape(title)}</title>{desc}{body}</svg>')
