"""How wide words are and where they break, near enough for boxes drawn on the server."""

import re
from html import escape

FONT = 13.0
SMALL = 12.0
WIDE = re.compile(r"[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60]")
NARROW = "ijlI.,:;'|!()[]/ "
OPENING, CLOSING = "（「(", "，。、：；？！）」)/／"


def width(text: str, *, size: float = FONT) -> float:
    """This will estimate the width of a text in pixels at a font size."""
    return sum(size if WIDE.match(c) else size * (0.33 if c in NARROW else 0.68 if c.isupper() else 0.57) for c in text)


def _pieces(text: str) -> list[str]:
    """Cut a text where a line may end: between Han characters, after spaces and slashes."""
    pieces: list[str] = []
    for piece in re.findall(rf"{WIDE.pattern}|[^\s\u2e80-\u9fff\uff00-\uff60/]+/?\s*|/\s*", text):
        if pieces and (piece[0] in CLOSING or pieces[-1][-1] in OPENING):
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return pieces


def wrap(text: str, *, room: float, size: float = FONT) -> list[str]:
    """This will break a text into the fewest lines that fit ``room``, all of about the same length."""
    whole = width(text, size=size)
    if whole <= room:
        return [text]
    parts = [part for part in re.findall(r"[^/／]*[/／]?", text) if part]
    if len(parts) > 1 and max(width(part, size=size) for part in parts) <= room:
        return _fill(parts, room=room, size=size)
    return _even(text, whole=whole, room=room, size=size)


def _even(text: str, *, whole: float, room: float, size: float) -> list[str]:
    pieces = _pieces(text)
    lines = _fill(pieces, room=room, size=size)
    even = _fill(pieces, room=max(whole / len(lines) * 1.12, room * 0.55), size=size)
    return even if len(even) == len(lines) else lines


def _fill(pieces: list[str], *, room: float, size: float) -> list[str]:
    lines = [""]
    for piece in pieces:
        if lines[-1] and width(lines[-1] + piece.rstrip(), size=size) > room:
            lines.append("")
        lines[-1] += piece
    return [line.strip() for line in lines if line.strip()]


def text_lines(lines: list[str], *, x: float, y: float, size: float = FONT, css: str = "") -> str:
    """This will write lines of text around a centre."""
    step = size * 1.28
    top = y - step * (len(lines) - 1) / 2
    name = f' class="{css}"' if css else ""
    return "".join(
        f'<text{name} x="{x:g}" y="{top + step * at:g}"{_size(size)}>{escape(line)}</text>'
        for at, line in enumerate(lines)
    )


def _size(size: float) -> str:
    return "" if size == FONT else f' font-size="{size:g}"'
