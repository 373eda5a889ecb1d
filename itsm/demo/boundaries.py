"""Matters that were something else than they seemed: with the reason of each judgement, so that the figures have something true."""

from __future__ import annotations

from datetime import datetime, timedelta

from incidents.models import ServiceRequest
from itsm.demo.world import Case, World
from itsm.records.links import linked
from itsm.records.models import LinkKind


def tell(world: World, *, at: datetime) -> None:
    """Let a wish be reported as a fault, and a problem be raised that was none."""
    _a_wish(world, at - timedelta(days=6, hours=1))
    _no_problem(world, at - timedelta(days=9, hours=2))


def _a_wish(world: World, at: datetime) -> None:
    case = Case.reported(
        world, "user06", "信箱滿了無法收信", "希望容量調大。", service="mail-accounts", at=at, still_working="partly"
    )
    case.after(14).move("judge_as_request", "lin", reason="信箱運作正常，使用者要的是目錄上的容量申請。")
    (moved,) = linked(case.record, kind=LinkKind.RECLASSIFIED_TO).records
    wish = Case(world, ServiceRequest.objects.get(pk=moved.pk), at=case.at)
    wish.after(3).move(
        "judge_as_request", "lin", title="信箱容量調整", requester=wish.record.requester, contact_channel=wish.record.channel,
        service=wish.record.service, reason="目錄已列之申請項目。",
    )  # fmt: skip


def _no_problem(world: World, at: datetime) -> None:
    case = Case.problem(world, "電子公文列印版面跑掉", "兩位承辦人反映列印版面不同。", service="documents", at=at)
    case.after(90).move("reject_problem", "huang", reason="兩台電腦的紙張設定不同，屬個別操作，原因已明。")
