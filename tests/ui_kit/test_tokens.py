"""The colours of the tokens: computed contrast, never rounded, in both themes; and never colour alone."""

import re
from itertools import combinations
from pathlib import Path

import pytest
from django.conf import settings

from itsm.ui.chips import CLOCK_GLYPHS, GLYPHS

TOKENS = (Path(settings.BASE_DIR) / "static/css/tokens.css").read_text("utf-8")
ROOT = TOKENS.split(':root[data-theme="contrast"]')[0]
THEMES = ("light", "dark")
TONES = ("new", "working", "waiting", "decision", "done", "closed", "danger")
GROUNDS = ("surface", "canvas")
TEXT_PAIRS = [
    *((ink, ground) for ink in ("text", "muted", "subtle", "link") for ground in ("surface", "canvas", "sunken")),
    *(("text", ground) for ground in ("selected", "hover", "note")),
    ("muted", "hover"),
    ("muted", "note"),
    ("muted", "selected"),
    ("link", "selected"),
    ("link", "hover"),
    ("on-primary", "primary"),
    ("on-primary", "primary-hover"),
    ("on-danger", "danger-solid"),
    ("on-working", "working-solid"),
    ("working-ink", "surface"),
    ("danger-ink", "surface"),
    ("danger-ink", "canvas"),
]
SHAPES = ["field", "focus", "primary", "p1", "p2", "p3", *(f"{tone}-solid" for tone in TONES)]


def colour(name: str, theme: str) -> tuple[float, float, float]:
    """Read a token's red, green and blue, 0 to 1."""
    found = re.search(rf"--{name}: (?:light-dark\((#\w{{6}}), (#\w{{6}})\)|(#\w{{6}}));", ROOT)
    assert found, name
    text = found[3] or found[1 if theme == "light" else 2]
    return int(text[1:3], 16) / 255, int(text[3:5], 16) / 255, int(text[5:7], 16) / 255


def luminance(rgb: tuple[float, float, float]) -> float:
    parts = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in rgb]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def ratio(one: str, two: str, theme: str) -> float:
    lights = sorted((luminance(colour(one, theme)), luminance(colour(two, theme))))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("ink", "ground"), TEXT_PAIRS)
def test_text_can_be_read(ink: str, ground: str, theme: str) -> None:
    assert ratio(ink, ground, theme) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("tone", TONES)
def test_chips_can_be_read_with_ease(tone: str, theme: str) -> None:
    assert ratio(f"{tone}-ink", f"{tone}-tint", theme) >= 7


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("ground", GROUNDS)
def test_shapes_stand_out(shape: str, ground: str, theme: str) -> None:
    assert ratio(shape, ground, theme) >= 3


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("number", range(1, 7))
def test_chart_colours_stand_out(number: int, theme: str) -> None:
    assert ratio(f"c{number}", "surface", theme) >= 3


@pytest.mark.parametrize("glyphs", [GLYPHS, CLOCK_GLYPHS])
def test_every_tone_has_a_glyph_of_its_own(glyphs: dict[str, str]) -> None:
    sprite = (Path(settings.BASE_DIR) / "static/img/icons.svg").read_text("utf-8")

    assert all(one != two for one, two in combinations(glyphs.values(), 2))
    assert all(f'id="{glyph}"' in sprite for glyph in glyphs.values())
