"""Printing a page to PDF: by WeasyPrint, else by Chromium, else not at all; alone, within its time, from its own data."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import override

from itsm.draw import printing
from itsm.draw.paper import NoPaper
from itsm.draw.printing import ForeignAddress, Page, printed, whole
from tests.pdfs import fonts_of, pages_of

ROWS = "".join(f"<tr><th>{row:03}</th><td>核准</td></tr>" for row in range(120))
BODY = f"<h1>會議紀錄</h1><table><thead><tr><th>案號</th><th>決議</th></tr></thead><tbody>{ROWS}</tbody></table>"
STYLES = '@page { margin: 15mm } html { font-family: "Noto Sans CJK TC" } thead { display: table-header-group }'
#: A press that prints nothing: it has no WeasyPrint, and its Chromium writes down that it was called.
QUICK = """
import pathlib, sys
if sys.argv[1] == "weasyprint":
    sys.exit(3)
pathlib.Path(sys.argv[2], "page.pdf").write_bytes(b"%PDF- by " + sys.argv[3].encode())
"""


def html(body: str = BODY) -> str:
    return f'<!doctype html><html lang="zh-Hant-TW"><head><title>t</title></head><body>{body}</body></html>'


def page(body: str = BODY, **more: Any) -> Page:
    return Page(html(body), STYLES, ("資訊處", "報告"), ('SLR-"1"\\', "x"), **more)


@pytest.fixture(params=["weasyprint", "chromium"])
def way(request: pytest.FixtureRequest, settings: Any) -> str:
    """One way of printing, where the machine has it."""
    settings.PDF_WITH = [request.param]
    if not printing.made_by():
        needs = {"weasyprint": "Pango (libpango-1.0-0, libpangoft2-1.0-0, libharfbuzz-subset0)", "chromium": "chromium"}
        pytest.skip(f"printing by {request.param} needs {needs[request.param]}")
    return str(request.param)


@pytest.mark.parametrize(("language", "foot"), [("zh-hant", "第1/{}頁"), ("en", "page1of{}")])
def test_a_page_is_printed_with_counted_sheets_and_its_type_inside(way: str, language: str, foot: str) -> None:
    with override(language):
        given = page()
    with override("zh-hant" if language == "en" else "en"):  # the language of the page is that in which it was made
        [made] = printed([given])

    sheets = pages_of(made.content)
    assert (made.way, len(sheets) > 1) == (way, True)
    assert foot.format(len(sheets)) in sheets[0]
    assert ['SLR-"1"\\' in sheet and "資訊處" in sheet for sheet in sheets] == [True] * len(sheets)
    assert all("案號" in sheet for sheet in sheets)  # the head of the table repeats
    assert [f"{row:03}核准" for row in range(120) if f"{row:03}核准" not in "".join(sheets)] == []
    fonts = fonts_of(made.content)
    assert fonts
    assert all(fonts.values())


def test_pages_come_back_in_their_order_and_a_sheet_may_lie_on_its_side(way: str) -> None:
    made = printed([page(f"<p>{name}</p>", size="A4 landscape") for name in ("甲", "乙", "丙")])

    assert [name in "".join(pages_of(one.content)) for name, one in zip("甲乙丙", made, strict=True)] == [True] * 3


@pytest.mark.parametrize(
    "body",
    [
        '<img src="http://example.org/x.png">', '<img src="file:///etc/passwd">', '<img srcset="/x.png 2x">',
        '<link rel="stylesheet" href="/x.css">', '<svg><use href="/icons.svg#a"/></svg>', '<svg><image xlink:href="//example.org"/></svg>',
        '<p style="background: url(http://example.org)">', "<iframe></iframe>", "<script>1</script>", '<base href="http://example.org">',
        '<object data="x"></object>',
    ],
)  # fmt: skip
def test_a_page_that_names_an_address_is_refused_before_anything_is_begun(body: str, settings: Any) -> None:
    settings.PDF_WITH = ["weasyprint", "chromium"]

    with pytest.raises(ForeignAddress):
        printed([page(body)])


@pytest.mark.parametrize(
    "styles", ["a { background: url('/x') }", "@import 'x';", "a { background: url( http://x ) }", "</style><p>"]
)
def test_a_style_sheet_that_names_an_address_is_refused(styles: str) -> None:
    with pytest.raises(ForeignAddress):
        whole(Page(html(), styles))


def test_own_data_and_links_to_read_are_no_foreign_addresses() -> None:
    body = '<a href="http://example.org">x</a><img src="data:image/png;base64,AA=="><svg><use href="#own"/></svg>'

    assert body in whole(page(body))


def test_what_stands_at_head_and_foot_cannot_leave_its_string() -> None:
    written = whole(Page(html(), "", ('"} body{display:none}', "</style><script>"), ("\\", "\n")))

    assert "display:none" not in written
    assert "<script" not in written


def test_weasyprint_refuses_an_address_that_slipped_through(tmp_path: Path, settings: Any) -> None:
    settings.PDF_WITH = ["weasyprint"]
    if not printing.made_by():
        pytest.skip("printing by WeasyPrint needs Pango")
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "page.html").write_text(html(f'<img src="file://{tmp_path}/secret.txt">'), "utf-8")

    done = subprocess.run(
        [sys.executable, "-I", str(printing.PRESS), "weasyprint", str(tmp_path)], capture_output=True, check=False
    )

    assert done.returncode == 1
    assert b"may not fetch" in done.stderr
    assert not (tmp_path / "page.pdf").exists()


def test_a_press_has_no_network() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        code = (
            f"import runpy, socket; press = runpy.run_path({str(printing.PRESS)!r}); press['alone']();"
            f"print(len(socket.if_nameindex())); socket.create_connection(('127.0.0.1', {server.getsockname()[1]}), 5)"
        )
        done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=False)
    if done.returncode == 0 and os.geteuid():
        pytest.skip("this kernel lets no ordinary user leave the network")

    assert done.returncode == 1
    assert "unreachable" in done.stderr


def test_where_weasyprint_is_missing_chromium_prints(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "press.py").write_text(QUICK)
    monkeypatch.setattr(printing, "PRESS", tmp_path / "press.py")
    settings.PDF_WITH, settings.CHROMIUM = ["weasyprint", "chromium"], sys.executable

    [made] = printed([page()])

    assert (made.way, made.content) == ("chromium", f"%PDF- by {sys.executable}".encode())


def test_a_large_page_goes_the_ways_in_their_order_too(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "press.py").write_text(
        QUICK.replace("sys.exit(3)", "pathlib.Path(sys.argv[2], 'page.pdf').write_bytes(b'%PDF'), sys.exit()")
    )
    monkeypatch.setattr(printing, "PRESS", tmp_path / "press.py")
    large = page(BODY + "<p>核准</p>" * (printing.LARGE // 9))

    settings.CHROMIUM = sys.executable
    for ways in (["weasyprint", "chromium"], ["chromium", "weasyprint"]):
        settings.PDF_WITH = ways
        assert [made.way for made in printed([page(), large])] == [ways[0]] * 2


def test_the_lighter_style_sheet_sets_a_page_as_the_whole_one_does(tmp_path: Path, settings: Any) -> None:
    settings.PDF_WITH = ["weasyprint"]
    if not printing.made_by():
        pytest.skip("printing by WeasyPrint needs Pango")
    marked = "<ul><li>甲</li></ul><ol><li>乙</li></ol><dl><dt>丙</dt><dd>丁</dd></dl><p>戊<br>己&amp;&lt;</p>"
    given = whole(page(BODY + marked))
    (tmp_path / "page.html").write_text(given, "utf-8")
    plain = (
        "import pathlib, sys, weasyprint; folder = pathlib.Path(sys.argv[1]);"
        "weasyprint.HTML(string=(folder / 'page.html').read_text('utf-8')).write_pdf(folder / 'plain.pdf')"
    )

    for command in ([str(printing.PRESS), "weasyprint", str(tmp_path)], ["-c", plain, str(tmp_path)]):
        subprocess.run([sys.executable, "-I", *command], check=True)

    light, heavy = (pages_of((tmp_path / name).read_bytes()) for name in ("page.pdf", "plain.pdf"))
    assert light == heavy
    assert "己&<" in light[-1]


@pytest.mark.parametrize(("ways", "program"), [([], ""), (["chromium"], "/nowhere/chromium")])
def test_where_there_is_neither_nothing_is_printed_and_a_sentence_says_so(
    ways: list[str], program: str, settings: Any
) -> None:
    settings.PDF_WITH, settings.CHROMIUM = ways, program

    assert printing.made_by() == ""
    with pytest.raises(NoPaper):
        printed([page()])


def test_a_printing_that_takes_too_long_is_ended_with_all_its_children(tmp_path: Path, settings: Any) -> None:
    slow = tmp_path / "chromium"
    slow.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/pid\nsleep 600 &\nsleep 600\n")
    slow.chmod(0o755)
    settings.PDF_WITH, settings.CHROMIUM, settings.PDF_SECONDS = ["chromium"], str(slow), 3

    with pytest.raises(NoPaper):
        printed([page()])

    pid = int((tmp_path / "pid").read_text())
    until = time.monotonic() + 20
    while running(pid) and time.monotonic() < until:
        time.sleep(0.01)
    assert running(pid) == []


def running(group: int) -> list[str]:
    """List the processes of a group that run yet; one that ended and was not fetched by its parent runs no more."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):
            state, _parent, of = stat.read_text().rpartition(")")[2].split()[:3]
            if int(of) == group and state not in "ZX":
                found.append(stat.parent.name)
    return found
