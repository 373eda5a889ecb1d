"""Who held a case, for its page: a bar, and the same as a table."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from itsm.desk.simulator.words import share
from itsm.draw import Part, share_bar
from itsm.people.models import Organisation, Team
from itsm.ui.moments import span
from sla.held import keeping
from sla.held.parting import NOBODY, SUPPLIER, Holder
from sla.simulation_models import Party


def of_case(case: Any, *, at: datetime) -> dict[str, Any] | None:
    """This will give the bar and the rows of a case; None for cases without clocks, or that have only just come in."""
    found = keeping.of_case(case, at=at)
    if found is None or not found.stretches:
        return None
    total: dict[Holder, int] = defaultdict(int)
    for stretch in found.stretches:
        total[stretch.holder] += stretch.seconds
    whole = found.ended - found.began
    rows = _rows(total, whole)
    return {"rows": rows, "total": span(whole), "bar": bar(rows, ident="held")}


def _rows(total: dict[Holder, int], whole: int) -> list[dict[str, Any]]:
    teams = {row.pk: str(row) for row in Team.objects.filter(pk__in=[who.team for who in total if who.team])}
    firms = {
        row.pk: str(row) for row in Organisation.objects.filter(pk__in=[who.supplier for who in total if who.supplier])
    }
    order = {party: place for place, party in enumerate(Party.values)}
    ordered = sorted(total.items(), key=lambda row: (order[row[0].party], -row[1]))
    return [
        {
            "code": who.party, "label": label(who, teams, firms), "seconds": seconds, "time": span(seconds),
            "share": share(seconds, whole),
        }
        for who, seconds in ordered
    ]  # fmt: skip


def label(who: Holder, teams: dict[int, str], firms: dict[int, str]) -> str:
    """This will name a holder."""
    party = str(Party(who.party).label)
    if who.party == NOBODY and who.team:
        return _("%(party)s, waiting at %(team)s") % {"party": party, "team": teams.get(who.team, "?")}
    if who.party == SUPPLIER:
        return f"{party} · {firms[who.supplier]}" if who.supplier in firms else _("%s, not named") % party
    return f"{party} · {teams[who.team]}" if who.team in teams else party


def bar(rows: list[dict[str, Any]], *, ident: str) -> SafeString:
    """This will draw rows of holders as one bar."""
    parts = [Part(row["code"], row["seconds"], f"{row['label']} {row['time']} ({row['share']})") for row in rows]
    return share_bar(parts, ident=ident, title=_("Who held the clock"))
