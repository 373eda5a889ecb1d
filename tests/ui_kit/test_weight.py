"""What a first visit downloads, and how the sheets and scripts are written."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings

from itsm.ui import bundle

STATIC = Path(settings.BASE_DIR) / "static"


def zipped(text: str) -> int:
    return len(gzip.compress(text.encode(), 9))


def test_the_style_sheet_is_light() -> None:
    assert zipped(bundle.joined_css(STATIC)) <= 20 * 1024


def test_the_scripts_are_light() -> None:
    own = zipped(bundle.joined_js(STATIC))
    htmx = zipped((STATIC / "vendor/htmx/htmx.min.js").read_text("utf-8"))

    assert own <= 10 * 1024  # all that the portal loads
    assert own + htmx <= 35 * 1024


def test_the_scripts_of_the_calendar_are_light() -> None:
    island = [*sorted((STATIC / "js/calendar").glob("*.js")), STATIC / "js/carry/carry.js"]

    assert len(island) == 3
    assert zipped("".join(path.read_text("utf-8") for path in island)) <= 6 * 1024


@pytest.mark.parametrize(("name", "most"), [("cab", 4 * 1024), ("releases", 6 * 1024)])
def test_the_scripts_of_boards_are_light(name: str, most: int) -> None:
    island = [*sorted((STATIC / "js" / name).glob("*.js")), STATIC / "js/carry/carry.js"]

    assert len(island) == 2
    assert zipped("".join(path.read_text("utf-8") for path in island)) <= most


def test_the_icons_are_light() -> None:
    assert (STATIC / "img/icons.svg").stat().st_size <= 8 * 1024


@pytest.mark.parametrize("path", sorted((STATIC / "js").rglob("*.js")), ids=lambda path: path.name)
def test_a_script_module_is_short(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) < 100


def test_joining_loses_no_rule() -> None:
    parts = "".join(bundle.COMMENT.sub("", path.read_text("utf-8")) for path in bundle.css_parts(STATIC))

    assert bundle.joined_css(STATIC).count("{") == parts.count("{")


def test_the_joined_files_are_found(tmp_path: Path) -> None:
    finder = bundle.BundleFinder()
    finder.folder = tmp_path

    assert Path(finder.find("css/app.css")).read_text("utf-8").startswith(bundle.LAYERS)
    assert finder.find("css/other.css") == []
    assert [name for name, _storage in finder.list(None)] == ["css/app.css", "js/app.js"]


def test_every_icon_of_the_templates_is_in_the_sprite() -> None:
    drawn = set(re.findall(r'id="([\w-]+)"', (STATIC / "img/icons.svg").read_text("utf-8")))
    folders = [Path(settings.BASE_DIR) / "templates"]
    named = {
        (path.name, name)
        for folder in folders
        for path in folder.rglob("*.html")
        for name in re.findall(r'{% icon "(\w+)"', path.read_text("utf-8"))
    }

    assert {(path, name) for path, name in named if name not in drawn} == set()
