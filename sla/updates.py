"""The clock of the next news to the requester: each public word of the desk meets it and begins the next cycle."""

from __future__ import annotations

from typing import Any

from itsm.flow import Move
from itsm.hours.instants import moment
from sla.book import Book
from sla.models import Clock, Metric
from sla.plans import Plan

#: Moves that are news by themselves.
NEWS = frozenset({"publish_update", "declare_major"})


def follow_updates(book: Book, plan: Plan, record: Any, move: Move, *, working: bool) -> None:
    """Begin, meet or renew the cycle as ``move`` asks; ``working`` tells that the case is judged and not at its end."""
    current = book.find(Metric.UPDATE)
    if not working or record.phase == "new":
        return
    due = plan.update_due(record)
    promised = current.terms.get("fixed") if current is not None else None
    wanted = int(due.timestamp()) if due is not None else None
    if current is None:
        if record.phase == "working" and book.find(plan.work) is not None:
            _start(book, record, move, due=wanted, cycle=0)
    elif move.name in NEWS or _is_reply(record, move):
        _renew(book, record, move, current, due=wanted, ending="stop")
    elif promised != wanted:
        _renew(book, record, move, current, due=wanted, ending="cancel")


def _is_reply(record: Any, move: Move) -> bool:
    from sla.steps import is_staff

    return move.name == "reply" and is_staff(record, move)


def _renew(book: Book, record: Any, move: Move, current: Clock, *, due: int | None, ending: str) -> None:
    """End the cycle and begin the next; it stands still as the last one did, unless a time is promised."""
    stood = {"paused": "pause", "soft": "soft"}.get(current.state, "")
    reason = current.pause_reason
    facts = {"as_of": int(move.at.timestamp())} if ending == "stop" else {}
    book.write(current, ending, reason=move.name, **facts)
    made = _start(book, record, move, due=due, cycle=current.cycle + 1)
    if made is not None and stood and due is None:
        book.write(made, stood, reason=reason)


def _start(book: Book, record: Any, move: Move, *, due: int | None, cycle: int) -> Clock | None:
    if due is not None:
        terms = book.promises.fixed(record, due=moment(due), at=move.at)
    else:
        found = book.promises.choose(record, [Metric.UPDATE]).get(Metric.UPDATE)
        if found is None:
            return None
        terms = found
    return book.start(record.pk, Metric.UPDATE, terms, since=move.at, cycle=cycle)
