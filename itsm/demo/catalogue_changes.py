"""The major changes behind the demo's service transitions, walked by their own moves through the committee."""
# ruff: noqa: E501  (a table reads best with one row on one line)

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from catalogue.models import ServiceTransition
from changes import plan, services
from changes.asks import QUESTIONS
from changes.board_models import CabItem
from changes.casting import cast
from changes.models import Change
from itsm.demo.world import Case, World
from itsm.records.links import linked
from itsm.records.models import LinkKind

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MANAGER, CHAIR, ASKS, DOES = "gao", "director", "kuo", "yang"
VOTES = ("director", "sun", "liu")
ASSESSED = (
    "resources", "security_assessment", "capacity_assessment", "availability_assessment", "continuity_assessment", "sla_assessment",
)  # fmt: skip


def approved(
    world: World, title: str, text: str, *, at: datetime, window: datetime, service: Any = None, **words: Any
) -> Case:
    """Lead a major change from its request to the board's yes; it calls for the design of its service."""
    change = services.draft(
        title=title, by=world.people[ASKS], description=text, service=service, at=at, cost_estimate=600_000
    )
    case = Case(world, change, at=at)
    known = {
        "reason_kind": "improve", "justification": text, "no_ci_reason": "服務層級之異動，組態項目於發行時更新。",
        "test_plan": "依驗收準則逐項測試。", "communication_plan": "三週前公告並通知各單位窗口。", "window_start": window,
        "window_end": window + 4 * HOUR, "expected_downtime_min": 0,
    }  # fmt: skip
    case.after(30).move("submit", ASKS, **(known | words))
    case.after(60).move("begin_assessment", MANAGER, assessor=case.person("chen"))
    answers = dict.fromkeys(QUESTIONS, "3") | dict.fromkeys(ASSESSED, "已評估，無額外需求。")
    case.after(120).move(
        "classify_major",
        MANAGER,
        impact_text=case.record.impact_text,
        trigger_service_change=True,
        service_change_reason="服務目錄之服務新增或終止，使用者所得之服務因而不同。",
        **answers,
    )
    for number, username in enumerate(VOTES, 1):
        cast(case.record, by=world.people[username], vote="yes", at=case.at + number * HOUR)
    case.record = Change.objects.get(pk=case.record.pk)
    case.after(24 * 60).move(
        "cab_approve", CHAIR, needs_transition="yes", reason="涉及服務目錄異動，須經服務異動流程。"
    )
    _off_later_agendas(case)
    return case


def _off_later_agendas(case: Case) -> None:
    """Take it off the agendas of meetings to come: it was decided by votes long before them."""
    CabItem.objects.filter(
        change=case.record.pk, meeting__starts_at__gt=case.at, decided_at__isnull=False, meeting__state="planned"
    ).delete()


def transition_of(case: Case) -> Any:
    """Give the service transition that the change has called for."""
    (row,) = linked(case.record, kind=LinkKind.DESIGNED_BY).records
    return ServiceTransition.objects.get(pk=row.pk)


def scheduled(case: Case) -> Case:
    """Authorise it once its service was accepted."""
    case.record = record = Change.objects.get(pk=case.record.pk)
    return case.after(60).move(
        "approve_implementation", MANAGER, window_start=record.window_start, window_end=record.window_end, implementer=case.person(DOES),
        communication_plan=record.communication_plan, backout_plan=record.backout_plan, test_result="驗收準則全部通過。",
        backout_tested=True,
    )  # fmt: skip


def carried_out(case: Case) -> Case:
    """Carry it out step by step in its window, and close it after its review."""
    case.at = start = case.record.window_start + timedelta(minutes=5)
    case.move("start_implementation", DOES, actual_start=start)
    for step in case.record.steps.filter(path="plan").order_by("place"):
        plan.mark(step, state="running", by=case.person(DOES), at=case.at)
        case.after(step.planned_minutes or 10)
        plan.mark(step, state="done", by=case.person(DOES), at=case.at)
    case.after(5).move("complete_implementation", DOES, actual_end=case.at, outcome="successful")
    return case.after(3 * 24 * 60).move(
        "close", MANAGER, pir_met="yes", pir_incidents="72 小時內無。", pir_sla="未影響。", lessons="提前公告有效，無人反映。", pir_next="無。",
        cmdb_note="相關組態項目已停用。",
    )  # fmt: skip
