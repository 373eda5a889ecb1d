"""Joins static/css and static/js parts into ``css/app.css`` and ``js/app.js``.

There is no build step: a static files finder writes the joined files beside the other generated
data when a part is newer, and hands them to collectstatic and to the development server.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage

LAYERS = "@layer reset, tokens, base, parts, pages;\n"
CSS = "css/app.css"
JS = "js/app.js"
COMMENT = re.compile(r"/\*.*?\*/", re.S)
Stamp = tuple[tuple[str, int], ...]
#: Of each folder of joined files: the parts that they were last found to hold, with their times.
WRITTEN: dict[Path, Stamp] = {}


def css_parts(root: Path) -> list[Path]:
    """This will list the style sheets in the order of their layers."""
    folder = root / "css"
    named = [folder / f"{name}.css" for name in ("reset", "tokens", "base")]
    return [*named, *sorted((folder / "parts").glob("*.css")), *sorted((folder / "pages").glob("*.css"))]


def js_parts(root: Path) -> list[Path]:
    """This will list the script modules in alphabetical order."""
    return sorted(path for path in (root / "js").glob("*.js") if path.name != "app.js")


def joined_css(root: Path) -> str:
    """This will give the whole style sheet, without comments and without idle space."""
    text = COMMENT.sub("", "".join(path.read_text("utf-8") for path in css_parts(root)))
    text = re.sub(r"\s+", " ", text)
    return LAYERS + re.sub(r"\s*([{};,>])\s*", r"\1", text).replace(";}", "}").strip() + "\n"


def joined_js(root: Path) -> str:
    """This will give all modules as one, each in a block of its own so that no name leaks."""
    return "".join(f"{{\n{path.read_text('utf-8')}}}\n" for path in js_parts(root))


def stamp(root: Path) -> Stamp:
    """This will tell every part with the time of its last change, in nanoseconds."""
    return tuple((str(path), path.stat().st_mtime_ns) for path in (*css_parts(root), *js_parts(root)))


def write(root: Path, *, folder: Path) -> None:
    """This will write both joined files below ``folder`` where they differ from what is there; nothing if no part changed."""
    now = stamp(root)
    if WRITTEN.get(folder) == now and all((folder / name).exists() for name in (CSS, JS)):
        return
    for name, text in ((CSS, joined_css(root)), (JS, joined_js(root))):
        target = folder / name
        if not target.exists() or target.read_text("utf-8") != text:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, "utf-8")
    WRITTEN[folder] = now


class BundleFinder(BaseFinder):
    """Finds the two joined files."""

    def __init__(self, app_names: Any = None, *args: Any, **kwargs: Any) -> None:
        """This will prepare the folder of generated files; nothing is written yet."""
        self.root = Path(settings.BASE_DIR) / "static"
        self.folder = Path(settings.VAR_DIR) / "bundle"
        super().__init__()

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        """This will find nothing to complain about: missing parts fail loudly when joined."""
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """This will give the joined file's place on disk, or an empty list for any other path."""
        if path not in (CSS, JS):
            return []
        write(self.root, folder=self.folder)
        found = str(self.folder / path)
        return [found] if find_all or kwargs.get("all") else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        """This will yield both joined files for collectstatic."""
        write(self.root, folder=self.folder)
        storage = FileSystemStorage(location=self.folder)
        yield CSS, storage
        yield JS, storage
