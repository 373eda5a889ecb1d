"""A report on paper: the print page of the frozen figures with the paper's style sheet, ready to be printed to PDF."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from itsm.draw.printing import Page
from itsm.service_reports.drawn import Pen
from itsm.service_reports.models import ReportIssue
from itsm.service_reports.page import chart, context
from itsm.service_reports.shown import era_of
from itsm.ui.moments import english

#: On its side, because the agreement's table has eight columns.
SIZE = "A4 landscape"


def page(issue: ReportIssue, *, at: datetime) -> Page:
    """Set the report in the active language, in the years that it was prepared for."""
    shown = context(issue, None, at=at)
    sheet = shown["sheet"]
    shown["sections"] = [replace(one, chart=chart(one.service, labelled=False)) for one in shown["sections"]]
    language = "en" if english() else "zh-Hant-TW"
    html = render_to_string("service_reports/paper.html", shown | {"language": language, "pen": Pen(paper=True)})
    made = _("made %(at)s") % {"at": era_of(issue, None).moment(at.isoformat())}
    number = " · ".join(part for part in (issue.number, sheet.mark, issue.digest[:16]) if part)
    return Page(html, styles(), (sheet.customer, f"{sheet.title} {sheet.period}"), (number, made), SIZE)


@cache
def styles() -> str:
    """Read the style sheet of what is printed, and name the widths that columns have: a style of its own costs each its time."""
    widths = "".join(f".w{share}{{inline-size:{share}%}}" for share in range(1, 101))
    return Path(settings.BASE_DIR, "static", "css", "paper.css").read_text("utf-8") + widths
