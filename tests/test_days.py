"""A day is read from a moment in a named zone: the day of a moment in UTC is yesterday's until eight in Taipei."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
#: Names that the code gives to moments as they come from the clock or the database, which are in UTC.
MOMENTS = {"at", "now", "start", "end"}
#: The demo organisation is told at a moment that was brought to the site's zone before.
APART = {".venv", "tests", "bench", "tools", "demo", "var"}


def _modules() -> Iterator[Path]:
    for path in ROOT.rglob("*.py"):
        if not APART.intersection(path.relative_to(ROOT).parts):
            yield path


def _taken(tree: ast.AST) -> Iterator[ast.Call]:
    """Find the calls of ``date()`` on something that is named as a moment."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "date"
            and not node.args
        ):
            of = node.func.value
            name = of.id if isinstance(of, ast.Name) else of.attr if isinstance(of, ast.Attribute) else ""
            if name in MOMENTS or name.endswith("_at"):
                yield node


def test_no_day_is_taken_from_a_moment_without_its_zone() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{one.lineno} {ast.unparse(one)}"
        for path in _modules()
        for one in _taken(ast.parse(path.read_text()))
    ]

    assert not wrong, "localdate(moment) gives the day of the reader, site_day(moment) the day of the site"


def test_such_a_call_would_be_found() -> None:
    found = list(_taken(ast.parse("a = meeting.starts_at.date(); b = local(at).date(); c = at.date()")))

    assert [ast.unparse(one) for one in found] == ["meeting.starts_at.date()", "at.date()"]
