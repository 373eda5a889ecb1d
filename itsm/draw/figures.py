"""Small charts: bars against a target, a line without axes, the bar of a clock. No colours here: classes only."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from itsm.draw.lettering import SMALL, width

#: A row of a bar chart with its bar, and the room that it has on the narrowest screen.
ROW, BAR, NARROW = 42.0, 12.0, 270.0
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
    series: Sequence[Bar],
    *,
    title: str,
    target: float | None = None,
    target_text: str = "",
    ident: str = "bars",
    whole: float = 0.0,
) -> SafeString:
    """This will draw horizontal bars, each below its name and value, and a line where the target stands.

    The longest bar fills the width, unless ``whole`` says what a full bar stands for, as 100 does for shares.
    Lengths are shares of the room there is, letters keep their size: it is read on a telephone as on a wide screen.
    """
    most = max([bar.value for bar in series] + [target or 0, whole, 1e-9])
    head = 20.0 if target is not None else 0.0
    high = head + ROW * len(series)
    rows = "".join(_bar_row(bar, y=head + ROW * at, share=bar.value / most) for at, bar in enumerate(series))
    words = "".join(_bar_words(bar, y=head + ROW * at) for at, bar in enumerate(series))
    line = "" if target is None else _target(target / most * 100, target_text, high)
    names = f'<title id="{ident}-t">{escape(title)}</title><desc id="{ident}-d">{escape(_told(series))}</desc>'
    head_tag = (
        f'<svg class="chart rows" width="100%" height="{high:g}" role="img" aria-labelledby="{ident}-t {ident}-d">'
    )
    return SafeString(f"{head_tag}{names}{rows}{line}{words}</svg>")


def _told(series: Sequence[Bar]) -> str:
    return "; ".join(f"{bar.label} {bar.text}" for bar in series)


def _target(x: float, text: str, high: float) -> str:
    side = "end" if x > 50 else "start"
    line = f'<line class="target" x1="{x:g}%" x2="{x:g}%" y1="16" y2="{high:g}"/>'
    return f'{line}<text x="{x:g}%" y="12" text-anchor="{side}">{escape(text)}</text>'


def _bar_row(bar: Bar, *, y: float, share: float) -> str:
    css = "bar missed" if bar.missed else "bar"
    long = max(share * 100, 0.3) if bar.value else 0
    return f'<rect class="{css}" x="0" y="{y + 21:g}" width="{long:.3f}%" height="{BAR:g}" rx="2"/>'


def _bar_words(bar: Bar, *, y: float) -> str:
    """Write the name and the value; they are drawn last, so that the line of the target runs behind them."""
    value = f"! {bar.text}" if bar.missed else bar.text
    return (
        f'<text x="0" y="{y + 15:g}">{_cut(bar.label, room=NARROW - width(value, size=SMALL))}</text>'
        f'<text class="value" x="100%" y="{y + 15:g}" text-anchor="end">{escape(value)}</text>'
    )


def _cut(label: str, *, room: float) -> str:
    """Cut a name that has no room beside its value on the narrowest screen; the whole is told on hovering."""
    if width(label, size=SMALL) <= room:
        return escape(label)
    kept = label
    while kept and width(f"{kept}…", size=SMALL) > room:
        kept = kept[:-1]
    return f"{escape(kept.rstrip())}…<title>{escape(label)}</title>"


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
