"""Small charts: bars against a target, a line without axes, the bar of a clock. No colours here: classes only."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from itsm.draw.lettering import SMALL, width

ROW, BAR, WIDE = 30.0, 14.0, 640.0
LINE_WIDE, LINE_HIGH = 120.0, 26.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: ``text`` is the value as it is read, ``missed`` says that the target was not met."""

    label: str
    value: float
    text: str
    missed: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a clock: kind counted, soon, late or paused, and its length in seconds."""

    kind: str
    seconds: float
    text: str = ""


def bars(
    series: Sequence[Bar], *, title: str, target: float | None = None, target_text: str = "", ident: str = "bars"
) -> SafeString:
    """This will draw horizontal bars with their values in words, and a line where the target stands."""
    left = max((width(bar.label, size=SMALL) for bar in series), default=0) + 14
    right = max((width(bar.text + " !", size=SMALL) for bar in series), default=0) + 18
    most = max([bar.value for bar in series] + [target or 0, 1e-9])
    head = 20.0 if target is not None else 4.0
    scale = (WIDE - left - right) / most
    rows = "".join(_bar_row(bar, y=head + ROW * at, left=left, scale=scale) for at, bar in enumerate(series))
    high = head + ROW * len(series) + 4
    line = ""
    if target is not None:
        x = left + target * scale
        line = f'<path class="target" d="M{x:g} {head - 2:g}V{high - 2:g}"/>'
        line += f'<text x="{x:g}" y="12" text-anchor="middle">{escape(target_text)}</text>'
    return _svg(
        f"{rows}{line}",
        wide=WIDE,
        high=high,
        title=title,
        ident=ident,
        note="; ".join(f"{bar.label} {bar.text}" for bar in series),
    )


def _bar_row(bar: Bar, *, y: float, left: float, scale: float) -> str:
    middle = y + ROW / 2
    long = max(bar.value * scale, 1)
    css, sign = ("bar missed", "! ") if bar.missed else ("bar", "")
    return (
        f'<text x="{left - 8:g}" y="{middle + 4:g}" text-anchor="end">{escape(bar.label)}</text>'
        f'<rect class="{css}" x="{left:g}" y="{middle - BAR / 2:g}" width="{long:g}" height="{BAR:g}" rx="2"/>'
        f'<text class="value" x="{WIDE:g}" y="{middle + 4:g}" text-anchor="end">{sign}{escape(bar.text)}</text>'
    )


def sparkline(values: Sequence[float], *, title: str, missed: Sequence[bool] = (), ident: str = "spark") -> SafeString:
    """This will draw a line of values; those that missed their target are squares, the last one is a dot."""
    if not values:
        return SafeString("")
    low, most = min(values), max(values)
    spread = (most - low) or 1
    across = (LINE_WIDE - 8) / max(len(values) - 1, 1)
    points = [
        (4 + across * at, LINE_HIGH - 5 - (value - low) / spread * (LINE_HIGH - 10)) for at, value in enumerate(values)
    ]
    marks = [
        f'<rect class="mark missed" x="{x - 3:g}" y="{y - 3:g}" width="6" height="6"/>'
        for (x, y), bad in zip(points, missed, strict=False)
        if bad
    ]
    x, y = points[-1]
    line = " ".join(f"{px:g},{py:g}" for px, py in points)
    body = (
        f'<polyline class="trend" points="{line}"/><circle class="mark" cx="{x:g}" cy="{y:g}" r="2.5"/>{"".join(marks)}'
    )
    return _svg(body, wide=LINE_WIDE, high=LINE_HIGH, title=title, ident=ident, css="chart spark")


def clock_bar(parts: Sequence[Part], *, target: float, ident: str, title: str = "") -> SafeString:
    """This will draw a clock: what counted, what was paused and what came late, with a mark where it is due.

    Paused stretches take room but not time, so the mark stands after the target plus the pauses before it.
    """
    paused = sum(part.seconds for part in parts if part.kind == "paused")
    used = sum(part.seconds for part in parts)
    whole = max(used, target + paused, 1)
    x, drawn = 0.0, []
    for part in parts:
        wide = part.seconds / whole * 1000
        name = f"<title>{escape(part.text)}</title>" if part.text else ""
        drawn.append(f'<rect class="{escape(part.kind)}" x="{x:g}" y="0" width="{wide:g}" height="10">{name}</rect>')
        x += wide
    due = (target + paused) / whole * 1000
    name = escape(title or gettext("Clock"))
    body = f'<rect class="track" x="0" y="0" width="1000" height="10"/>{"".join(drawn)}<path class="due" d="M{due:g} -2v14"/>'
    head = f'<svg class="clock-bar" viewBox="0 0 1000 10" preserveAspectRatio="none" role="img" aria-labelledby="{ident}-t">'
    return SafeString(f'{head}<title id="{ident}-t">{name}</title>{body}</svg>')


def _svg(
    body: str, *, wide: float, high: float, title: str, ident: str, note: str = "", css: str = "chart"
) -> SafeString:
    desc = f'<desc id="{ident}-d">{escape(note)}</desc>' if note else ""
    names = f"{ident}-t {ident}-d" if note else f"{ident}-t"
    head = f'<svg class="{css}" viewBox="0 0 {wide:g} {high:g}" role="img" aria-labelledby="{names}">'
    return SafeString(f'{head}<title id="{ident}-t">{escape(title)}</title>{desc}{body}</svg>')


def share_bar(parts: Sequence[Part], *, ident: str, title: str) -> SafeString:
    """This will draw a whole as one bar, cut by its parts; ``kind`` names each part's look, its text is told on hovering."""
    whole = sum(part.seconds for part in parts) or 1
    x, drawn = 0.0, []
    for part in parts:
        wide = part.seconds / whole * 1000
        name = f"<title>{escape(part.text)}</title>" if part.text else ""
        drawn.append(f'<rect class="{escape(part.kind)}" x="{x:g}" y="0" width="{wide:g}" height="16">{name}</rect>')
        x += wide
    head = f'<svg class="share-bar" viewBox="0 0 1000 16" preserveAspectRatio="none" role="img" aria-labelledby="{ident}-t {ident}-d">'
    note = "; ".join(part.text for part in parts if part.seconds)
    names = f'<title id="{ident}-t">{escape(title)}</title><desc id="{ident}-d">{escape(note)}</desc>'
    return SafeString(f"{head}{names}{''.join(drawn)}</svg>")
