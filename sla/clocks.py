"""What the rest of the product asks about clocks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext

from itsm.hours.instants import epoch_of
from itsm.records import register
from itsm.records.perform import lock
from itsm.records.refusals import NotAllowed
from itsm.records.roles import roles_on
from itsm.ui.chips import clock_words
from itsm.ui.moments import iso, moment_text
from sla.book import Book, lock_clocks
from sla.ledger import Ledger as Ledger
from sla.ledger import ahead as ahead
from sla.ledger import ledger as ledger
from sla.models import Clock, Escalation
from sla.plans import plan_of
from sla.reckoning import MOST_REPEATS, REPEAT, used
from sla.words import metric_words, pause_words

if TYPE_CHECKING:
    from itsm.people.models import Person


def share_used(record: Any, *, metrics: Sequence[str], at: datetime) -> float | None:
    """Tell the largest share of its target that an open clock of ``metrics`` has used at ``at``; None when none is open.

    1 is the whole target; more than 1 is late.
    """
    clocks = Clock.objects.filter(record_id=record.pk, metric__in=metrics, is_deadline=False).open()
    shares = [used(clock, at=at) / clock.target_seconds if clock.target_seconds else 1.0 for clock in clocks]
    return max(shares, default=None)


def chip(ticket: Any, *, at: datetime) -> dict[str, Any] | None:
    """Say how the nearest clock of a case stands, from its own row alone, for ``sla_chip``; None when it has none.

    Lists should fetch ``hold_reason`` with the case.
    """
    if ticket.clock_state in ("paused", "soft"):
        return {"look": "paused", "text": clock_words("paused", seconds=0, reason=_waits_for(ticket))}
    if ticket.clock_state in ("met", "missed"):
        return {
            "look": ticket.clock_state,
            "text": gettext("Met") if ticket.clock_state == "met" else gettext("Missed"),
        }
    if ticket.due_at is None:
        return None
    left = epoch_of(ticket.due_at) - epoch_of(at)
    look = "missed" if left < 0 else "soon" if ticket.warn_at is not None and ticket.warn_at <= at else "running"
    text = clock_words(look, seconds=abs(left))
    title = f"{metric_words(ticket.due_metric)}: {moment_text(ticket.due_at)}"
    return {"look": look, "text": text, "due": iso(ticket.due_at), "left": left, "ticking": True, "title": title}


def _waits_for(ticket: Any) -> str:
    if ticket.hold_reason_id is not None:
        return str(ticket.hold_reason.name)
    if ticket.clock_state == "soft":
        return gettext("confirmation by the requester")
    plan = plan_of(ticket)
    return pause_words(plan.pause_reason if plan else "approval", {})


def acknowledge(escalation: Escalation, *, by: Person, at: datetime) -> bool:
    """Note that ``by`` has seen an escalation: its repeats end, higher levels still fire. Tells whether it was news.

    :raises NotAllowed: if ``by`` was not told and holds no role on the case
    """
    with transaction.atomic():
        record = lock(register.load(escalation.record))
        fresh = Escalation.objects.select_for_update(no_key=True).get(pk=escalation.pk)
        if not roles_on(record, person=by) and by.pk not in {row["person"] for row in fresh.notified}:
            raise NotAllowed
        if fresh.acknowledged_at is not None:
            return False
        book = Book(lock_clocks(record.pk), at, actor_id=by.pk)
        clock = next((clock for clock in book.clocks if clock.pk == fresh.clock_id), None)
        repeats = [fresh.level % REPEAT + count * REPEAT for count in range(1, MOST_REPEATS + 1)]
        if clock is not None:
            book.write(clock, "ack", levels=[level for level in repeats if level not in clock.fired])
        book.save()
        fresh.acknowledged_by, fresh.acknowledged_at = by, at
        fresh.save(update_fields=["acknowledged_by", "acknowledged_at"])
    return True
