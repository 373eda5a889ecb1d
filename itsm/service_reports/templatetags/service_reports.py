"""``{% load service_reports %}``: the tables of a report and its numbers, drawn at once."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString

from itsm.service_reports import drawn
from itsm.service_reports.sheet import Part, Table
from itsm.service_reports.wording import commented

register = template.Library()


@register.simple_tag
def report_heads(table: Table, pen: drawn.Pen) -> SafeString:
    """This will draw the heads of a table."""
    return drawn.heads(table, pen)


@register.simple_tag
def report_widths(table: Table) -> SafeString:
    """This will draw the widths of a table's columns on paper; a page finds them by itself."""
    return drawn.widths(table)


@register.simple_tag
def report_rows(table: Table, pen: drawn.Pen) -> SafeString:
    """This will draw the rows of a table, every number a link to its rows where they may be followed."""
    return drawn.rows(table, pen)


@register.simple_tag
def report_runs(table: Table, pen: drawn.Pen) -> SafeString:
    """This will draw the lines that stand on paper in the place of a table."""
    return drawn.runs(table, pen)


@register.simple_tag
def report_number(part: Part, pen: drawn.Pen) -> SafeString:
    """This will draw one number."""
    return SafeString(pen.number(part))


@register.simple_tag
def report_commented(comment: dict[str, Any]) -> str:
    """This will say whose commentary it is."""
    return commented(comment)
