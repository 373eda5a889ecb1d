"""Printing pages to PDF: by WeasyPrint where it can be imported, else by Chromium, else not at all.

A page carries everything that it needs; one that names any other address is refused before it is begun. Each is printed
in a process of its own (``pressing.py``), so that the worker stays small, a time limit holds, and there is no network. Several
pages are printed beside each other. ``PDF_WITH`` names the ways and their order, ``CHROMIUM`` the browser.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from ctypes.util import find_library
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.utils.translation import gettext

from itsm.draw.paper import NoPaper
from itsm.draw.pressing import MISSING

logger = logging.getLogger(__name__)
PRESS = Path(__file__).with_name("pressing.py")
NAMES = {"weasyprint": "WeasyPrint", "chromium": "Chromium"}
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
#: Characters from which on Chromium leaves out its tags, which would make the PDF four times as large.
LARGE = 300_000
#: What WeasyPrint needs of the system.
LIBRARIES = ("gobject-2.0", "pango-1.0", "harfbuzz", "harfbuzz-subset", "fontconfig", "pangoft2-1.0")
#: Attributes whose address a browser fetches by itself, and addresses inside style sheets.
FETCHED = {"src", "srcset", "data", "poster", "background", "codebase", "manifest"}
IN_STYLES = re.compile(r"url\(\s*[\"']?(?!data:|#)|@import|image-set\(", re.IGNORECASE)
#: Chromium fetches nothing even if something slipped through.
SHUT = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">"


class ForeignAddress(ValueError):
    """The page names an address outside of itself."""


class NotNow(NoPaper):
    """A way of printing is there and failed: it may work another time."""


class NotHere(Exception):
    """This way of printing is not to be had on this machine."""


class Failed(Exception):
    """The printing was begun and came to nothing."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page to print: its HTML, its style sheet, and what stands at the head and foot of each sheet, left and right.

    The foot's right side is "page n of m" in the language that is active while the page is made.
    """

    html: str
    styles: str
    head: tuple[str, str] = ("", "")
    foot: tuple[str, str] = ("", "")
    size: str = "A4"
    number: str = field(default_factory=lambda: gettext("page %(number)d of %(all)d"))


@dataclass(frozen=True, slots=True)
class Printed:
    """A PDF and the way by which it was made."""

    content: bytes
    way: str


def printed(pages: Iterable[Page]) -> list[Printed]:
    """This will print every page, two at a time, and give the PDFs in their order; one is printed while the next is made.

    :raises ForeignAddress: if a page names an address outside of itself
    :raises NoPaper: if there is no way to print here; its kind ``NotNow`` where one is here and failed
    """
    with ThreadPoolExecutor(max_workers=2) as pool:
        return list(pool.map(_print, map(whole, pages)))


def whole(page: Page) -> str:
    """Write the page as one text with its styles and margins inside.

    :raises ForeignAddress: if it names an address outside of itself
    """
    _Addresses().feed(page.html)
    if IN_STYLES.search(page.styles) or "</" in page.styles:
        raise ForeignAddress("a style sheet names an address")
    styles = f"<style>{page.styles}{_margins(page)}</style>"
    head, mark, rest = page.html.partition("</head>")
    if not mark:
        raise ValueError("a page to print has a head")
    return f"{head.replace('<head>', f'<head>{SHUT}', 1)}{styles}{mark}{rest}"


class _Addresses(HTMLParser):
    """Refuses whatever a renderer would fetch by itself; links that a reader may follow are none of it."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at the attributes of one element."""
        for name, value in attrs:
            plain = name.rpartition(":")[2]
            fetched = plain in FETCHED or (plain == "href" and tag != "a")
            if fetched and not (value or "").strip().startswith(("#", "data:")):
                raise ForeignAddress(f"<{tag} {name}={value!r}>")
            if plain == "style" and IN_STYLES.search(value or ""):
                raise ForeignAddress(f"<{tag} style>")
        if tag in ("style", "script", "iframe", "base"):
            raise ForeignAddress(f"<{tag}>")


