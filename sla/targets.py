"""Which target applies to a record, why, and which ladder goes with it: kept on the clock as it was then."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from itsm.hours.instants import epoch_of
from itsm.hours.models import Calendar
from itsm.records.remembered import Remembered
from sla.settings_models import EscalationPolicy, EscalationStep, Metric, Target

#: Until a case is graded it is measured as if it had this priority.
PROVISIONAL = 3
#: Counts where neither the target nor the record's service says by which hours.
FALLBACK = "service-hours"


@dataclass(frozen=True)
class Terms:
    """What a clock is measured by: seconds, hours, and the facts that its row keeps."""

    seconds: int
    calendar_version_id: int | None
    facts: dict[str, Any]


def key_of(record: Any) -> list[int | None]:
    """This will name what decides the target of a record: priority, service and item."""
    return [record.priority, record.service_id, getattr(record, "request_item_id", None)]


class Promises:
    """The tables of targets and ladders as they are now, read at most once for a move."""

    def choose(self, record: Any, metrics: Iterable[str]) -> dict[str, Terms]:
        """This will find the terms of each metric that has a target for this record."""
        fitting = [target for target in self._targets if target.process in ("", record.kind) and _fits(target, record)]
        steps = self._ladder(record)
        found: dict[str, Terms] = {}
        for metric in metrics:
            best = max((row for row in fitting if row.metric == metric), key=_specific, default=None)
            if best is not None:
                found[metric] = _terms(record, best, steps)
        return found

    def fixed(self, record: Any, *, due: datetime, at: datetime) -> Terms:
        """This will give the terms of an update that was promised for ``due``, counted around the clock."""
        facts = {
            "key": key_of(record),
            "why": {"rule": "promised"},
            "fixed": epoch_of(due),
            "warn": 75,
            "ladder": [_rung(step) for step in self._ladder(record) if step.metric == Metric.UPDATE],
        }
        return Terms(max(0, epoch_of(due) - epoch_of(at)), None, facts)

    def _ladder(self, record: Any) -> list[EscalationStep]:
        """The steps of the service's own ladder, or of the general one where it has none, for the record's priority."""
        own = [step for step in self._steps if step.policy.service_id == record.service_id and record.service_id]
        general = [step for step in self._steps if step.policy.service_id is None]
        return [step for step in own or general if _for_priority(step, record)]

    @cached_property
    def _targets(self) -> list[Target]:
        return self._tables[0]

    @cached_property
    def _steps(self) -> list[EscalationStep]:
        return self._tables[1]

    @cached_property
    def _tables(self) -> tuple[list[Target], list[EscalationStep]]:
        return TABLES.get()


def _read() -> tuple[list[Target], list[EscalationStep]]:
    targets = Target.objects.active().select_related("calendar").order_by("pk")
    steps = EscalationStep.objects.filter(policy__is_active=True).select_related("policy").order_by("level", "pk")
    return list(targets), list(steps)


TABLES = Remembered(Target, EscalationStep, EscalationPolicy, Calendar, read=_read)


def _fits(target: Target, record: Any) -> bool:
    priority, service, item = key_of(record)
    return (
        target.priority in (None, priority or PROVISIONAL)
        and target.service_id in (None, service)
        and target.request_item_id in (None, item)
    )


def _specific(target: Target) -> tuple[bool, bool, bool, bool]:
    """An item's target goes before a service's, that before a priority's, that before a process's."""
    return (
        target.request_item_id is not None,
        target.service_id is not None,
        target.priority is not None,
        target.process != "",
    )


def _terms(record: Any, target: Target, steps: list[EscalationStep]) -> Terms:
    calendar, hours_of = _calendar(record, target)
    seconds, why = target.seconds, _why(record, target)
    if (
        target.metric == Metric.FULFILMENT
        and target.request_item_id is None
        and getattr(record, "request_item_id", None)
    ):
        seconds, why = record.request_item.target_seconds, {"rule": "item", "item": _names(record.request_item)}
    facts = {
        "key": key_of(record),
        "target": target.pk,
        "calendar": {"code": calendar.code, **_names(calendar), "of": hours_of},
        "why": why,
        "warn": target.warn_percent,
        "ladder": [_rung(step) for step in steps if step.metric == target.metric],
    }
    return Terms(seconds, calendar.current_id, facts)


def _calendar(record: Any, target: Target) -> tuple[Calendar, str]:
    if target.calendar is not None:
        return target.calendar, "target"
    if record.service_id:
        return record.service.hours, "service"
    return Calendar.objects.get(code=FALLBACK), "fallback"


def _why(record: Any, target: Target) -> dict[str, Any]:
    why: dict[str, Any] = {"rule": "general"}
    if target.priority is not None:
        why = (
            {"rule": "priority", "priority": target.priority}
            if record.priority
            else {"rule": "ungraded", "priority": target.priority}
        )
    if target.request_item_id is not None:
        why = {"rule": "item", "item": _names(record.request_item)}
    if target.service_id is not None:
        why["service"] = _names(record.service)
    return why


def _names(row: Any) -> dict[str, str]:
    return {"zh": row.name_zh, "en": row.name_en}


def _for_priority(step: EscalationStep, record: Any) -> bool:
    return not step.priorities or (record.priority or PROVISIONAL) in step.priorities


def _rung(step: EscalationStep) -> dict[str, Any]:
    rung: dict[str, Any] = {"level": step.level, "notify": step.notify}
    if step.at_percent is not None:
        rung["percent"] = step.at_percent
    else:
        rung |= {"seconds": step.at_seconds, "always": step.around_the_clock}
    if step.repeat_seconds:
        rung["repeat"] = step.repeat_seconds
    if step.needs_ack:
        rung["ack"] = True
    return rung
