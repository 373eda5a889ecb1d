"""The child process that prints one page: run by its path, with nothing of the project or of Django in it.

``pressing.py weasyprint FOLDER`` or ``pressing.py chromium FOLDER PROGRAM [OPTION ...]`` reads ``page.html`` in the folder and writes
``page.pdf`` beside it. It first leaves the network where the kernel lets it, and dies with the process that began it. It ends
with 3 where its library cannot be imported here, since Pango or one of its companions is missing.
"""

from __future__ import annotations

import ctypes
import gc
import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

MISSING = 3
#: Where a rule of WeasyPrint's names its pseudo-element, and the margins in which a sheet has words (None is the sheet itself).
PSEUDO_ELEMENT = 3
MARGINS = {None, "@top-left", "@top-right", "@bottom-left", "@bottom-center", "@bottom-right"}
NEW_USERS, NEW_NETWORK = 0x10000000, 0x40000000
DIE_WITH_PARENT, KILL = 1, 9
#: Chromium prints the page and nothing else: no extensions, no calls home, no name that leads anywhere.
QUIETLY = (
    "--headless", "--disable-gpu", "--disable-dev-shm-usage", "--disable-extensions", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run", "--no-default-browser-check", "--no-pdf-header-footer",
    "--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-server=http://127.0.0.1:9",
    "--log-level=3",
)  # fmt: skip


def main(way: str, folder: str, program: str = "", *options: str) -> int:
    """Print by one way and give the exit code; ``options`` are for the browser."""
    alone()
    return by_chromium(folder, program, *options) if way == "chromium" else by_weasyprint(Path(folder))


def alone() -> None:
    """Step back behind the web server, die with the parent, and leave every network, in a world of own users where that needs one."""
    os.nice(5)  # people who wait for a page go first
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(DIE_WITH_PARENT, KILL, 0, 0, 0)
        unshare = libc.unshare
    except (OSError, AttributeError):  # no Linux
        return
    user, group = os.getuid(), os.getgid()
    if unshare(NEW_NETWORK) == 0 or unshare(NEW_USERS | NEW_NETWORK) != 0:
        return
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")


def by_weasyprint(folder: Path) -> int:
    """Print with WeasyPrint; whatever address the page names beside its own data, it is refused and nothing is printed."""
    gc.disable()  # the process ends with its page; collecting costs a fifth of the time
    try:
        from tinyhtml5 import inputstream  # type: ignore[import-untyped]  # the library brings no types
        from weasyprint import HTML  # type: ignore[import-untyped]  # the library brings no types
        from weasyprint.urls import FatalURLFetchingError, URLFetcher  # type: ignore[import-untyped]  # the same
    except (ImportError, OSError):
        return MISSING

    class OwnData(URLFetcher):  # type: ignore[misc]  # the same
        """Fetches what the page carries, and nothing else."""

        def fetch(self, url: str, headers: object = None) -> object:
            """Give the data of a ``data:`` address."""
            if not url.startswith("data:"):
                raise FatalURLFetchingError(f"a printed page may not fetch {url[:200]}")
            return super().fetch(url, headers)

    class Sheets(HTML):  # type: ignore[misc]  # the same
        """A page whose style sheet of the library is the lighter one.

        WeasyPrint gives no public way to its own style sheet: sheets that are handed to it are added, and a rule of theirs takes
        no other out. So its private method is overridden; one that never calls it prints the same page, more slowly
        (``tests/ui_kit/test_pressing.py`` fails when that, or the shape of its rules, changes).
        """

        def _ua_stylesheets(self, *given: Any, **named: Any) -> list[Any]:
            return [lighter(sheet) for sheet in super()._ua_stylesheets(*given, **named)]

    inputstream.characters_until_regex = Patterns()
    html = (folder / "page.html").read_text("utf-8")
    Sheets(string=html, url_fetcher=OwnData(allowed_protocols=("data",))).write_pdf(folder / "page.pdf")
    return 0


class Patterns(dict[tuple[Iterable[str], bool], "re.Pattern[str]"]):
    """The patterns by which tinyhtml5 reads up to some signs; kept by itself under other keys, each is made anew for each word."""

    def __missing__(self, key: tuple[Iterable[str], bool]) -> re.Pattern[str]:
        """Make a pattern once."""
        signs, opposite = key
        made = self[key] = re.compile(f"[{'' if opposite else '^'}{re.escape(''.join(signs))}]+")
        return made


def lighter(sheet: Any) -> Any:
    """Take out of WeasyPrint's own style sheet what it reckons for each element and sheet in vain: notes, markers, empty margins."""
    sheet.matcher.other_selectors = [rule for rule in sheet.matcher.other_selectors if rule[PSEUDO_ELEMENT] is None]
    sheet.page_rules = [rule for rule in sheet.page_rules if all(margin in MARGINS for _, margin, _ in rule[1])]
    return sheet


def by_chromium(folder: str, program: str, *options: str) -> int:
    """Become Chromium, which prints the page and ends; as root it has no sandbox of its own."""
    rootless = () if os.geteuid() else ("--no-sandbox",)
    own = (f"--user-data-dir={folder}/profile", f"--print-to-pdf={folder}/page.pdf", f"file://{folder}/page.html")
    os.execv(program, (program, *QUIETLY, *rootless, *options, *own))  # noqa: S606 - becomes the browser, and never returns


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
