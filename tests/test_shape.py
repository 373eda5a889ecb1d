"""The size and shape that the way of writing allows; ruff counts complexity, this counts the rest."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

PROJECT = Path(__file__).resolve().parent.parent
LONGEST_FUNCTION = 40
LONGEST_MODULE = 400
DEEPEST = 3  # two levels inside the one that a function's first statement opens
NESTING = (ast.For, ast.While, ast.If, ast.With, ast.Try, ast.AsyncFor, ast.AsyncWith, ast.Match)
BANNED_NAMES = {"utils", "helpers", "manager", "common", "core", "misc"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def modules() -> list[Path]:
    """List the project's own Python files; migrations are generated."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = [PROJECT / line for line in listed.stdout.splitlines() if "/migrations/" not in line]
    return [path for path in paths if path.exists()]


class Shape(NamedTuple):
    """What is counted of a function; trees are large, and are not kept."""

    place: str
    lines: int
    depth: int
    typed: bool


@cache
def functions() -> list[Shape]:
    """Measure every function of the project, once."""
    return [shape(path, node) for path in modules() for node in _functions(path)]


def _functions(path: Path) -> Iterator[Function]:
    yield from (node for node in ast.walk(ast.parse(path.read_text(), str(path))) if isinstance(node, Function))


def shape(path: Path, node: Function) -> Shape:
    """Measure one function."""
    lines = (node.end_lineno or 0) - node.lineno + 1
    return Shape(f"{path.relative_to(PROJECT)}:{node.lineno} {node.name}", lines, depth(node), typed(node))


def typed(node: Function) -> bool:
    """Tell whether every argument and the result say what they are."""
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    bare = [argument for argument in arguments if argument.annotation is None and argument.arg not in ("self", "cls")]
    return node.returns is not None and not bare


def depth(node: ast.AST, level: int = 0) -> int:
    """Count nested blocks; `elif` is not a deeper one, nor is a function inside a function."""
    deepest = level
    for field, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST) or isinstance(child, Function | ast.Lambda | ast.ClassDef):
                continue
            is_elif = field == "orelse" and isinstance(node, ast.If) and isinstance(child, ast.If) and len(value) == 1
            deeper = isinstance(child, NESTING) and not is_elif
            deepest = max(deepest, depth(child, level + deeper))
    return deepest


def test_no_function_is_longer_than_forty_lines() -> None:
    long = [found.place for found in functions() if found.lines > LONGEST_FUNCTION]

    assert long == []


def test_no_module_is_longer_than_four_hundred_lines() -> None:
    long = [str(path.relative_to(PROJECT)) for path in modules() if len(path.read_text().splitlines()) > LONGEST_MODULE]

    assert long == []


def test_no_function_nests_deeper_than_allowed() -> None:
    deep = [found.place for found in functions() if found.depth > DEEPEST]

    assert deep == []


def test_every_argument_and_result_is_typed() -> None:
    untyped = [found.place for found in functions() if not found.typed]

    assert untyped == []


def test_no_module_is_a_drawer_for_anything() -> None:
    drawers = [str(path.relative_to(PROJECT)) for path in modules() if path.stem in BANNED_NAMES]

    assert drawers == []


@pytest.mark.parametrize("word", ["except Exception: pass", "TODO", "FIXME", "NotImplementedError"])
def test_nothing_is_left_for_later(word: str) -> None:
    found = [
        str(path.relative_to(PROJECT)) for path in modules() if word in path.read_text() and path != Path(__file__)
    ]

    assert found == []
