"""A trend as columns: one for each period, a line where the target stands, an empty place where there is no data."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString

WIDE, HIGH, HEAD, FOOT, LEFT = 640.0, 150.0, 18.0, 22.0, 8.0


@dataclass(frozen=True, slots=True)
class Column:
    """One period: ``value`` None is no data; ``text`` is the value as it is read."""

    label: str
    value: float | None
    text: str
    missed: bool = False


def columns(
    series: Sequence[Column], *, title: str, ident: str, target: float | None = None, target_text: str = ""
) -> SafeString:
    """This will draw the columns; the foot of the scale lies a little under the lowest value, which the text says."""
    known = [one.value for one in series if one.value is not None]
    ends = [*known, *([target] if target is not None else [])]
    if not ends:
        return SafeString("")
    most, least = max(ends), min(ends)
    low = least - max((most - least) * 0.35, abs(most) * 0.0005, 1e-9)
    scale = (HIGH - HEAD - FOOT) / (most - low)
    step = (WIDE - LEFT) / max(len(series), 1)
    body = "".join(_column(one, LEFT + step * at, step, scale, low) for at, one in enumerate(series))
    if target is not None:
        y = HIGH - FOOT - (target - low) * scale
        body += f'<path class="target" d="M{LEFT:g} {y:g}H{WIDE:g}"/><text x="{LEFT:g}" y="{HEAD - 6:g}">{escape(target_text)}</text>'
    note = "; ".join(f"{one.label} {one.text}" for one in series)
    head = f'<svg class="chart" viewBox="0 0 {WIDE:g} {HIGH:g}" role="img" aria-labelledby="{ident}-t {ident}-d">'
    return SafeString(
        f'{head}<title id="{ident}-t">{escape(title)}</title><desc id="{ident}-d">{escape(note)}</desc>{body}</svg>'
    )


def _column(one: Column, x: float, step: float, scale: float, low: float) -> str:
    middle, foot = x + step / 2, HIGH - FOOT
    label = f'<text x="{middle:g}" y="{HIGH - 7:g}" text-anchor="middle">{escape(one.label)}</text>'
    if one.value is None:
        return f'<path class="axis" d="M{x + 6:g} {foot:g}H{x + step - 6:g}"/>{label}'
    high = max((one.value - low) * scale, 1)
    css = "bar missed" if one.missed else "bar"
    wide = min(step - 12, 34)
    mark = (
        f'<text class="value" x="{middle:g}" y="{foot - high - 4:g}" text-anchor="middle">×</text>'
        if one.missed
        else ""
    )
    return f'<rect class="{css}" x="{middle - wide / 2:g}" y="{foot - high:g}" width="{wide:g}" height="{high:g}" rx="2"/>{mark}{label}'
