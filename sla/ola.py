"""What teams promise each other: each stay of a case with a team that has an OLA has its clocks, under the same sweep.

From the assignment until the team accepts, and from then until the work is done or handed over; each stay begins anew.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from itsm.flow import Move
from itsm.tickets.assignments import has_moved
from itsm.tickets.models import Assignment
from sla.book import Book, of_record
from sla.models import INTERNAL, Clock
from sla.modes import PAUSE, RUN
from sla.plans import plan_of
from sla.starting import mode_for
from sla.steps import is_held, mode_of
from sla.targets import Terms, is_stale, key_of

ACCEPTANCE, HANDLING = INTERNAL


def register() -> None:
    """Register the step that follows the stays of a case, after that of the customer's clocks."""
    from itsm.records.register import steps

    if during not in steps.during:
        steps.during.append(during)


def during(record: Any, move: Move) -> None:
    """Begin, stop, pause or retarget what the team of ``record`` has promised, as ``move`` asks."""
    if plan_of(record) is None or move.name == "note":
        return
    book = of_record(record, move)
    if has_moved(record):
        _follow_stay(book, record, move)
    if _open(book):
        _retarget(book, record, move)
        _stand_still(book, record)
    book.save()


def _open(book: Book) -> list[Clock]:
    return [clock for clock in book.clocks if clock.metric in INTERNAL and clock.is_open]


def _follow_stay(book: Book, record: Any, move: Move) -> None:
    """Bring the clocks to where the stays of the case are: ended, accepted, begun."""
    stays = list(Assignment.objects.filter(ticket=record.pk).order_by("-pk")[:2])
    present = next((stay for stay in stays if stay.done_at is None), None)
    for clock in _open(book):
        if present is None or clock.terms["stay"] != present.pk:
            unaccepted = clock.metric == ACCEPTANCE and present is not None
            book.write(clock, "cancel" if unaccepted else "stop", reason=move.name)
    if present is not None:
        _measure(book, record, move, present)


def _measure(book: Book, record: Any, move: Move, present: Assignment) -> None:
    """Begin what the present stay owes: the acceptance, and from then on the work."""
    waiting = book.find(ACCEPTANCE)
    known = waiting is not None or any(one.terms["stay"] == present.pk for one in _open(book))
    if known and (waiting is None or present.accepted_at is None):
        return
    terms = _terms(book, record, present.pk, at=move.at)
    if not known and ACCEPTANCE in terms:
        waiting = book.start(record.pk, ACCEPTANCE, terms[ACCEPTANCE], since=present.assigned_at)
    if present.accepted_at is None:
        return
    if waiting is not None:
        book.write(waiting, "stop", reason=move.name, as_of=int(present.accepted_at.timestamp()))
    if HANDLING in terms:
        book.start(record.pk, HANDLING, terms[HANDLING], since=present.accepted_at)


def _terms(book: Book, record: Any, stay: int, *, at: datetime) -> dict[str, Terms]:
    found = book.promises.between_teams(record, at=at)
    for terms in found.values():
        terms.facts["stay"] = stay
    return found


def _retarget(book: Book, record: Any, move: Move) -> None:
    """Measure by the promise of the new grade or service, from the original start."""
    stale = [clock for clock in _open(book) if is_stale(clock.terms, key_of(record))]
    for clock in stale:
        terms = _terms(book, record, clock.terms["stay"], at=move.at).get(clock.metric)
        if terms is not None:
            book.write(
                clock, "retarget", reason=move.name, seconds=terms.seconds, terms=terms.facts,
                calendar_version=terms.calendar_version_id,
            )  # fmt: skip
    if stale:
        book.fire(reason=move.name)


def _stand_still(book: Book, record: Any) -> None:
    """Let the work stand still and go on with the case; the acceptance never waits."""
    clock = book.find(HANDLING)
    if clock is None:
        return
    mode = mode_for(clock, mode_of(record), record, by_reason=is_held(record))
    if mode.code == PAUSE and (clock.state, clock.pause_reason) != ("paused", mode.reason):
        book.write(clock, "pause", reason=mode.reason)
    elif mode.code == RUN and clock.state != "running":
        book.write(clock, "resume")
