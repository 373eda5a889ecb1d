"""Tasks that follow a plan: steps one after another, each task with the time by which it is due."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from catalogue.items.plans import PlannedTask, first_step
from itsm.hours.models import schedule_of
from itsm.hours.windows import BadHours
from itsm.tickets.models import Task

#: States of tasks that are still to come.
UNENDED = (Task.State.OPEN, Task.State.WAITING)


def lay_out(ticket: Any, plan: Iterable[PlannedTask]) -> None:
    """Give the case the tasks of ``plan``, of which the first step is open; what was not begun of another plan goes."""
    tasks = list(plan)
    begins = first_step(tasks)
    ticket.tasks.filter(state__in=UNENDED).delete()
    Task.objects.bulk_create(
        Task(
            ticket_id=ticket.pk, title_zh=task.title_zh, title_en=task.title_en, step=task.step, mandatory=task.mandatory,
            target_seconds=task.target_seconds, state=Task.State.OPEN if task.step == begins else Task.State.WAITING,
        )
        for task in tasks
    )  # fmt: skip


def begin(ticket: Any, *, at: datetime) -> None:
    """Reckon from now on when the open tasks are due that have a target and no time yet."""
    rows = [task for task in ticket.tasks.filter(state=Task.State.OPEN, due_at=None) if task.target_seconds]
    for task in rows:
        task.due_at = task.tell_at = due(ticket, task.target_seconds, at=at)
        task.paused_at = task.paused_at and at  # what begins while the case waits waits from here on
    Task.objects.bulk_update([task for task in rows if task.due_at], ["due_at", "tell_at", "paused_at"])


def pause(ticket: Any, *, at: datetime) -> None:
    """Let the times of what is still to come stand still: the case waits, and its own clocks do too."""
    ticket.tasks.filter(state__in=UNENDED, paused_at=None).update(paused_at=at)


def resume(ticket: Any, *, at: datetime) -> None:
    """Move on what was to come by the hours of service that the case has waited; what was late before stays so."""
    rows = list(ticket.tasks.filter(state__in=UNENDED, paused_at__isnull=False))
    for task in rows:
        waited = _waited(ticket, task.paused_at, at)
        for name in ("due_at", "tell_at"):
            time = getattr(task, name)
            if waited and time is not None and time > task.paused_at:
                setattr(task, name, due(ticket, waited, at=time))
        task.paused_at = None
    Task.objects.bulk_update(rows, ["due_at", "tell_at", "paused_at"])


def _waited(ticket: Any, since: datetime, at: datetime) -> int:
    """Count the seconds of the hours of the case's service between two times."""
    version = ticket.service.hours.current if ticket.service_id else None
    return schedule_of(version.pk).between(since, at) if version is not None and since < at else 0


def go_on(ticket: Any, *, at: datetime) -> None:
    """Open the next step when nothing of the steps before is open any more."""
    if ticket.tasks.filter(state=Task.State.OPEN).exists():
        return
    waiting = ticket.tasks.filter(state=Task.State.WAITING).order_by("step")
    following = waiting.values_list("step", flat=True).first()
    if following is not None:
        ticket.tasks.filter(state=Task.State.WAITING, step=following).update(state=Task.State.OPEN)
        begin(ticket, at=at)


def due(ticket: Any, seconds: int | None, *, at: datetime) -> datetime | None:
    """Reckon when ``seconds`` of the hours of the case's service are over; nothing where it keeps none."""
    version = ticket.service.hours.current if ticket.service_id and seconds else None
    if version is None or seconds is None:
        return None
    try:
        return schedule_of(version.pk).add(at.replace(microsecond=0), seconds=seconds)
    except BadHours:
        return None
