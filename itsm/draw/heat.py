"""A heat map: a grid of numbers in five steps of one colour."""

from collections.abc import Mapping, Sequence
from html import escape

from django.utils.safestring import SafeString

from itsm.draw.lettering import SMALL, width

CELL_WIDE, CELL_HIGH, HEAD, STEPS = 30.0, 26.0, 22.0, 5


def heat(
    rows: Sequence[str],
    columns: Sequence[str],
    values: Mapping[tuple[int, int], int],
    *,
    title: str,
    ident: str,
    note: str = "",
) -> SafeString:
    """This will draw ``values`` by place of row and column; the more, the stronger, with the number in the cell."""
    left = max(width(label, size=SMALL) for label in rows) + 22
    most = max(values.values(), default=0)
    wide, high = left + CELL_WIDE * len(columns) + 2, HEAD + CELL_HIGH * len(rows) + 2
    heads = "".join(
        f'<text x="{left + CELL_WIDE * (at + 0.5):g}" y="15" text-anchor="middle">{escape(label)}</text>'
        for at, label in enumerate(columns)
    )
    lines = "".join(_row(label, at, len(columns), values, most, left) for at, label in enumerate(rows))
    desc = f'<desc id="{ident}-d">{escape(note)}</desc>' if note else ""
    names = f"{ident}-t {ident}-d" if note else f"{ident}-t"
    head = f'<svg class="chart heat" viewBox="0 0 {wide:g} {high:g}" role="img" aria-labelledby="{names}">'
    return SafeString(f'{head}<title id="{ident}-t">{escape(title)}</title>{desc}{heads}{lines}</svg>')


def _row(label: str, at: int, columns: int, values: Mapping[tuple[int, int], int], most: int, left: float) -> str:
    y = HEAD + CELL_HIGH * at
    cells = "".join(_cell(values.get((at, column), 0), most, left + CELL_WIDE * column, y) for column in range(columns))
    return f'<text x="{left - 8:g}" y="{y + 17:g}" text-anchor="end">{escape(label)}</text>{cells}'


def _cell(value: int, most: int, x: float, y: float) -> str:
    box = f'<rect class="h{step(value, most)}" x="{x + 1:g}" y="{y + 1:g}" width="{CELL_WIDE - 2:g}" height="{CELL_HIGH - 2:g}" rx="3"/>'
    if not value:
        return box
    text = str(value) if value < 10_000 else f"{value // 1000}k"
    ink = f"on{step(value, most)}"
    return f'{box}<text class="{ink}" x="{x + CELL_WIDE / 2:g}" y="{y + 17:g}" text-anchor="middle">{text}</text>'


def step(value: int, most: int) -> int:
    """Give the step of a value: 0 for nothing, up to 5 for the most."""
    return 0 if not value or not most else min(STEPS, 1 + (value * STEPS - 1) // most)
