"""Merge ``locale/parts/*.po`` into one catalogue and compile it, without the system's gettext.

``python -m tools.messages`` writes ``django.po`` and ``django.mo`` when a part is newer than they are.
``python -m tools.messages --check`` fails, naming them, when texts of the project have no translation.
"""

import io
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PROJECT = Path(__file__).resolve().parent.parent
PARTS = PROJECT / "locale" / "parts"
CATALOGUE = PROJECT / "locale" / "zh_Hant" / "LC_MESSAGES" / "django.po"
COMPILED = CATALOGUE.with_suffix(".mo")
CALLS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),  # type: ignore[dict-item]  # Babel's own way to say "context"
    "pgettext_lazy": ((1, "c"), 2),  # type: ignore[dict-item]
}
NO_TEXTS = {"tests", "tools", "bench", "var", "static", "locale", "docs"}
Key = tuple[str | None, str]


class Contradiction(Exception):
    """Two parts translate one text differently; the message lists all such texts."""


def build() -> bool:
    """Write the catalogue and its compiled form if a part is newer; tell whether that was so.

    :raises Contradiction: if two parts disagree
    """
    files = sorted(PARTS.glob("*.po"))
    if _up_to_date(files):
        return False
    catalogue = merge(files)
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    _write(CATALOGUE, catalogue, compiled=False)
    _write(COMPILED, catalogue, compiled=True)
    return True


def merge(files: Iterable[Path]) -> Catalog:
    """Merge the parts.

    :raises Contradiction: listing every text that two parts translate differently
    """
    merged = Catalog(locale="zh_Hant", domain="django", project="itsm", fuzzy=False)
    faults = []
    for path in files:
        with open(path, "rb") as file:
            part = read_po(file, locale="zh_Hant", abort_invalid=True)
        for message in part:
            if not message.id or not message.string:
                continue
            known = merged.get(message.id, message.context)
            if known is not None and known.string != message.string:
                faults.append(f"{path.name}: {message.id!r} is {message.string!r} here and {known.string!r} elsewhere")
            merged.add(message.id, message.string, context=message.context, flags=message.flags - {"fuzzy"})
    if faults:
        raise Contradiction("\n".join(faults))
    return merged


def missing(catalogue: Catalog) -> dict[Key, str]:
    """Find the texts of the project that have no translation, with the file of one use each."""
    known = {(message.context, _singular(message.id)) for message in catalogue if message.id}
    return {key: where for where, key in _texts() if key not in known}


def _up_to_date(files: list[Path]) -> bool:
    if not (CATALOGUE.exists() and COMPILED.exists()):
        return False
    newest = max(path.stat().st_mtime_ns for path in [PARTS, Path(__file__), *files])
    return min(CATALOGUE.stat().st_mtime_ns, COMPILED.stat().st_mtime_ns) >= newest


def _write(target: Path, catalogue: Catalog, *, compiled: bool) -> None:
    """Write through a draft, so that a running server never reads half a file."""
    content = io.BytesIO()
    write_mo(content, catalogue) if compiled else write_po(content, catalogue, width=110, sort_output=True)
    draft = target.with_name(f"{target.name}.draft")
    draft.write_bytes(content.getvalue())
    draft.replace(target)


def _texts() -> Iterator[tuple[str, Key]]:
    """Go through every text marked for translation in Python files and templates."""
    for path in sorted(PROJECT.rglob("*")):
        place = path.relative_to(PROJECT)
        if path.suffix not in {".py", ".html", ".txt"} or place.parts[0].startswith(".") or place.parts[0] in NO_TEXTS:
            continue
        if path.suffix != ".py" and "templates" not in place.parts:
            continue
        source = path.read_text() if path.suffix == ".py" else _as_python(path.read_text(), str(place))
        for _line, message, _comments, context in extract("python", io.BytesIO(source.encode()), keywords=CALLS):
            yield str(place), (context, _singular(message))


def _as_python(template: str, origin: str) -> str:
    """Keep the gettext calls that Django finds in a template, one to a line."""
    from django.utils.translation.template import templatize

    calls = re.findall(
        r"""\b(?:u?n?p?gettext|_)\((?:[^()"']|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')*\)""",
        templatize(template, origin=origin),
    )
    return "\n".join(call.replace("\n", "\\n") for call in calls)


def _singular(message: object) -> str:
    return str(message[0]) if isinstance(message, (tuple, list)) else str(message)


def main(arguments: list[str]) -> int:
    """Build, and with ``--check`` look for missing translations; 1 if anything is wrong."""
    try:
        build()
    except Contradiction as fault:
        print(fault, file=sys.stderr)
        return 1
    if "--check" not in arguments:
        return 0
    lacking = missing(merge(sorted(PARTS.glob("*.po"))))
    for (_context, text), where in sorted(lacking.items(), key=lambda item: item[1]):
        print(f"{where}: no translation of {text!r}", file=sys.stderr)
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
