"""What is done when a level of a deadline fires: named, registered by the processes, done exactly once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from itsm.records.models import Record
from itsm.records.perform import lock
from itsm.records.refusals import MovedOn, Refusal
from sla.models import Escalation

#: Does the action on the locked record, as of the instant at which it was due or the record's last change.
Action = Callable[[Any, Escalation, datetime], str | None]
LEASE = timedelta(seconds=10)
LONGEST_WAIT = timedelta(hours=1)

_actions: dict[str, Action] = {}


class UnknownAction(LookupError):
    """No action is registered under that name."""


def add(name: str, action: Action) -> None:
    """Register ``action`` under ``name``; the same name again replaces it."""
    _actions[name] = action


def run(escalation_id: int, *, at: datetime) -> bool:
    """Do the action of a level that fired, unless it is done; tells whether it was done now.

    The try is noted first, in a transaction of its own, so that an action that fails is tried again later and never
    keeps others waiting; the action and the mark that it is done are one transaction.

    :raises UnknownAction: if nobody registered the action
    """
    if not _lease(escalation_id, at=at):
        return False
    with transaction.atomic():
        escalation = Escalation.objects.get(pk=escalation_id)
        record = lock(Record.objects.get(pk=escalation.record_id))
        escalation = Escalation.objects.select_for_update(no_key=True).get(pk=escalation_id)
        if escalation.action_done_at is not None:
            return False
        return _do(record, escalation, at=at)


def _lease(escalation_id: int, *, at: datetime) -> bool:
    with transaction.atomic():
        found = (
            Escalation.objects.pending(at=at)
            .select_for_update(no_key=True, skip_locked=True)
            .filter(pk=escalation_id)
            .first()
        )
        if found is None:
            return False
        wait = min(LEASE * 2 ** min(found.attempts, 10), LONGEST_WAIT)
        Escalation.objects.filter(pk=found.pk).update(attempts=F("attempts") + 1, retry_at=at + wait)
    return True


def _do(record: Any, escalation: Escalation, *, at: datetime) -> bool:
    """Do it; a record that has gone another way needs it no more, one that objects is asked again later."""
    if escalation.action not in _actions:
        raise UnknownAction(escalation.action)
    as_of = min(max(escalation.due_at, record.changed_at), at)
    try:
        with transaction.atomic():
            outcome = _actions[escalation.action](record, escalation, as_of) or "done"
    except MovedOn:
        outcome = "overtaken"
    except Refusal as refusal:
        Escalation.objects.filter(pk=escalation.pk).update(outcome=str(refusal)[:300])
        return False
    Escalation.objects.filter(pk=escalation.pk).update(action_done_at=at, outcome=outcome[:300])
    return True
