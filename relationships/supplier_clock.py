"""The clock of a supplier case: by the hours and targets of its contract, and what happens when the supplier is silent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from itsm.flow import Move, Words
from itsm.hours.models import schedule_of
from itsm.notices import audience
from itsm.notices.outbox import Notice, put_many
from itsm.records import register as registered
from itsm.records.links import linking
from itsm.records.models import LinkKind
from itsm.tickets.models import Ticket
from relationships.supplier_flow import SUPPLIER_CASE
from sla import actions, columns, deadlines
from sla.book import at_hand
from sla.models import Escalation
from sla.plans import Plan, add
from sla.reckoning import AROUND_THE_CLOCK, MOST_STEPS
from sla.targets import Promises, Terms
from sla.words import add_act

METRIC = "resolution"
#: Share of the contract's time, and who is told (domain 4.4: escalates at 75 and 100 per cent).
LADDER = (
    {"level": 1, "percent": 75, "notify": ["assignee", "team"]},
    {"level": 2, "percent": 100, "notify": ["assignee", "team_lead", "slm", "service_owner"]},
)
SILENCE = "supplier_silence"
SILENT = "supplier_silent"
ACTS = {
    SILENT: Words("Who waits for the supplier is told that it is silent", "通知等待者：供應者逾期未回覆"),
}


def register() -> None:
    """Register what is measured, the act, and the step that starts the clock."""
    from itsm.records.register import steps

    add(Plan("supplier_case", METRIC, answers=lambda case: False))
    for name, words in ACTS.items():
        actions.add(name, tell_silence)
        add_act(name, words)
    if during not in steps.during:
        steps.during.append(during)


def during(record: Any, move: Move) -> None:
    """Start the contract's clock when the case is sent, and watch for silence while the supplier has it."""
    if record.kind != "supplier_case" or move.name not in SUPPLIER_CASE.transitions:
        return
    if move.name == "send":
        _start(record, move)
    if move.name in ("send", "ask_again"):
        _watch(record, move)
    else:
        deadlines.drop(record, SILENCE, at=move.at)


def terms_of(record: Any, *, at: datetime) -> Terms | None:
    """Find what is promised for the priority of the case: by the UC agreement of the contract, else by the contract."""
    contract = record.under
    agreed = Promises().by_contract(record, contract.pk, at=at)
    if agreed is not None:
        # The house's ladder is for what we owe: a supplier's time climbs its own; the promise's warnings stay.
        agreed.facts["ladder"] = [rung for rung in agreed.facts["ladder"] if rung["level"] > MOST_STEPS] + list(LADDER)
        return agreed
    rows = [row for row in contract.targets.all() if row.priority in (None, record.priority)]
    if not rows or contract.hours_id is None:
        return None
    best = max(rows, key=lambda row: row.priority is not None)
    hours = contract.hours
    facts = {
        "target": None,
        "calendar": {"code": hours.code, "zh": hours.name_zh, "en": hours.name_en, "of": "target"},
        "why": {"rule": "item", "item": {"zh": contract.title, "en": contract.title}},
        "warn": 75,
        "ladder": list(LADDER),
    }
    return Terms(best.minutes * 60, hours.current_id, facts)


def _start(record: Any, move: Move) -> None:
    terms = terms_of(record, at=move.at)
    if terms is None:
        return
    book = at_hand(record, at=move.at)
    clock = book.find(METRIC)
    if clock is None:
        book.start(record.pk, METRIC, terms, since=move.at)
    else:  # a general target of the house has started it: the contract's is what counts
        book.write(
            clock, "retarget", reason=move.name, seconds=terms.seconds, terms=terms.facts,
            calendar_version=terms.calendar_version_id,
        )  # fmt: skip
    columns.write(record, book.clocks, work=METRIC)
    book.save()


def _watch(record: Any, move: Move) -> None:
    """Plan the act for when the contract's time is up."""
    clock = at_hand(record, at=move.at).find(METRIC)
    if clock is not None and clock.due_at is not None:
        deadlines.plan(record, SILENCE, levels=[(max(clock.due_at, move.at), SILENT)], at=move.at)


def tell_silence(record: Any, escalation: Escalation, at: datetime) -> str | None:
    """Tell who waits, who answers for the contract and the owners of waiting problems that the supplier is silent."""
    people: set[int | None] = {record.assignee_id, record.requester_id}
    if record.under_id:
        people |= {record.under.owner_id, record.under.supplier.owner_id}
    for case in waiting_for(record):
        people.add(case.assignee_id)
        if case.kind == "problem":
            people |= audience.holders("problem_manager", process="problem")
    put_many(
        Notice(
            dedupe_key=f"sla:{escalation.clock_id}:{escalation.cycle}:{escalation.level}:{person}", event="escalation",
            template=SILENT, at=at, person_id=person, record_id=record.pk,
        )
        for person in sorted(pk for pk in people if pk and pk != record.kept_from_id)
    )  # fmt: skip
    return None


def waiting_for(record: Any) -> list[Any]:
    """List the open cases that wait for the supplier's answer."""
    rows = linking(record, kind=LinkKind.SUPPLIER_CASE).records
    found = [registered.load(row) for row in rows]
    return [case for case in found if isinstance(case, Ticket) and case.is_open]


def promised(record: Any, *, sent: datetime) -> datetime | None:
    """Reckon until when a case that is sent then must be answered, as its clock does; None without a target."""
    terms = terms_of(record, at=sent)
    if terms is None:
        return None
    hours = AROUND_THE_CLOCK if terms.calendar_version_id is None else schedule_of(terms.calendar_version_id)
    return hours.add(sent, seconds=terms.seconds)
