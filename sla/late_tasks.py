"""Tasks of a plan: they wait while their case does; who has a late one is told at its time, the lead a quarter later."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from itsm.flow import Move
from itsm.notices import audience
from itsm.notices.outbox import Notice, put_many
from itsm.tickets import task_plans
from itsm.tickets.models import Task
from sla.modes import BY_REASON, PAUSE, RUN, SOFT
from sla.steps import mode_of

MOST = 200
STANDING = (PAUSE, SOFT, BY_REASON)
LATE, STILL_LATE = "task_late", "task_still_late"


def during(record: Any, move: Move) -> None:
    """Let the times of the tasks stand still and go on with the clocks of an order (registered as a step of every move)."""
    if getattr(record, "request_item_id", None) is None or move.source == move.target:
        return
    states = record.flows[0].states
    now = states.get(record.state)
    if move.name not in record.flows[0].transitions or now is None:
        return
    if now.clock in STANDING and mode_of(record).code != RUN:
        task_plans.pause(record, at=move.at)
    elif now.clock == RUN and states[move.source].clock in STANDING:
        task_plans.resume(record, at=move.at)


def tell(*, at: datetime) -> int:
    """Tell of every task whose time has come; gives of how many. Two at once tell of none twice."""
    with transaction.atomic():
        due = Task.objects.filter(
            Q(paused_at=None) | Q(tell_at__lte=F("paused_at")),
            state=Task.State.OPEN,
            tell_at__lte=at,
            ticket__phase__in=("new", "working", "waiting"),
        )
        rows = list(
            due.select_for_update(skip_locked=True, of=("self",))
            .select_related("ticket__team", "ticket__service")
            .order_by("tell_at", "pk")[:MOST]
        )
        for task in rows:
            first = task.tell_at == task.due_at
            put_many(_notices(task, first=first, at=at))
            task.tell_at = _again(task) if first else None
        Task.objects.bulk_update(rows, ["tell_at"])
    return len(rows)


def _again(task: Any) -> datetime | None:
    """Give when the lead is told: after another quarter of the target."""
    return task_plans.due(task.ticket, (task.target_seconds or 0) // 4, at=task.due_at)


def _notices(task: Any, *, first: bool, at: datetime) -> list[Notice]:
    """Write to who has the task, or to the lead of the team and the service owner when it is still not done."""
    case, template = task.ticket, LATE if first else STILL_LATE
    if first:
        holder = task.assignee_id or case.assignee_id
        people: set[int | None] = {holder} if holder else set(audience.members(case.team_id))
    else:
        people = {case.team.lead_id if case.team else None, case.service.owner_id if case.service else None}
    return [
        Notice(
            dedupe_key=f"task:{task.pk}:{template}:{task.due_at:%Y%m%d%H%M}:{person}", event="escalation", template=template, at=at,
            person_id=person, record_id=case.pk, facts={"task": {"zh_hant": task.title_zh, "en": task.title_en or task.title_zh}},
        )
        for person in sorted(pk for pk in people if pk and pk != case.kept_from_id)
    ]  # fmt: skip
