"""A burn-down: what is left of a budget after each day, against the straight line that uses it up evenly."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString
from django.utils.translation import gettext

WIDE, HIGH, HEAD, FOOT, LEFT, RIGHT = 640.0, 190.0, 22.0, 24.0, 8.0, 8.0
#: Every so many days the day is named under the chart.
NAMED = 5


@dataclass(frozen=True, slots=True)
class Day:
    """A day that is over, or the running one: what is left at its end, and that in words."""

    label: str
    left: float
    text: str


def burndown(days: Sequence[Day], *, allowed: float, of: int, title: str, ident: str, allowed_text: str) -> SafeString:
    """This will draw the ``days`` known of a period of ``of`` days that began with ``allowed``; below zero it is overdrawn."""
    if not days or allowed <= 0:
        return SafeString("")
    least = min(0.0, *(one.left for one in days))
    scale, step = (HIGH - HEAD - FOOT) / (allowed - least), (WIDE - LEFT - RIGHT) / of

    def y(left: float) -> float:
        return HEAD + (allowed - left) * scale

    zero = f'<path class="axis" d="M{LEFT:g} {y(0):.1f}H{WIDE - RIGHT:g}"/>'
    even = f'<path class="target" d="M{LEFT:g} {y(allowed):.1f}L{WIDE - RIGHT:g} {y(0):.1f}"/>'
    points = [(LEFT, y(allowed)), *((LEFT + step * place, y(one.left)) for place, one in enumerate(days, 1))]
    line = f'<path class="trend" d="M{"L".join(f"{x:.1f} {level:.1f}" for x, level in points)}"/>'
    marks = "".join(_mark(one, at) for one, at in zip(days, points[1:], strict=True) if one.left < 0)
    left = escape(gettext("left: %s") % days[-1].text)
    ends = f'<text class="value" x="{WIDE - RIGHT:g}" y="14" text-anchor="end">{left}</text>'
    words = f'<text x="{LEFT:g}" y="14">{escape(allowed_text)}</text>{ends}{_labels(days, step)}'
    note = "; ".join(f"{one.label} {one.text}" for one in days)
    head = f'<svg class="chart burn" viewBox="0 0 {WIDE:g} {HIGH:g}" role="img" aria-labelledby="{ident}-t {ident}-d">'
    told = f'<title id="{ident}-t">{escape(title)}</title><desc id="{ident}-d">{escape(note)}</desc>'
    return SafeString(f"{head}{told}{zero}{even}{line}{marks}{words}</svg>")


def _mark(day: Day, at: tuple[float, float]) -> str:
    """Draw a square at a day that ended overdrawn, so that it is not told by colour alone."""
    words = escape(f"{day.label} {day.text}")
    return f'<rect class="mark missed" x="{at[0] - 3:.1f}" y="{at[1] - 3:.1f}" width="6" height="6"><title>{words}</title></rect>'


def _labels(days: Sequence[Day], step: float) -> str:
    named = [(place, one) for place, one in enumerate(days, 1) if place == 1 or place % NAMED == 0]
    return "".join(
        f'<text x="{LEFT + step * (place - 0.5):.1f}" y="{HIGH - 7:g}" text-anchor="middle">{escape(one.label)}</text>'
        for place, one in named
    )
