"""What every move does to the clocks of its record: fire what was due before it, then follow the record's new state."""

from __future__ import annotations

from typing import Any

from itsm.flow import Move, State
from itsm.records.links import linked
from itsm.records.models import LinkKind
from sla import columns, starting, targets
from sla.book import Book, of_record
from sla.models import INTERNAL, Clock
from sla.modes import BY_REASON, CANCEL, PAUSE, RUN, SOFT, STOP, Mode
from sla.plans import Plan, plan_of
from sla.updates import follow_updates

APPROVAL = "approval"


def settle(record: Any, move: Move) -> None:
    """Fire every level that fell due before ``move``: what follows is the same whether or not a sweep came by."""
    if plan_of(record) is None:
        return
    book = of_record(record, move)
    book.fire()
    book.save()


def during(record: Any, move: Move) -> None:
    """Start, pause, stop or retarget the clocks of ``record`` as ``move`` asks, and write its nearest due time on it."""
    plan = plan_of(record)
    if plan is None or move.name == "note":
        return
    book = of_record(record, move)
    if move.name == "open":
        if record.source and move.channel == "import":
            return
        _begin(book, plan, record, move)
    elif not book.clocks and not _reopens(record, move) and move.name != "reply":
        return
    _retarget(book, record, move)
    _count(book, plan, record, move)
    _answer(book, plan, record, move)
    if _changes_state(record, move):
        _follow(book, plan, record, move)
    else:
        _restored(book, plan, record)
    if plan.updates:
        follow_updates(book, plan, record, move, working=mode_of(record).code not in (STOP, CANCEL))
    columns.write(record, book.clocks, work=plan.work)
    book.save()


def mode_of(record: Any) -> Mode:
    """This will read from the flow's table what clocks do in the state of the record."""
    clock = record.flows[0].states[record.state].clock
    if clock == BY_REASON:
        why = record.hold_reason
        pause = why.pause_of(record.facts) if why is not None else ""
        return Mode(PAUSE, pause) if pause else Mode(RUN)
    if clock == PAUSE:
        plan = plan_of(record)
        return Mode(clock, plan.pause_reason if plan else APPROVAL)
    return Mode(clock, starting.CONFIRMATION if clock == SOFT else "")


def is_held(record: Any) -> bool:
    """Tell whether the state of the record is one in which it waits for a reason that somebody gave."""
    return bool(record.flows[0].states[record.state].clock == BY_REASON)


def _begin(book: Book, plan: Plan, record: Any, move: Move) -> None:
    """A record made out of another keeps its time of receipt for the response; its work begins now."""
    answered = plan.answers(record)
    terms = book.promises.choose(record, ["response", plan.work] if answered else [plan.work])
    if "response" in terms:
        starting.begin(book, record, "response", terms["response"], since=record.received_at)
    if plan.work in terms:
        since = record.received_at if move.fired_by is None else move.at
        starting.begin(book, record, plan.work, terms[plan.work], since=since)
    _follow(book, plan, record, move)


def _count(book: Book, plan: Plan, record: Any, move: Move) -> None:
    """Let clocks count whose start event has come."""
    for clock in book.clocks:
        if starting.waits(clock) and starting.has_come(clock, record):
            book.write(clock, "rebase", reason=move.name)
            _bring(book, clock, mode_of(record), plan, record)


def _changes_state(record: Any, move: Move) -> bool:
    return move.name in record.flows[0].transitions and move.source != move.target


def _reopens(record: Any, move: Move) -> bool:
    if not _changes_state(record, move):
        return False
    states: dict[str, State] = record.flows[0].states
    return states[move.source].clock == STOP and states[record.state].clock == RUN


