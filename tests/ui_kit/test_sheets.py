"""Tables to take along open as what they are, and nothing in them computes."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest
from openpyxl import load_workbook

from itsm.ui.sheets import Cell, download

NASTY = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", '=HYPERLINK("http://x","y")']
HEADER = ["名稱", "=Header", "n"]


def as_csv(*rows: list[Cell]) -> list[list[str]]:
    body = download("table", form="csv", header=HEADER, rows=rows).content
    assert body.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("text", NASTY)
def test_no_cell_of_a_csv_begins_as_a_formula(text: str) -> None:
    (cell,) = as_csv([text])[1]

    assert cell == f"'{text}"


@pytest.mark.parametrize("text", NASTY[:5])
def test_a_text_of_a_workbook_is_a_text_and_reads_as_it_was(text: str) -> None:
    body = download("table", form="xlsx", header=HEADER, rows=[[text, "plain", 3]]).content

    page = load_workbook(io.BytesIO(body)).worksheets[0]
    assert [cell.data_type for cell in page[2]] == ["s", "s", "n"]
    assert [cell.value for cell in page[2]] == [text, "plain", 3]
    assert [cell.value for cell in page[1]] == HEADER


def test_numbers_stay_numbers_and_times_are_local() -> None:
    assert as_csv([-5, 2.5, None, datetime(2026, 11, 24, 0, 30, tzinfo=UTC)])[1] == [
        "-5",
        "2.5",
        "",
        "2026-11-24 08:30:00",
    ]


def test_a_name_in_chinese_comes_along() -> None:
    answer = download("退回的資料", form="xlsx", header=["a"], rows=[])

    assert "filename*=utf-8''%E9%80%80" in answer["Content-Disposition"]
    assert "spreadsheetml" in answer["Content-Type"]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_characters_that_no_workbook_holds_are_left_out(form: str) -> None:
    answer = download("table", form=form, header=["a"], rows=[["a\x00b\x0bc" + "x" * 40_000]])

    assert answer.status_code == 200
