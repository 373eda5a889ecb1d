"""The tables of a report as markup: on a page every mark that it needs, on paper as few as will do, and the same words."""

from __future__ import annotations

import re
from html import unescape

import pytest

from itsm.service_reports.drawn import Pen, heads, rows, widths
from itsm.service_reports.sheet import Cell, Part, Table, words

MET = Part("○ met", tone="done")
TABLE = Table(
    "t", "T", ["Promise", "Result\n2026", "Verdict", "Both"],
    [[words("一<二>\r\n三", "四"), Cell((Part("99.9%", "f"),), number=True), Cell((MET,)), Cell((Part("五"), MET))]], (24, 18, 16, 10),
)  # fmt: skip


def told(markup: str) -> list[str]:
    """Read the words of a row, each cell its lines, the marks around pieces left out."""
    cells = re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", markup, re.DOTALL)
    lines = [re.sub(r"<br>|</span>(?=<span class=\"line-of\">)", "\n", cell) for cell in cells]
    return [unescape(re.sub(r"<[^>]+>", "", line)) for line in lines]


def test_paper_says_what_the_page_says_line_by_line() -> None:
    page, paper = (str(heads(TABLE, pen) + rows(TABLE, pen)) for pen in (Pen("/rows/"), Pen(paper=True)))

    expected = ["Promise", "Result\n2026", "Verdict", "Both", "一<二>\n三\n四", "99.9%", "○ met", "五\n○ met"]
    assert (told(page), told(paper)) == (expected, expected)


def test_a_head_is_scoped_on_the_page_and_a_verdict_alone_is_its_cell_on_paper() -> None:
    page, paper = (str(heads(TABLE, pen) + rows(TABLE, pen)) for pen in (Pen("/rows/"), Pen(paper=True)))

    assert (page.count(' scope="'), page.count("data-tone")) == (5, 2)
    assert (paper.count(' scope="'), paper.count('<td class="verdict">'), paper.count('<b class="verdict">')) == (
        0,
        1,
        1,
    )


@pytest.mark.parametrize("shares", [(1,), (24, 18, 16, 10), (1.3, 1.7, 2.1, 2.1, 1.2, 1.5, 1.9, 1), (1,) * 7])
def test_columns_on_paper_fill_the_table(shares: tuple[float, ...]) -> None:
    drawn = str(widths(Table("t", "T", [], [], shares)))

    found = [int(width) for width in re.findall(r"w(\d+)", drawn)]
    assert sum(found) == 100
    assert all(abs(width - 100 * share / sum(shares)) <= 1 for width, share in zip(found, shares, strict=True))
