"""Promises that are no matter of single cases: delivery of reports, scheduled maintenance, and what a person must judge."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from itsm.service_reports.amounts import Row, counted, shared
from itsm.service_reports.lines import Line, plain, target_of
from itsm.service_reports.models import ReportIssue
from itsm.service_reports.owed import Owed
from sla.models import AgreementRow, Promise

Plans = list[dict[str, Any]]
ALL = Decimal(100)


@dataclass(frozen=True)
class Periodic:
    """What such promises of one service are judged by: reports owed to the customer, and turns of maintenance."""

    code: str
    owed: list[Owed]
    plans: Plans
    at: datetime
    days: int

    def of(self, row: AgreementRow, promise: Promise, name: str) -> Line:
        """Judge a promise."""
        if promise.metric == "report":
            return self._delivery(row, promise, name)
        if promise.metric == "maintenance":
            return upkeep(self.plans, promise=promise, name=name)
        return judged_by_a_person(promise, name)

    def _delivery(self, row: AgreementRow, promise: Promise | None, name: str) -> Line:
        usual: dict[str, Any] = {"at": self.at, "code": self.code, "days": self.days}
        return delivery(row, self.owed, promise=promise, name=name, **usual)

    def unnamed(self, row: AgreementRow, metrics: set[str]) -> Iterator[Line]:
        """Judge what a row promises by its frequency and plans alone, where no promise of ``metrics`` names it."""
        if "report" not in metrics:
            found = self._delivery(row, None, "report")
            if found.more["reports"]:
                yield found
        if "maintenance" not in metrics and self.plans:
            yield upkeep(self.plans, promise=None, name="maintenance")


# ---- reports ---------------------------------------------------------------------------------
def delivery(
    row: AgreementRow, owed: Iterable[Owed], *, at: datetime, code: str, days: int, promise: Promise | None, name: str
) -> Line:
    """Judge the delivery of the reports that a row's agreement owed by a time in the period; ``code`` is the customer's.

    Without a ``promise`` of the delivery the usual ``days`` are the house's own, and there is no verdict.
    """
    mine = [one for one in owed if one.kind == row.report_frequency and row.edition.agreement_id in one.agreements]
    by_state: dict[str, list[Row]] = {state: [] for state in ("on_time", "late", "missing", "ahead")}
    for one in mine:
        by_state[one.state(at=at)].append(_report_row(one))
    due = [*by_state["on_time"], *by_state["late"], *by_state["missing"]]
    figures = {"result": shared(by_state["on_time"], due)}
    figures |= {state: counted(by_state[state]) for state in ("on_time", "late", "missing")}
    made = Line(
        name,
        "report",
        _deadline(promise, days),
        figures,
        more={"reports": [_told(one, at=at, code=code) for one in mine]},
    )
    if promise is None:
        made.kind = "house"
        return made
    made.words, made.met = (promise.words_zh, promise.words_en), _reaches(made, promise.goal_percent)
    return made


def _report_row(one: Owed) -> Row:
    return ("unprepared", one.label, 1) if one.issue is None else ("report", one.issue, 1)


def _told(one: Owed, *, at: datetime, code: str) -> dict[str, Any]:
    number = ReportIssue(period=one.kind, starts_at=one.span[0], agreement_id=one.agreement, edition=1).number_for(code)
    return {
        "period": one.label, "kind": one.kind, "due_at": one.due_at.isoformat(), "state": one.state(at=at),
        "issued_at": one.issued_at.isoformat() if one.issued_at else None, "number": number if one.issue else "",
    }  # fmt: skip


def _deadline(promise: Promise | None, days: int) -> dict[str, Any]:
    """Lay out by when a report is owed."""
    if promise is None:
        return {"op": "le", "days": days}
    named = {} if promise.seconds is not None else {"days": days}
    return target_of(promise) | named | {"goal": plain(promise.goal_percent)}


# ---- maintenance -----------------------------------------------------------------------------
def upkeep(plans: Plans, *, promise: Promise | None, name: str) -> Line:
    """Judge the turns of maintenance that fell due: each done before the next one, and announced so many days before.

    Without a ``promise`` of a share every turn must keep it.
    """
    turns = [(plan, turn) for plan in plans for turn in plan["turns"]]
    over = [(plan, turn) for plan, turn in turns if turn["state"] != "ahead"]
    whole = [_turn_row(plan, turn) for plan, turn in over]
    figures = {
        "result": shared([_turn_row(plan, turn) for plan, turn in over if turn["kept"]], whole),
        "announced": counted(_turn_row(plan, turn) for plan, turn in over if turn["in_time"]),
    }  # fmt: skip
    for state in ("done", "moved", "missed"):
        figures[state] = counted(_turn_row(plan, turn) for plan, turn in over if turn["state"] == state)
    goal = ALL if promise is None else promise.goal_percent
    notice = sorted({plan["notice_days"] for plan in plans})
    target = {"op": "ge", "goal": plain(goal), "notice": notice[:: max(1, len(notice) - 1)]}
    made = Line(name, "maintenance", target, figures)
    made.met = _reaches(made, goal)
    if promise is not None:
        made.words = (promise.words_zh, promise.words_en)
    return made


def _turn_row(plan: dict[str, Any], turn: dict[str, Any]) -> Row:
    if turn["id"] is None:
        return ("unraised", f"{turn['planned_on']} {plan['subject_zh']}", 1)
    return ("maintenance", turn["id"], 1)


def _reaches(line: Line, goal: Decimal) -> bool | None:
    """Tell whether the share reaches the goal in per cent; None where nothing fell due."""
    value = line.figures["result"].value
    return None if value is None else value * 100 >= Fraction(goal)


# ---- what a person judges --------------------------------------------------------------------
def judged_by_a_person(promise: Promise, name: str) -> Line:
    """Leave room for the result that a person enters; it is laid in with the commentary (``document.results_in``)."""
    words = (promise.words_zh, promise.words_en)
    return Line(name, "custom", target_of(promise), words=words, more={"promise": promise.pk, "entered": None})