def _retarget(book: Book, record: Any, move: Move) -> None:
    """Measure by the target of the new grade, service or item, from the original start."""
    key = targets.key_of(record)
    stale = [
        clock
        for clock in book.clocks
        if clock.is_open and clock.metric not in INTERNAL and targets.is_stale(clock.terms, key)
    ]
    if not stale:
        return
    found = book.promises.choose(record, [clock.metric for clock in stale])
    for clock in stale:
        terms = found.get(clock.metric)
        if terms is not None:
            starting.keep(terms, clock)
            book.write(
                clock,
                "retarget",
                reason=move.name,
                seconds=terms.seconds,
                terms=terms.facts,
                calendar_version=terms.calendar_version_id,
            )
    book.fire(reason=move.name)


def _answer(book: Book, plan: Plan, record: Any, move: Move) -> None:
    """The first human act answers: what effects noted, or the first public reply of somebody other than who asks."""
    if move.name == "reply" and record.first_response_at is None and is_staff(record, move):
        record.first_response_at = move.at
    clock = book.find("response")
    answered = None if clock is None else starting.answered_at(clock, record, move, staff=is_staff(record, move))
    if clock is not None and answered is not None:
        book.write(clock, "stop", reason=move.name, as_of=int(answered.timestamp()))


def is_staff(record: Any, move: Move) -> bool:
    """Tell whether a person acts who did not ask for the case."""
    askers = {record.requester_id, record.requested_for_id, getattr(record, "reporter_id", None)}
    return move.by is not None and move.by.pk not in askers


def _follow(book: Book, plan: Plan, record: Any, move: Move) -> None:
    mode = mode_of(record)
    if _reopens(record, move):
        terms = book.promises.choose(record, [plan.work])
        if plan.work in terms and book.find(plan.work) is None:
            book.start(record.pk, plan.work, terms[plan.work], since=move.at)
        return
    for clock in book.clocks:
        if clock.is_open and not clock.is_deadline and clock.metric not in INTERNAL:
            _bring(book, clock, mode, plan, record)
    if mode.code == CANCEL:
        _carry(book, record)


def _restored(book: Book, plan: Plan, record: Any) -> None:
    """Bring the clocks that end with the restoration into their mode; the state of the case may stay the same."""
    for clock in book.clocks:
        if clock.is_open and clock.terms.get("stops") == "restored":
            _bring(book, clock, mode_of(record), plan, record)


def _bring(book: Book, clock: Clock, mode: Mode, plan: Plan, record: Any) -> None:
    """Bring one clock into the mode of the state; the response never pauses, a promised time never waits."""
    mode = starting.mode_for(clock, mode, record, by_reason=is_held(record))
    if mode.code == CANCEL or (mode.code == STOP and clock.metric == "response"):
        book.write(clock, "cancel")
    elif mode.code == STOP:
        book.write(clock, "stop")
    elif clock.metric == "response" or "fixed" in clock.terms or starting.waits(clock):
        return
    elif mode.code in (PAUSE, SOFT):
        if (clock.state, clock.pause_reason) != ("soft" if mode.code == SOFT else "paused", mode.reason):
            since = starting.soft_since(clock, record) if mode.code == SOFT else {}
            book.write(clock, "soft" if mode.code == SOFT else "pause", reason=mode.reason, **since)
    elif mode.code == RUN and clock.state != "running":
        granted = plan.granted_at(record) if clock.metric == plan.work and clock.pause_reason == APPROVAL else None
        book.write(clock, "rebase" if granted is not None else "resume")


def _carry(book: Book, record: Any) -> None:
    """Let the response be counted once, on the record that this one has become."""
    went_to = [made for made in linked(record, kind=LinkKind.RECLASSIFIED_TO).records if made.kind != "problem"]
    if not went_to:
        return
    there = Clock.objects.filter(record_id=went_to[-1].pk, metric="response").exists()
    here = next((clock for clock in book.clocks if clock.metric == "response"), None)
    here = here or Clock.objects.select_for_update(no_key=True).filter(record_id=record.pk, metric="response").first()
    if there and here is not None:
        book.write(here, "carry", record=went_to[-1].pk)
