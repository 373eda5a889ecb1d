"""The rows behind a figure of a run: which are asked for by the address, and how each is said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from itsm.desk.simulator.words import Names, verdict, why
from itsm.people.models import Person, Team
from itsm.tickets.finding import page_of
from itsm.tickets.models import Ticket
from sla.simulation.between_teams import INTERNAL
from sla.simulation.clock import MISSED
from sla.simulation.draft import METRICS
from sla.simulation_models import SimulationResult, SimulationRun
from sla.words import duration, metric_words

PAGE = 50
SHOWS = ("all", "differing", "worse", "better", "untouched", "governed")
VERDICTS = ("met", "missed", "open", "cancelled", "none")
WORSE = Q(drafted=MISSED) & ~Q(base=MISSED)
BETTER = Q(base=MISSED) & ~Q(drafted=MISSED)


@dataclass(frozen=True)
class Asked:
    """What the address asks for; an odd value asks for nothing of the kind."""

    metric: str = ""
    month: str = ""
    priority: str = ""
    team: str = ""
    base: str = ""
    drafted: str = ""
    ola: str = ""
    show: str = "all"

    @classmethod
    def read(cls, query: QueryDict) -> Asked:
        """This will read the address."""
        given = {name: query.get(name, "") for name in cls.__dataclass_fields__}
        allowed: dict[str, tuple[str, ...]] = {
            "metric": (*METRICS, *INTERNAL),
            "base": VERDICTS,
            "drafted": VERDICTS,
            "show": SHOWS,
        }
        for name, values in allowed.items():
            if given[name] not in values:
                given[name] = "all" if name == "show" else ""
        for name in ("priority", "team"):
            if not given[name].isdecimal() and given[name] != "none":
                given[name] = ""
        return cls(**{name: value[:32] if name == "ola" else value[:18] for name, value in given.items()})

    def rows(self, run: SimulationRun) -> QuerySet[SimulationResult]:
        """This will give the results that are asked for."""
        found = SimulationResult.objects.filter(run=run)
        exact = {"metric": self.metric, "month": self.month, "base": self.base, "drafted": self.drafted}
        found = found.filter(**{name: value for name, value in exact.items() if value})
        if self.priority:
            found = found.filter(priority=None if self.priority == "none" else int(self.priority))
        if self.team:
            found = found.filter(team=None if self.team == "none" else int(self.team))
        if self.ola:
            found = found.filter(agreement=self.ola)
        if not self.metric:
            found = found.filter(metric__in=METRICS)
        narrow = {
            "worse": WORSE, "better": BETTER, "differing": Q(differs=True), "untouched": Q(governed=False), "governed": Q(governed=True),
        }  # fmt: skip
        return found.filter(narrow[self.show]) if self.show in narrow else found

    def words(self) -> str:
        """This will say what is shown."""
        shows = {
            "worse": _("missed only under the draft"),
            "better": _("no longer missed"),
            "differing": _("with another result"),
            "untouched": _("cases that the agreement does not touch"),
            "governed": _("cases that the agreement would govern"),
        }
        parts = [metric_words(self.metric) if self.metric else "", self.month, shows.get(self.show, "")]
        if self.priority:
            parts.append(_("not graded") if self.priority == "none" else f"P{self.priority}")
        if self.team:
            team = Team.objects.filter(pk=int(self.team)).first() if self.team != "none" else None
            parts.append(str(team) if team else _("no team"))
        if self.ola:
            parts.append(self.ola)
        if self.base:
            parts.append(_("as it is: %s") % verdict(self.base))
        if self.drafted:
            parts.append(_("under the draft: %s") % verdict(self.drafted))
        return " · ".join(part for part in parts if part) or _("all results")


def page(run: SimulationRun, asked: Asked, *, person: Person, after: int) -> dict[str, Any]:
    """This will give one page of rows after a result's key, with how many there are, and how many are not for ``person``."""
    found = asked.rows(run)
    seen = found.filter(record__in=Ticket.objects.visible_to(person).values("pk"))
    rows = list(seen.filter(pk__gt=after).order_by("pk")[: PAGE + 1])
    tickets = Ticket.objects.in_bulk([row.record_id for row in rows])
    names = Names()
    total, open_to = found.count(), seen.count()
    return {
        "rows": [_said(row, tickets[row.record_id], names) for row in rows[:PAGE]],
        "next": rows[PAGE - 1].pk if len(rows) > PAGE else None,
        "total": total,
        "hidden": total - open_to,
    }


def sheet(run: SimulationRun, asked: Asked, *, person: Person) -> tuple[Sequence[str], Iterator[Sequence[Any]]]:
    """This will give the heads and the rows of everything that is asked for and that ``person`` may see, to take along."""
    heads = [
        _("Case"), _("Number of the source"), _("Subject"), _("Measure"), _("Cycle"), _("Month"), _("Priority"), _("Team"),
        _("Agreement"), _("As it is"), _("Under the draft"), _("Used as it is (s)"), _("Used under the draft (s)"),
        _("Target as it is (s)"), _("Target under the draft (s)"), _("Another result"), _("Touched by the draft"), _("Why"),
    ]  # fmt: skip
    seen = asked.rows(run).filter(record__in=Ticket.objects.visible_to(person).values("pk"))
    rows = seen.select_related("record", "record__ticket", "team").order_by("record", "metric", "cycle")
    names = Names()
    return heads, (_line(row, names) for row in rows.iterator(chunk_size=2000))


def _line(row: Any, names: Names) -> Sequence[Any]:
    case, yes_no = row.record.ticket, {True: _("yes"), False: _("no")}
    return [
        row.record.number, case.source_number, case.title, metric_words(row.metric), row.cycle, row.month, row.priority,
        str(row.team or ""), row.agreement, verdict(row.base), verdict(row.drafted), row.base_used, row.draft_used,
        row.base_target, row.draft_target, yes_no[row.differs], yes_no[row.governed],
        "; ".join(why(row, names)) if row.differs else "",
    ]  # fmt: skip


def _said(row: SimulationResult, case: Any, names: Names) -> dict[str, Any]:
    return {
        "case": case,
        "url": page_of(case),
        "metric": metric_words(row.metric),
        "team": names.teams.get(row.team_id or 0, "") if row.agreement else "",
        "cycle": row.cycle,
        "base": verdict(row.base),
        "drafted": verdict(row.drafted),
        "base_code": row.base,
        "drafted_code": row.drafted,
        "base_time": _time(row.base, row.base_used, row.base_target),
        "draft_time": _time(row.drafted, row.draft_used, row.draft_target),
        "why": why(row, names) if row.differs else [],
    }


def _time(code: str, used: int, target: int) -> str:
    if code == "none":
        return ""
    return _("%(used)s of %(target)s") % {"used": duration(used), "target": duration(target)}
