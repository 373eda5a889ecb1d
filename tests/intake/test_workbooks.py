"""A history saved as an XLSX workbook reads as its CSV does."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from incidents.models import Incident
from itsm.intake import workbook
from itsm.intake.faults import BadFile
from itsm.intake.mapping import SHIPPED
from itsm.records.models import Event
from tests.intake.logs import HEADER, bring_in, row, usual

pytestmark = pytest.mark.django_db


@pytest.fixture
def mapping(tmp_path: Path) -> str:
    """The shipped mapping of a CSV log, told to read workbooks."""
    text = (SHIPPED / "servicenow-event-log.yaml").read_text()
    own = tmp_path / "own.yaml"
    own.write_text(
        text.replace("process: incident", "process: incident\nformat: xlsx").replace(
            'dates: ["', 'dates: ["%Y-%m-%d %H:%M:%S", "'
        )
    )
    return str(own)


def save(path: Path, rows: Sequence[Mapping[str, Any]], *, header: Sequence[str] = HEADER) -> Path:
    """Write a workbook of one sheet."""
    book = Workbook()
    page = book.worksheets[0]
    page.append(list(header))
    for one in rows:
        page.append([one[name] for name in header])
    book.save(path)
    return path


def test_a_workbook_reads_as_its_csv_does(tmp_path: Path, mapping: str) -> None:
    counts = bring_in(save(tmp_path / "log.xlsx", usual()), mapping=mapping)

    assert (counts.created, counts.rows, counts.rejected) == (1, 5, 0)
    assert Incident.objects.get().state == "closed"
    assert Event.objects.filter(kind="move").count() == 4


def test_cells_that_are_times_flags_and_numbers_are_read_as_such(tmp_path: Path, mapping: str) -> None:
    one = row() | {"number": 4711.0, "opened_at": datetime(2016, 3, 7, 9, 0), "made_sla": True, "cmdb_ci": None}  # noqa: DTZ001  (workbooks know no zones)
    bring_in(save(tmp_path / "log.xlsx", [one]), mapping=mapping)

    case = Incident.objects.select_related("imported").get()
    assert (case.source_number, case.received_at.hour, case.imported.source_met) == ("4711", 9, True)


def test_a_blank_row_is_left_out_and_lines_count_as_the_spreadsheet_does(tmp_path: Path, mapping: str) -> None:
    faults: list[Any] = []
    blank = dict.fromkeys(HEADER)
    rows: list[Mapping[str, Any]] = [usual()[0], blank, row(number="B", incident_state="Dormant")]
    bring_in(save(tmp_path / "log.xlsx", rows), mapping=mapping, faults=faults)

    assert [(bad.line, bad.value) for bad in faults] == [(4, "Dormant")]


def test_a_missing_column_is_named(tmp_path: Path, mapping: str) -> None:
    header = [name for name in HEADER if name != "priority"]

    with pytest.raises(BadFile, match="priority"):
        bring_in(save(tmp_path / "log.xlsx", usual(), header=header), mapping=mapping)


@pytest.mark.parametrize("content", [b"", b"number,state\n1,2\n", b"PK\x03\x04 and then nothing"])
def test_what_is_no_workbook_is_refused(tmp_path: Path, mapping: str, content: bytes) -> None:
    (tmp_path / "log.xlsx").write_bytes(content)

    with pytest.raises(BadFile, match="not an XLSX workbook"):
        bring_in(tmp_path / "log.xlsx", mapping=mapping)


def test_an_archive_of_something_else_is_refused(tmp_path: Path, mapping: str) -> None:
    with zipfile.ZipFile(tmp_path / "log.xlsx", "w") as archive:
        archive.writestr("letter.txt", "hello")

    with pytest.raises(BadFile, match="not an XLSX workbook"):
        bring_in(tmp_path / "log.xlsx", mapping=mapping)


@pytest.mark.parametrize(("limit", "words"), [("MOST_BYTES", "unpack"), ("MOST_COLUMNS", "columns")])
def test_what_would_fill_the_memory_is_refused(
    tmp_path: Path, mapping: str, limit: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save(tmp_path / "log.xlsx", usual())
    monkeypatch.setattr(workbook, limit, 5)

    with pytest.raises(BadFile, match=words):
        bring_in(path, mapping=mapping)
