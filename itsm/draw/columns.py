"""A trend as columns: one for each period, a line where the target stands, an empty place where there is no data."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString

HIGH, HEAD, FOOT = 150.0, 18.0, 22.0
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
    series: Sequence[Column],
    *,
    title: str,
    ident: str,
    target: float | None = None,
    target_text: str = "",
    labelled: bool = True,
) -> SafeString:
    """This will draw the columns; the foot of the scale lies a little under the lowest value, which the text says.

    Places are shares of the room there is, letters keep their size. Where it is narrow every other label is left out;
    not ``labelled``, all of them are, since a table under the columns names them.
    """
    known = [one.value for one in series if one.value is not None]
    ends = [*known, *([target] if target is not None else [])]
    if not ends:
        return SafeString("")
    high = _high(series) if labelled else HIGH - FOOT + 1
    most, least = max(ends), min(ends)
    low = least - max((most - least) * 0.35, abs(most) * 0.0005, 1e-9)
    scale = (HIGH - HEAD - FOOT) / (most - low)
    step = 100 / len(series)
    body = "".join(_column(one, step * at, step, scale, low) for at, one in enumerate(series))
    body += _labels(series, step) if labelled else ""
    if target is not None:
        body += _target(HIGH - FOOT - (target - low) * scale, target_text)
    note = "; ".join(f"{one.label} {one.text}" for one in series)
    head = f'<svg class="chart" {TYPE} width="100%" height="{high:g}" role="img" aria-labelledby="{ident}-t {ident}-d">'
    return SafeString(
        f'{head}<title id="{ident}-t">{escape(title)}</title><desc id="{ident}-d">{escape(note)}</desc>{body}</svg>'
    )


def _target(y: float, text: str) -> str:
    drawn = f'class="target" fill="none" stroke="currentColor" stroke-dasharray="4 3" x1="0" x2="100%" y1="{y:g}" y2="{y:g}"'
    return f'<line {drawn}/><text {TEXT} x="0" y="{HEAD - 6:g}">{escape(text)}</text>'


def _column(one: Column, x: float, step: float, scale: float, low: float) -> str:
    middle, foot = x + step / 2, HIGH - FOOT
    left, wide = x + step * 0.2, step * 0.6
    if one.value is None:
        ends = f'x1="{left:.3f}%" x2="{left + wide:.3f}%" y1="{foot:g}" y2="{foot:g}"'
        return f'<line class="axis" stroke="currentColor" {ends}/>'
    high = max((one.value - low) * scale, 1)
    mark = f'<text class="value" {TEXT} x="{middle:.3f}%" y="{foot - high - 4:g}" text-anchor="middle">×</text>'
    return f"{_bar(left, foot - high, wide, high, missed=one.missed)}{mark if one.missed else ''}"


def _high(series: Sequence[Column]) -> float:
    return HIGH + (UNDER if any(one.under for one in series) else 0)


def _labels(series: Sequence[Column], step: float) -> str:
    many = len(series)
    return "".join(_label(one, step * (at + 0.5), spare=(many - at) % 2 == 0) for at, one in enumerate(series))


def _label(one: Column, middle: float, *, spare: bool) -> str:
    lines = [_text(one.label, middle, HIGH - 7), _text(one.under, middle, HIGH - 7 + UNDER) if one.under else ""]
    css = ' class="spare"' if spare else ""
    return f"<g{css}>{''.join(lines)}</g>"


def _text(words: str, x: float, y: float) -> str:
    return f'<text {TEXT} x="{x:.3f}%" y="{y:g}" text-anchor="middle">{escape(words)}</text>'


def _bar(x: float, y: float, wide: float, high: float, *, missed: bool) -> str:
    """Draw a bar; one that missed its target is told by its stripes too, where there is no colour."""
    box = f'x="{x:.3f}%" y="{y:g}" width="{wide:.3f}%" height="{high:g}"'
    if not missed:
        return f'<rect class="bar" {INK} {box} rx="2"/>'
    ends = f'x1="{x:.3f}%" x2="{x + wide:.3f}%"'
    heights = [y + STRIPE * place for place in range(1, int((high - 1) // STRIPE) + 1)]
    lines = "".join(f'<line class="stripes" stroke="currentColor" {ends} y1="{at:g}" y2="{at:g}"/>' for at in heights)
    return f'<rect class="bar missed" fill="none" stroke="currentColor" {box} rx="2"/>{lines}'
