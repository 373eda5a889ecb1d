"""What the desk's dashboard shows of its telephone and purse: the figures of what was entered, beside what is counted here."""

from __future__ import annotations

from dataclasses import replace

from django.urls import reverse
from django.utils.translation import gettext as _

from itsm.reporting import call_figures, snapshots, targets
from itsm.reporting.asked import Asked
from itsm.reporting.dashboards import process
from itsm.reporting.dashboards.parts import Board, Panel, named


def beside(board: Board, asked: Asked) -> Board:
    """Put the figures of calls and costs at the end of a dashboard, and the way to the page where they are entered."""
    link = named(_("Calls and cost of the desk"), reverse("calls:page") + asked.query())
    return replace(board, panels=[*board.panels, panel(asked)], links=[link])


def panel(asked: Asked) -> Panel:
    """Set the figures with their part, whole, aim and verdict."""
    wanted = {f"desk.{name}" for name in call_figures.FIGURES}
    found = [one for one in process.areas()["desk"] if one.key in wanted]
    known, values = targets.all_set(), snapshots.told(found, asked)
    table = process.table([process.line(one, asked, known) for one in values], process.note(values))
    return replace(table, ident="telephone", title=_("Telephone and cost"))
