"""Paper in both languages: pages are counted, long tables repeat their head, no letter is lost."""

import re
import zlib
from base64 import a85decode

import pytest
from django.utils.translation import override

from itsm.draw import paper
from itsm.draw.figures import Bar
from itsm.draw.paper import Bars, Block, Facts, Grid, Heading, NewPage, Prose, Signatures, document

BLOCKS: list[Block] = [
    Heading("決議 Decisions"),
    Prose("第一段 <b>不是標籤</b> & 第二行\n換行\n\n第二段"),
    Facts([("日期", "2026/11/24 (二)"), ("主席", "黃志明")]),
    Bars([Bar("網路", 4.2, "4.2（21 份）"), Bar("信箱", 0, "—", missed=True)]),
    Grid(["案號", "決議"], [[f"CHG-202611-{row:05d}", "核准"] for row in range(90)], shares=(1, 2)),
    NewPage(),
    Signatures([("主席", "黃志明")]),
]


def read(pdf: bytes) -> str:
    """Read the words of the pages back: streams inflated, strings unescaped, letters in UTF-16 as the font has them."""
    streams = re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.S)
    drawn = b"".join(zlib.decompress(a85decode(b"<~" + part.strip(), adobe=True)) for part in streams)
    strings = re.findall(rb"\(((?:\\.|[^\\()])*)\) Tj", drawn, re.S)
    return "|".join(unescaped(string).decode("utf-16-be", "replace") for string in strings)


def unescaped(string: bytes) -> bytes:
    """Undo the escapes of a PDF string: three octal digits, or the letter itself."""
    plain = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}

    def letter(found: re.Match[bytes]) -> bytes:
        code = found.group(1)
        return bytes([int(code, 8)]) if code.isdigit() else plain.get(code, code)

    return re.sub(rb"\\([0-7]{3}|.)", letter, string, flags=re.S)


@pytest.mark.parametrize(("language", "foot"), [("zh-hant", "第 1 / 4 頁"), ("en", "page 1 of 4")])
def test_paper_counts_its_pages_in_the_readers_language(language: str, foot: str) -> None:
    with override(language):
        pdf = document("會議紀錄", BLOCKS, subtitle="CAB-202611-00001", foot="CAB-202611-00001")

    assert pdf.startswith(b"%PDF-")
    assert pdf.count(b"/Type /Page\n") == 4
    assert foot in read(pdf)


def test_the_head_of_a_long_table_repeats_and_markup_stays_text() -> None:
    words = read(document("會議紀錄", BLOCKS))

    assert words.count("|決議|") >= 3
    assert "<b>不是標籤</b> & 第二行" in words


def test_paper_may_lie_on_its_side_and_may_be_empty() -> None:
    wide = document("服務目錄", [], wide=True)

    assert b"841.8898 595.2756" in wide


def test_a_missing_type_is_said_and_not_a_fault_of_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_font: object) -> None:
        raise KeyError("no metrics")

    monkeypatch.setattr(paper, "registerFont", missing)
    paper.lettered.cache_clear()

    with pytest.raises(paper.NoPaper, match="type"), override("en"):
        document("會議紀錄", BLOCKS)


def test_the_name_of_a_bar_stands_beside_it_or_is_cut() -> None:
    long = "Electronic official documents and everything that belongs to them"

    with override("en"):
        words = read(document("Report", [Bars([Bar(long, 50, "50 %"), Bar("VPN", 10, "10 %")])]))

    assert long not in words
    assert "Electronic official" in words
    assert "…" in words


def test_no_line_begins_with_a_comma() -> None:
    cell = "週一至週五服務時間全天，" * 12

    with override("zh-hant"):
        words = read(document("目錄", [Grid(["時間", "其他"], [[cell, "—"]], shares=(1, 5))]))

    assert "|，" not in words
