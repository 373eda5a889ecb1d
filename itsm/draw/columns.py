"""A trend as columns: one for each period, a line where the target stands, an empty place where there is no data."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString

WIDE, HIGH, HEAD, FOOT, LEFT = 640.0, 150.0, 18.0, 22.0, 8.0
#: The height of a second line of labels, and how far apart the stripes of a missed period lie.
UNDER, STRIPE = 14.0, 5.0
#: What is written on the marks themselves, for who draws without the style sheet; the style sheet goes before it.
INK, TEXT = 'fill="currentColor" fill-opacity=".4"', 'fill="currentColor" font-size="11"'
TYPE = 'font-family="Noto Sans CJK TC, sans-serif"'


@dataclass(frozen=True, slots=True)
class Column:
    """One period: ``value`` None is no data; ``text`` is the value as it is read, ``under`` a second line of the label."""

    label: str
    value: float | None
    text: str
    missed: bool = False
    under: str = ""


def columns(
    series: Sequence[Column], *, title: str, ident: str, target: float | None = None, target_text: str = ""
) -> SafeString:
    """This will draw the columns; the foot of the scale lies a little under the lowest value, which the text says."""
    known = [one.value for one in series if one.value is not None]
    ends = [*known, *([target] if target is not None else [])]
    if not ends:
        return SafeString("")
    high = HIGH + (UNDER if any(one.under for one in series) else 0)
    most, least = max(ends), min(ends)
    low = least - max((most - least) * 0.35, abs(most) * 0.0005, 1e-9)
    scale = (HIGH - HEAD - FOOT) / (most - low)
    step = (WIDE - LEFT) / max(len(series), 1)
    body = "".join(_column(one, LEFT + step * at, step, scale, low) for at, one in enumerate(series))
    if target is not None:
        body += _target(HIGH - FOOT - (target - low) * scale, target_text)
    note = "; ".join(f"{one.label} {one.text}" for one in series)
    head = (
        f'<svg class="chart" {TYPE} viewBox="0 0 {WIDE:g} {high:g}" role="img" aria-labelledby="{ident}-t {ident}-d">'
    )
    return SafeString(
        f'{head}<title id="{ident}-t">{escape(title)}</title><desc id="{ident}-d">{escape(note)}</desc>{body}</svg>'
    )


def _target(y: float, text: str) -> str:
    line = (
        f'<path class="target" fill="none" stroke="currentColor" stroke-dasharray="4 3" d="M{LEFT:g} {y:g}H{WIDE:g}"/>'
    )
    return f'{line}<text {TEXT} x="{LEFT:g}" y="{HEAD - 6:g}">{escape(text)}</text>'


def _column(one: Column, x: float, step: float, scale: float, low: float) -> str:
    middle, foot = x + step / 2, HIGH - FOOT
    label = _text(one.label, middle, HIGH - 7) + (_text(one.under, middle, HIGH - 7 + UNDER) if one.under else "")
    if one.value is None:
        return f'<path class="axis" fill="none" stroke="currentColor" d="M{x + 6:g} {foot:g}H{x + step - 6:g}"/>{label}'
    high = max((one.value - low) * scale, 1)
    wide = min(step - 12, 34)
    mark = f'<text class="value" {TEXT} x="{middle:g}" y="{foot - high - 4:g}" text-anchor="middle">×</text>'
    drawn = _bar(middle - wide / 2, foot - high, wide, high, missed=one.missed)
    return f"{drawn}{mark if one.missed else ''}{label}"


def _text(words: str, x: float, y: float) -> str:
    return f'<text {TEXT} x="{x:g}" y="{y:g}" text-anchor="middle">{escape(words)}</text>'


def _bar(x: float, y: float, wide: float, high: float, *, missed: bool) -> str:
    """Draw a bar; one that missed its target is told by its stripes too, where there is no colour."""
    box = f'x="{x:g}" y="{y:g}" width="{wide:g}" height="{high:g}"'
    if not missed:
        return f'<rect class="bar" {INK} {box} rx="2"/>'
    lines = "".join(f"M{x:g} {y + STRIPE * place:g}h{wide:g}" for place in range(1, int((high - 1) // STRIPE) + 1))
    stripes = f'<path class="stripes" fill="none" stroke="currentColor" d="{lines}"/>' if lines else ""
    return f'<rect class="bar missed" fill="none" stroke="currentColor" {box} rx="2"/>{stripes}'
