"""A report on paper: a PDF made by the project's own kit, on its side because the agreement's table has eight columns."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from itsm.draw.figures import Bar
from itsm.draw.paper import Bars, Block, Facts, Grid, Heading, NewPage, Prose, Signatures, document
from itsm.service_reports.sheet import ServicePart, Sheet, Table


def pdf(sheet: Sheet) -> bytes:
    """Set the report, in the active language."""
    title = f"{sheet.title}　{sheet.period}"
    subtitle = " · ".join(part for part in (sheet.customer, sheet.number, sheet.mark) if part)
    return document(title, list(_blocks(sheet)), subtitle=subtitle, foot=f"{sheet.number} {sheet.customer}", wide=True)


def _blocks(sheet: Sheet) -> Iterator[Block]:
    yield Facts(sheet.facts)
    tiles = [" ".join(part for part in (tile.part.text, tile.note) if part) for tile in sheet.tiles]
    yield Grid([tile.label for tile in sheet.tiles], [tiles])
    yield from _table(sheet.promised)
    for service in sheet.services:
        yield from _service(service)
    if sheet.differences is not None:
        yield from _table(sheet.differences)
    yield Heading(_("Definitions"))
    yield Facts(sheet.definitions)
    yield Heading(_("Signatures"))
    yield Signatures(sheet.signatures)


def _service(service: ServicePart) -> Iterator[Block]:
    yield NewPage()
    yield Heading(service.title)
    yield Prose(service.source)
    for table in service.tables:
        yield from _table(table)
    if service.comment:
        yield Heading(_("Commentary of the service owner"))
        yield Prose(f"{service.comment['text']}\n\n{service.comment['by']}")
    yield Heading(service.trend.title)
    yield Bars(list(_bars(service)))


def _bars(service: ServicePart) -> Iterator[Bar]:
    """Give the trend as bars, each with its value and verdict in words, so that no table has to repeat them."""
    for at, row in zip(service.points, service.trend.rows, strict=True):
        verdict = row[-1].text
        text = at.text if verdict == "—" else f"{at.text} {verdict}"
        yield Bar(row[0].text, at.value or 0, text, at.missed)


def _table(table: Table) -> Iterator[Block]:
    yield Heading(table.title)
    if table.note:
        yield Prose(table.note)
    if table.rows:
        yield Grid(table.head, [[cell.text for cell in row] for row in table.rows], table.shares)
    else:
        yield Prose(table.empty)
