"""The joined style sheet and script follow their parts, and are not joined again while nothing changes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from itsm.ui import bundle


@pytest.fixture
def parts(tmp_path: Path) -> Path:
    """A folder with the fewest parts that there can be."""
    (tmp_path / "css").mkdir()
    (tmp_path / "js").mkdir()
    for name in ("reset", "tokens", "base"):
        (tmp_path / "css" / f"{name}.css").write_text(f".{name} {{ color: red; }}")
    (tmp_path / "js" / "one.js").write_text("go();")
    return tmp_path


def _changed(path: Path, text: str) -> None:
    before = path.stat().st_mtime_ns
    path.write_text(text)
    os.utime(path, ns=(before + 1, before + 1))


def test_nothing_is_joined_again_while_no_part_changes(parts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bundle.write(parts, folder=parts / "made")
    monkeypatch.setattr(bundle, "joined_css", lambda root: pytest.fail("joined again"))

    bundle.write(parts, folder=parts / "made")

    assert ".base{color: red}" in (parts / "made" / bundle.CSS).read_text()


@pytest.mark.parametrize(("part", "made"), [("css/base.css", bundle.CSS), ("js/one.js", bundle.JS)])
def test_a_part_that_changes_is_joined_anew(parts: Path, part: str, made: str) -> None:
    bundle.write(parts, folder=parts / "made")
    _changed(parts / part, ".other{}")

    bundle.write(parts, folder=parts / "made")

    assert ".other{}" in (parts / "made" / made).read_text()


def test_a_new_part_and_a_lost_file_are_joined_anew(parts: Path) -> None:
    bundle.write(parts, folder=parts / "made")
    (parts / "js" / "two.js").write_text("stop();")
    (parts / "made" / bundle.CSS).unlink()

    bundle.write(parts, folder=parts / "made")

    assert "stop();" in (parts / "made" / bundle.JS).read_text()
    assert (parts / "made" / bundle.CSS).exists()
