"""The rows behind a figure of a run: one page of them with what they add up to, or all of them to take along."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from itsm.desk.simulator.asked import SUM_WORDS, Asked, measure_words
from itsm.desk.simulator.words import Names, number, share, verdict, why
from itsm.people.models import Person
from itsm.tickets.finding import page_of
from itsm.tickets.models import Ticket
from itsm.tickets.querysets import SEES_ALL
from itsm.ui.moments import span
from sla.simulation.figures import AMOUNTS
from sla.simulation_models import SimulationResult, SimulationRun
from sla.words import duration

PAGE = 50
#: Within a run, the order of the index that holds each result once.
ORDER = ("record", "metric", "cycle")


def page(run: SimulationRun, asked: Asked, *, person: Person, after: int) -> dict[str, Any]:
    """This will give one page of rows after a result's key, what all of them come to, and how many are not for ``person``."""
    found = asked.rows(run)
    seen = _after(found.filter(record__in=Ticket.objects.visible_to(person).values("pk")), run, after)
    rows = list(_with_amount(seen, asked).order_by(*ORDER)[: PAGE + 1])
    tickets = Ticket.objects.in_bulk([row.record_id for row in rows])
    names = Names()
    whole = _counted(found, asked)
    return {
        "rows": [_said(row, tickets[row.record_id], names, asked) for row in rows[:PAGE]],
        "next": rows[PAGE - 1].pk if len(rows) > PAGE else None,
        "total": whole["rows"],
        "cases": whole.get("cases"),
        "counts_cases": asked.counts_cases,
        "amount": whole.get("amount"),
        "sum": _sum(whole, asked) if asked.sum else "",
        "adds": str(SUM_WORDS[asked.sum]) if asked.sum else "",
        "hidden": hidden(found, person),
    }


def _after(found: QuerySet[SimulationResult], run: SimulationRun, after: int) -> QuerySet[SimulationResult]:
    """Leave what comes behind a result in the order of the run's index; behind none are all."""
    last = run.results.filter(pk=after).first() if after else None
    if last is None:
        return found
    later = Q(metric__gt=last.metric) | Q(metric=last.metric, cycle__gt=last.cycle)
    return found.filter(record__gte=last.record_id).filter(Q(record__gt=last.record_id) | later)


def hidden(found: QuerySet[Any], person: Person) -> int:
    """This will count rows of cases that ``person`` may not see; who sees all cases misses only what is kept from them."""
    tickets = Ticket.objects.all()
    if person.role_codes & SEES_ALL:
        tickets = tickets.filter(Q(confidential=True) | Q(kept_from=person.pk))
    unseen = tickets.exclude(pk__in=Ticket.objects.visible_to(person).values("pk"))
    return found.filter(record__in=unseen.order_by().values("pk")).order_by().count()


def _with_amount(found: QuerySet[SimulationResult], asked: Asked) -> QuerySet[SimulationResult]:
    return found.annotate(amount=AMOUNTS[asked.sum].adds) if asked.sum else found


def _counted(found: QuerySet[SimulationResult], asked: Asked) -> dict[str, int]:
    """Count results and their cases, and add up what they add to the figure."""
    told: dict[str, Any] = {"rows": Count("pk")}
    if asked.counts_cases:
        told["cases"] = Count("record", distinct=True)
    if asked.sum:
        told["amount"] = Sum(AMOUNTS[asked.sum].adds, default=0)
    return dict(found.aggregate(**told))


def _sum(whole: dict[str, int], asked: Asked) -> str:
    """Write what the rows add up to: so many of the judged, or a time."""
    if not asked.is_share:
        return span(whole["amount"])
    met, judged = whole["amount"], whole["rows"]
    words = {"met": number(met), "judged": number(judged), "share": share(met, judged)}
    return _("%(met)s of %(judged)s met: %(share)s") % words


def _adds(row: Any, asked: Asked) -> str:
    return number(row.amount) if asked.is_share else span(row.amount)


def sheet(run: SimulationRun, asked: Asked, *, person: Person) -> tuple[Sequence[str], Iterator[Sequence[Any]]]:
    """This will give the heads and the rows of everything that is asked for and that ``person`` may see, to take along."""
    heads = [
        _("Case"), _("Number of the source"), _("Subject"), _("Measure"), _("Cycle"), _("Month"), _("Priority"), _("Team"),
        _("Agreement"), _("As it is"), _("Under the draft"), _("Used as it is (s)"), _("Used under the draft (s)"),
        _("Target as it is (s)"), _("Target under the draft (s)"), _("Another result"), _("Touched by the draft"), _("Why"),
    ]  # fmt: skip
    seen = asked.rows(run).filter(record__in=Ticket.objects.visible_to(person).values("pk"))
    rows = _with_amount(seen, asked).select_related("record", "record__ticket", "team").order_by(*ORDER)
    names = Names()
    if asked.sum:
        heads.append(str(SUM_WORDS[asked.sum]) if asked.is_share else f"{SUM_WORDS[asked.sum]} (s)")
    return heads, (_line(row, names, asked) for row in rows.iterator(chunk_size=2000))


def _line(row: Any, names: Names, asked: Asked) -> Sequence[Any]:
    case, yes_no = row.record.ticket, {True: _("yes"), False: _("no")}
    return [
        row.record.number, case.source_number, case.title, measure_words(row.metric), row.cycle, row.month, row.priority,
        str(row.team or ""), row.agreement, verdict(row.base), verdict(row.drafted), row.base_used, row.draft_used,
        row.base_target, row.draft_target, yes_no[row.differs], yes_no[row.governed],
        _("; ").join(why(row, names)) if row.differs else "", *([row.amount] if asked.sum else []),
    ]  # fmt: skip


def _said(row: Any, case: Any, names: Names, asked: Asked) -> dict[str, Any]:
    return {
        "case": case,
        "url": page_of(case),
        "metric": measure_words(row.metric),
        "team": names.teams.get(row.team_id or 0, "") if row.agreement else "",
        "cycle": row.cycle,
        "base": verdict(row.base),
        "drafted": verdict(row.drafted),
        "base_code": row.base,
        "drafted_code": row.drafted,
        "base_time": _time(row.base, row.base_used, row.base_target),
        "draft_time": _time(row.drafted, row.draft_used, row.draft_target),
        "why": why(row, names) if row.differs else [],
        "amount": row.amount if asked.sum else None,
        "adds": _adds(row, asked) if asked.sum else "",
    }


def _time(code: str, used: int, target: int) -> str:
    if code == "none":
        return ""
    return _("%(used)s of %(target)s") % {"used": duration(used), "target": duration(target)}
