"""Child tasks and outages of a case."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext

from itsm.flow import Move
from itsm.records import journal, register
from itsm.records.clock import database_now, whole
from itsm.records.models import Event
from itsm.records.perform import lock, saving
from itsm.records.refusals import NotAllowed, Objected
from itsm.records.roles import roles_on
from itsm.tickets import task_plans
from itsm.tickets.models import Outage, Task

if TYPE_CHECKING:
    from catalogue.models import Service
    from itsm.people.models import Person


def _open(ticket: Any, by: Person, *, also: bool = False) -> Any:
    locked = lock(ticket)
    if not also and not roles_on(locked, person=by) & register.workers(locked):
        raise NotAllowed
    if not locked.is_open:
        raise Objected(gettext("The case is closed; reopen it first."))
    return locked


def add_task(
    ticket: Any,
    *,
    title: str,
    by: Person,
    assignee: Person | None = None,
    mandatory: bool = True,
    at: datetime | None = None,
) -> Task:
    """Add a child task; a mandatory one keeps the case from being finished.

    :raises NotAllowed: if ``by`` does not work on the case
    :raises Objected: if the title is empty or the case closed
    """
    text = title.strip()
    if not 0 < len(text) <= 160:
        raise Objected(fields={"title": gettext("A task needs a title of 1 to 160 characters.")})
    with transaction.atomic():
        locked = _open(ticket, by)
        task = Task.objects.create(
            ticket_id=locked.pk, title_zh=text, title_en=text, assignee=assignee, mandatory=mandatory
        )
        _say(locked, "add_task", by, at, kind=Event.Kind.TASK, task=task.pk, title=text)
    return task


def end_task(task: Task, *, state: str, by: Person, note: str = "", at: datetime | None = None) -> Task:
    """Mark a task done or skipped; skipping needs a reason. Its assignee may end it too.

    :raises NotAllowed: if ``by`` neither works on the case nor has the task
    :raises Objected: if the reason is missing or the task has ended
    """
    with transaction.atomic():
        locked = _open(task.ticket, by, also=task.assignee_id == by.pk)
        fresh = Task.objects.select_for_update().get(pk=task.pk)
        if fresh.state == Task.State.WAITING:
            raise Objected(gettext("This task waits for the step before it."))
        if fresh.state != Task.State.OPEN:
            raise Objected(gettext("This task has ended already."))
        if state == Task.State.SKIPPED and not note.strip():
            raise Objected(fields={"note": gettext("Say why the task is skipped.")})
        fresh.state, fresh.note, fresh.ended_at = state, note.strip()[:200], whole(at or database_now())
        fresh.save()
        task_plans.go_on(locked, at=fresh.ended_at)
        _say(locked, "end_task", by, at, kind=Event.Kind.TASK, reason=note, task=task.pk, title=task.title, state=state)
    return fresh


def open_outage(
    ticket: Any, *, service: Service, started_at: datetime, by: Person, kind: str = "unplanned", affected_users: int | None = None,
    at: datetime | None = None,
) -> Outage:  # fmt: skip
    """Record that a service is down since ``started_at`` because of this case.

    :raises NotAllowed: if ``by`` does not work on the case
    :raises Objected: if the start lies ahead or an outage of that service is open here
    """
    moment = whole(at or database_now())
    with transaction.atomic():
        locked = _open(ticket, by)
        if started_at > moment:
            raise Objected(fields={"started_at": gettext("The outage cannot begin in the future.")})
        if locked.outages.filter(service=service, ended_at=None).exists():
            raise Objected(gettext("An outage of this service is open here already."))
        outage = Outage.objects.create(
            ticket_id=locked.pk, service=service, kind=kind, started_at=whole(started_at), affected_users=affected_users
        )
        _say(locked, "open_outage", by, moment, kind=Event.Kind.OUTAGE, service=service, started_at=started_at)
    return outage


def end_outage(outage: Outage, *, ended_at: datetime, by: Person, at: datetime | None = None) -> Outage:
    """Record when the service was up again.

    :raises NotAllowed: if ``by`` does not work on the case
    :raises Objected: if the end lies before the start or ahead, or the outage has ended
    """
    moment = whole(at or database_now())
    with transaction.atomic():
        locked = _open(outage.ticket, by)
        fresh = Outage.objects.select_for_update().get(pk=outage.pk)
        if fresh.ended_at is not None:
            raise Objected(gettext("This outage has ended already."))
        if not fresh.started_at <= ended_at <= moment:
            raise Objected(
                fields={"ended_at": gettext("The service was restored between the start of the outage and now.")}
            )
        fresh.ended_at = whole(ended_at)
        fresh.save()
        _say(locked, "end_outage", by, moment, kind=Event.Kind.OUTAGE, service=fresh.service, ended_at=ended_at)
    return fresh


def _say(locked: Any, name: str, by: Person, at: datetime | None, *, kind: str, reason: str = "", **facts: Any) -> None:
    move = Move(name, by, whole(at or database_now()))
    journal.write(locked, kind=kind, name=name, move=move, reason=reason, **facts)
    with saving(locked):
        locked.changed_at = move.at