def _margins(page: Page) -> str:
    """Write what stands at the head and foot of each sheet."""
    parts = re.split(r"(%\(number\)d|%\(all\)d)", page.number)
    counters = {"%(number)d": "counter(page)", "%(all)d": "counter(pages)"}
    counted = " ".join(counters.get(part) or _text(part) for part in parts if part)
    boxes = {
        "top-left": _text(page.head[0]), "top-right": _text(page.head[1]), "bottom-left": _text(page.foot[0]),
        "bottom-center": _text(page.foot[1]), "bottom-right": counted,
    }  # fmt: skip
    return f"@page{{size:{page.size};{''.join(f'@{name}{{content:{text}}}' for name, text in boxes.items())}}}"


def _text(words: str) -> str:
    """Write words as a string of a style sheet in which nothing but themselves can be read."""
    plain = "".join(sign if sign.isalnum() or sign == " " else f"\\{ord(sign):x} " for sign in words)
    return f'"{plain}"'


def _print(html: str) -> Printed:
    failed = False
    for way in settings.PDF_WITH:
        try:
            return Printed(_pressed(way, html), way)
        except NotHere:
            continue
        except Failed:
            failed = True
            logger.exception("printing by %s", NAMES.get(way, way))
    sentence = gettext("No PDF can be made on this server: print this page instead.")
    raise NotNow(sentence) if failed else NoPaper(sentence)


def _pressed(way: str, html: str) -> bytes:
    """Print in a child process.

    :raises NotHere: if the way is not to be had
    :raises Failed: if it took too long or ended without a PDF
    """
    program = browser() if way == "chromium" else ""
    if way == "chromium" and not program:
        raise NotHere(way)
    with TemporaryDirectory(prefix="press-") as folder:
        Path(folder, "page.html").write_text(html, "utf-8")
        command = [sys.executable, "-I", str(PRESS), way, folder, *([program] if program else [])]
        command += ["--disable-pdf-tagging"] if program and len(html) > LARGE else []
        code, said = _run(command, folder)
        if code == MISSING:
            raise NotHere(way)
        made = Path(folder, "page.pdf")
        if code or not made.is_file():
            raise Failed(f"exit {code}: {said[-1000:]}")
        return made.read_bytes()


def _run(command: list[str], folder: str) -> tuple[int, str]:
    kept = {name: os.environ[name] for name in ("PATH", "FONTCONFIG_FILE", "FONTCONFIG_PATH") if name in os.environ}
    child = subprocess.Popen(
        command, cwd=folder, env=kept | {"HOME": folder, "TMPDIR": folder, "LANG": "C.UTF-8"}, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    try:
        _out, said = child.communicate(timeout=settings.PDF_SECONDS)
    except subprocess.TimeoutExpired as fault:
        os.killpg(child.pid, signal.SIGKILL)
        child.communicate()
        raise Failed(f"not done in {settings.PDF_SECONDS} s") from fault
    return child.returncode, said.decode(errors="replace")


def browser() -> str:
    """Find Chromium: the one that the setting names, else the first on the path; empty where there is none."""
    named = settings.CHROMIUM
    return next((path for name in ([named] if named else BROWSERS) if (path := shutil.which(name))), "")


def made_by() -> str:
    """Name the way by which a PDF would be made now; empty where there is none."""
    return next((NAMES[way] for way in _at_hand()), "")


def _at_hand() -> Iterator[str]:
    has: dict[str, Callable[[], object]] = {"weasyprint": _has_pango, "chromium": browser}
    return (way for way in settings.PDF_WITH if has[way]())


@cache
def _has_pango() -> bool:
    """Tell whether WeasyPrint and the libraries of the system that it needs are here, without loading them."""
    return find_spec("weasyprint") is not None and all(map(find_library, LIBRARIES))
