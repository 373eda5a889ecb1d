"""Check templates and style sheets against the house rules; one line for each breach, exit code 1 if there is one.

Templates: no inline style or script or handler, every button has a type. Style sheets: everything in a layer, colours
in ``tokens.css`` alone, no ``!important``, no selector deeper than two.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
NOT_OURS = {".venv", "var", ".git", "vendor", "node_modules"}
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgba?|hsla?|oklch|oklab|lab|lch)\(")
TEMPLATE_RULES = {
    "has an inline style": re.compile(r"<[^>]*\sstyle\s*="),
    "has a style element": re.compile(r"<style\b"),
    "has an inline script": re.compile(r"<script\b(?![^>]*\b(?:src=|type=\"application/json\"))"),
    "has an inline handler": re.compile(r"<[^>%]*\son[a-z]+\s*="),
    "has a button without a type": re.compile(r"<button\b(?![^>]*\btype=)"),
}


def main() -> int:
    """Print every breach; 1 if there is one."""
    found = sorted([*template_breaches(), *sheet_breaches()])
    for breach in found:
        print(breach)
    return 1 if found else 0


def template_breaches() -> Iterator[str]:
    """Look through the templates; mail bodies may style inline, as mail programs need it."""
    for path in _files("*.html"):
        if "mail" in path.parts:
            continue
        text = re.sub(
            r"{%.*?%}|{#.*?#}", lambda match: match.group().replace(">", "›"), path.read_text(), flags=re.DOTALL
        )
        for words, pattern in TEMPLATE_RULES.items():
            for match in pattern.finditer(text):
                yield _at(path, text, match.start(), words)


def sheet_breaches() -> Iterator[str]:
    """Look through the style sheets."""
    for path in _files("*.css"):
        text = re.sub(
            r"/\*.*?\*/", lambda match: re.sub(r"[^\n]", " ", match.group()), path.read_text(), flags=re.DOTALL
        )
        if "@layer" not in text:
            yield _at(path, text, 0, "is outside the layers")
        for match in re.finditer(r"!important", text):
            yield _at(path, text, match.start(), "uses !important")
        if path.name != "tokens.css":
            for match in COLOUR.finditer(text):
                yield _at(path, text, match.start(), f"names the colour {match.group()} (only tokens.css does)")
        yield from _deep_selectors(path, text)


def _deep_selectors(path: Path, text: str) -> Iterator[str]:
    for match in re.finditer(r"([^{};]+)\{", text):
        if match.group(1).lstrip().startswith("@"):
            continue
        for selector in re.sub(r"\([^()]*\)", "()", match.group(1)).split(","):
            parts = [part for part in re.split(r"[\s>+~]+", re.sub(r"\[[^\]]*\]", "[]", selector).strip()) if part]
            if len(parts) > 2:
                yield _at(path, text, match.start(1), f"has the deep selector “{selector.strip()}”")


def _files(pattern: str) -> list[Path]:
    return [path for path in PROJECT.rglob(pattern) if not NOT_OURS & set(path.relative_to(PROJECT).parts)]


def _at(path: Path, text: str, position: int, words: str) -> str:
    return f"{path.relative_to(PROJECT)}:{text.count(chr(10), 0, position) + 1} {words}"


if __name__ == "__main__":
    sys.exit(main())
