"""Setting the limits of the workload beside what came."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from itsm.service_reports.cells import figure
from itsm.service_reports.periods import local
from itsm.service_reports.sheet import Cell, Part, Table, words
from itsm.service_reports.wording import Era
from sla.workload import limit_words

Kept = dict[str, Any]


def workload_table(kept: Kept, era: Era) -> Table | None:
    """Set the limits of the agreements, each with the most that came in one of its periods; None where there are none."""
    rows = [_row(kept, one, era) for one in kept.get("workload", ())]
    if not rows:
        return None
    head = [_("Workload limit"), _("Most received"), _("In the period"), _("Result"), _("Agreement")]
    note = _("The limits are shown beside what came. Exceeding one frees nobody from what is promised.")
    return Table("workload", _("Workload"), head, rows, (30, 12, 24, 16, 18), note=note)


def _row(kept: Kept, one: Kept, era: Era) -> list[Cell]:
    limit, whose = words(limit_words(one)), words(one["agreement"])
    if one["figure"] is None:
        return [limit, Cell((Part("—"),), number=True), words("—"), words(_("not counted here")), whose]
    result = Cell((_comparison(one["exceeded"]),))
    return [limit, figure(kept, one["figure"]), words(_period(one, era)), result, whose]


def _period(one: Kept, era: Era) -> str:
    """Name the period of a limit in which most came; of one that still runs up to where it was counted."""
    if one["per"] == "day":
        named = era.day(local(datetime.fromisoformat(one["start"])).date())
    else:
        named = era.period(one["per"], one["start"], one["end"])
    return named if one["over"] else _("%(period)s, so far") % {"period": named}


def _comparison(exceeded: bool | None) -> Part:
    if exceeded is None:
        return Part(_("within it so far"))
    return Part("× " + _("exceeded"), tone="danger") if exceeded else Part("○ " + _("within it"), tone="done")
