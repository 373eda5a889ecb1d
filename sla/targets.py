"""Which target applies to a record, why, and which ladder goes with it: kept on the clock as it was then."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils.timezone import localdate

from itsm.hours.instants import epoch_of
from itsm.hours.models import Calendar
from itsm.people.models import Organisation
from itsm.records.remembered import Remembered
from sla import agreed
from sla.models import INTERNAL, AgreementEdition, AgreementRow, Promise
from sla.settings_models import Channel, EscalationPolicy, EscalationStep, Metric, Target

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
    """This will name what decides the target of a record: priority, service, item, and the unit that asks."""
    return [record.priority, record.service_id, getattr(record, "request_item_id", None), record.unit_id]


def is_stale(terms: dict[str, Any], key: list[int | None]) -> bool:
    """Tell whether terms were chosen for another record than ``key`` names; older terms name less."""
    kept = terms.get("key", [])
    return "fixed" not in terms and kept != key[: len(kept)]


@dataclass(frozen=True)
class Tables:
    """What was read of the tables of targets, ladders and agreements."""

    targets: list[Target]
    steps: list[EscalationStep]
    editions: list[AgreementEdition]
    parents: dict[int, int | None]


class Promises:
    """The tables of targets and ladders as they are now, read at most once for a move."""

    def choose(self, record: Any, metrics: Iterable[str]) -> dict[str, Terms]:
        """This will find the terms of each metric: from the agreement that applies, else from the house's own targets."""
        fitting = [
            target for target in self._tables.targets if target.process in ("", record.kind) and _fits(target, record)
        ]
        steps = self._ladder(record)
        row = self._row(record)
        found: dict[str, Terms] = {}
        for metric in metrics:
            promise = agreed.best_promise(row, record, metric, priority=record.priority or PROVISIONAL)
            best = max((row for row in fitting if row.metric == metric), key=_specific, default=None)
            if promise is not None:
                found[metric] = self._promised(record, promise)
            elif best is not None:
                found[metric] = _terms(record, best, steps)
        return found

    def between_teams(self, record: Any, *, at: datetime) -> dict[str, Terms]:
        """This will find what the team of the record has promised in an OLA that is in force at ``at``."""
        row = agreed.row_of_team(self._in_force("ola", at), record)
        found = {
            metric: agreed.best_promise(row, record, metric, priority=record.priority or PROVISIONAL)
            for metric in ("acceptance", "handling")
        }
        return {metric: self._promised(record, promise) for metric, promise in found.items() if promise is not None}

    def by_contract(self, record: Any, contract_id: int, *, at: datetime) -> Terms | None:
        """This will find within what time a contract's agreement wants a supplier case answered; None without one."""
        rows = [
            row
            for edition in self._in_force("uc", at)
            if edition.agreement.under_id == contract_id
            for row in edition.rows.all()
            if row.service_id in (None, record.service_id)
        ]
        row = max(rows, key=lambda one: (one.service_id is not None, -one.position), default=None)
        promise = agreed.best_promise(row, record, Metric.RESOLUTION, priority=record.priority or PROVISIONAL)
        if promise is None:
            return None
        terms = self._promised(record, promise)
        terms.facts.pop("key")  # a new grade of the case is no new question to the supplier
        return terms

    def _row(self, record: Any) -> AgreementRow | None:
        from sla import agreements

        received = getattr(record, "received_at", None)
        if received is None or not self._tables.editions:
            return None
        line = agreed.line_of(record.unit_id, self._tables.parents)
        subject = agreements.Subject(line, record.service_id, getattr(record, "request_item_id", None))
        return agreements.best_row(self._in_force("sla", received), subject)

    def _in_force(self, type: str, at: datetime) -> list[AgreementEdition]:
        on = localdate(at)
        return [one for one in self._tables.editions if one.agreement.type == type and one.in_force(at=at, on=on)]

    def _promised(self, record: Any, promise: Promise) -> Terms:
        """This will give the terms of a promise, by the ladder of its row where it names one."""
        calendar, hours_of = promise.calendar, "target"
        if calendar is None:
            calendar, hours_of = _calendar_of(record)
        steps = self._ladder(record, policy=promise.row.escalation_policy_id)
        facts = {
            "key": key_of(record),
            "calendar": {"code": calendar.code, **_names(calendar), "of": hours_of},
            **agreed.facts(promise, record),
            "ladder": [*(_rung(step) for step in steps if _stands_on(step, promise.metric)), *agreed.warnings(promise)],
        }
        return Terms(promise.seconds or 0, calendar.current_id, facts)

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

    def _ladder(self, record: Any, *, policy: int | None = None) -> list[EscalationStep]:
        """The steps of ``policy``, of the service's own ladder, or of the general one, for the record's priority.

        A level fires once: of two that stand on one level, however they came there, the first is climbed.
        """
        every = self._tables.steps
        named = [step for step in every if step.policy_id == policy]
        own = [step for step in every if step.policy.service_id == record.service_id and record.service_id]
        general = [step for step in every if step.policy.service_id is None]
        climbed = [step for step in named or own or general if _for_priority(step, record)]
        return list({(step.metric, step.level): step for step in reversed(climbed)}.values())[::-1]

    @cached_property
    def _tables(self) -> Tables:
        return TABLES.get()


def _read() -> Tables:
    targets = Target.objects.active().select_related("calendar").order_by("pk")
    steps = EscalationStep.objects.filter(policy__is_active=True).select_related("policy").order_by("level", "pk")
    editions = agreed.editions()
    parents: dict[int, int | None] = dict(Organisation.objects.values_list("pk", "parent_id")) if editions else {}
    return Tables(list(targets), list(steps), editions, parents)


TABLES = Remembered(
    Target,
    EscalationStep,
    EscalationPolicy,
    Calendar,
    AgreementEdition,
    AgreementRow,
    Promise,
    Organisation,
    read=_read,
)


def _fits(target: Target, record: Any) -> bool:
    priority, service, item, _unit = key_of(record)
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
    return (target.calendar, "target") if target.calendar is not None else _calendar_of(record)


def _calendar_of(record: Any) -> tuple[Calendar, str]:
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


def _stands_on(step: EscalationStep, metric: str) -> bool:
    """Tell whether a step is for a measure; one of OLAs is for both that teams promise each other."""
    return step.metric == metric or (step.metric == "ola" and metric in INTERNAL)


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
    if set(step.channels) != set(Channel.values):
        rung["channels"] = step.channels
    if step.action:
        rung["action"] = step.action
    return rung
