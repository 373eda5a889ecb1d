"""The files of a report: PDF stored by its hash, workbook, CSV, and the figures themselves as canonical JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font

from itsm.draw.printing import Printed
from itsm.records.attachments import keep, path_of
from itsm.records.clock import whole
from itsm.service_reports.models import ReportIssue, ReportPaper
from itsm.service_reports.sheet import ServicePart, Sheet, Table
from itsm.service_reports.wording import commented

BIG, BOLD = Font(size=16, bold=True), Font(bold=True)
WRAPPED = Alignment(wrap_text=True, vertical="top")
WIDE = 22


def store(issue: ReportIssue, made: Printed, *, language: str, digest: str, at: datetime) -> ReportPaper:
    """Keep a PDF under its hash, with the ``digest`` of the figures that it shows and the way by which it was made."""
    sha256, size = keep([made.content])
    kept, _new = ReportPaper.objects.update_or_create(
        issue=issue, language=language,
        defaults={"digest": digest, "sha256": sha256, "size": size, "made_at": whole(at), "made_with": made.way},
    )  # fmt: skip
    return kept


def read(paper: ReportPaper) -> bytes:
    """Read a PDF from its place.

    :raises FileNotFoundError: if it is gone from disk
    """
    return path_of(paper.sha256).read_bytes()


def flat(issue: ReportIssue, sheet: Sheet) -> Iterator[list[str]]:
    """Give every cell of every table as one row: table, row, column, text, figure, exact value."""
    figures = issue.figures["figures"]
    for table in sheet.tables():
        for row in table.rows:
            yield from _cells(table, row, figures)


FLAT = ("table", "row", "column", "text", "figure", "value")


def _cells(table: Table, row: Sequence[Any], figures: dict[str, Any]) -> Iterator[list[str]]:
    first = row[0].text.replace("\n", " ")
    for column, cell in zip(table.head, row, strict=True):
        for part in cell.parts:
            value = figures[part.figure]["value"] if part.figure else ""
            yield [table.ident, first, str(column), part.text, part.figure, value or ""]


def workbook(issue: ReportIssue, sheet: Sheet) -> bytes:
    """Make a workbook: the report, its figures with their exact values, and the rows behind them."""
    book = Workbook(write_only=True)
    _report(book.create_sheet(_("Report")[:31]), sheet)
    _plain(book.create_sheet(_("Figures")[:31]), ("figure", "shown", "value", "unit", "formula"), _figures(issue))
    _plain(book.create_sheet(_("Rows")[:31]), ("figure", "side", "what", "which", "amount"), _rows(issue))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _figures(issue: ReportIssue) -> Iterator[list[Any]]:
    for key, one in issue.figures["figures"].items():
        yield [key, one["shown"], one["value"] or "", one["unit"], one["formula"]]


def _rows(issue: ReportIssue) -> Iterator[list[Any]]:
    for key, one in issue.figures["figures"].items():
        for side, rows in one["sides"].items():
            for what, which, amount in rows:
                yield [key, side, what, which, amount]


def _plain(page: Any, head: Sequence[str], rows: Iterator[list[Any]]) -> None:
    page.freeze_panes = "A2"
    page.append([_cell(page, name, font=BOLD) for name in head])
    for row in rows:
        page.append([_cell(page, value) for value in row])


def _cell(page: Any, value: Any, *, font: Font | None = None, wrapped: bool = False) -> WriteOnlyCell:
    """Write a text as a text by its type, so that no program computes it."""
    text = isinstance(value, str)
    made = WriteOnlyCell(page, value=ILLEGAL_CHARACTERS_RE.sub("", value)[:32_767] if text else value)
    if text:
        made.data_type = "s"
    if font is not None:
        made.font = font
    if wrapped:
        made.alignment = WRAPPED
    return made


def _report(page: Any, sheet: Sheet) -> None:
    for place in "ABCDEFGH":
        page.column_dimensions[place].width = WIDE
    page.append([_cell(page, f"{sheet.title} {sheet.period}", font=BIG)])
    page.append([_cell(page, " · ".join(part for part in (sheet.customer, sheet.mark) if part))])
    for name, value in sheet.facts:
        page.append([_cell(page, name, font=BOLD), _cell(page, value)])
    for tile in sheet.tiles:
        page.append([_cell(page, tile.label, font=BOLD), _cell(page, tile.part.text), _cell(page, tile.note)])
    _lay(page, sheet.promised)
    if sheet.workload is not None:
        _lay(page, sheet.workload)
    for service in sheet.services:
        _lay_service(page, service)
    if sheet.differences is not None:
        _lay(page, sheet.differences)
    page.append([])
    for name, text in sheet.definitions:
        page.append([_cell(page, name, font=BOLD), _cell(page, text)])


def _lay_service(page: Any, service: ServicePart) -> None:
    page.append([])
    page.append([_cell(page, service.title, font=BIG), _cell(page, service.source)])
    for table in (*service.tables, service.trend):
        _lay(page, table)
    if service.comment:
        page.append([_cell(page, _("Commentary of the service owner"), font=BOLD)])
        page.append([_cell(page, f"{service.comment['text']} ({commented(service.comment)})")])


def _lay(page: Any, table: Table) -> None:
    page.append([])
    page.append([_cell(page, table.title, font=BOLD)])
    page.append([_cell(page, name, font=BOLD) for name in table.head])
    for row in table.rows:
        page.append([_cell(page, cell.text, wrapped=True) for cell in row])
    if not table.rows:
        page.append([_cell(page, table.empty)])
