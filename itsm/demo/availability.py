"""The availability of the demo: months of outages, exclusions, issued figures with one correction, maintenance done and missed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pgtrigger
from django.utils import timezone

from incidents import upkeep
from itsm.demo.world import World
from itsm.tickets.models import Outage
from sla import claims, issuing, maintenance, outages
from sla.models import AvailabilityIssue, ExclusionClaim, MaintenanceTurn

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MANAGER = "sun"
ROOM, PAPERS, NET = "machine-room", "documents", "campus-network"
#: Months back, day of the month, hour, minutes down, service, evidence.
PAST = (
    (11, 14, 2, 12, ROOM, "市電瞬降，UPS 切換"), (9, 3, 14, 31, ROOM, "空調機組跳脫"), (7, 21, 4, 55, ROOM, "發電機切換失敗"),
    (6, 8, 10, 95, PAPERS, "資料庫連線耗盡"), (5, 17, 9, 40, NET, "核心交換器重新啟動"), (4, 12, 15, 150, PAPERS, "電子簽章服務逾時"),
    (3, 6, 11, 25, NET, "DHCP 位址池用盡"), (2, 10, 3, 44, ROOM, "機房配電盤檢修誤觸"), (2, 22, 13, 70, PAPERS, "附件儲存空間已滿"),
    (1, 10, 3, 43, ROOM, "UPS 電池模組故障"),
)  # fmt: skip


def tell(world: World, *, at: datetime) -> None:
    """Tell it all; dates are relative to ``at``."""
    for back, day, hour, minutes, code, why in PAST:
        start = _month(at, back)[0] + (day - 1) * DAY + hour * HOUR
        _lost(world, code, start, start + minutes * MINUTE, why, users=120 if code == NET else None)
    _documents(world, at)
    _carrier(world, at)
    _issued(world, at)
    _upkeep(at)


def _month(at: datetime, back: int) -> tuple[datetime, datetime]:
    month = issuing.month_of(timezone.localtime(at).date())
    for _step in range(back):
        month = issuing.month_before(month[0])
    return month


def _lost(world: World, code: str, start: datetime, end: datetime | None, why: str, **more: Any) -> Outage:
    made: Outage = Outage.objects.create(
        service=world.services[code], source=Outage.Source.MONITORING, monitor="zabbix", monitor_key=f"{code}/up/{start:%Y%m%d%H}",
        started_at=start, ended_at=end, evidence=why, affected_users=more.pop("users", None), **more,
    )  # fmt: skip
    return made


def _documents(world: World, at: datetime) -> None:
    """Last month of the document service: two reports of one outage, an overrun, and a typhoon."""
    first = _month(at, 1)[0]
    fifth, twentieth = first + 4 * DAY, first + 19 * DAY
    _lost(
        world,
        PAPERS,
        fifth + 9 * HOUR,
        fifth + 15 * HOUR,
        "應用伺服器記憶體不足，四小時後切換異地備援",
        standby_at=fifth + 13 * HOUR,
    )
    _lost(world, PAPERS, fifth + 14 * HOUR, fifth + 19 * HOUR, "同一事故之第二筆通報")
    monday = _third_monday(first)
    _lost(
        world, PAPERS, monday + 18 * HOUR, monday + 19 * HOUR + 30 * MINUTE, "系統維護，超出計畫 30 分鐘", kind=Outage.Kind.PLANNED,
        planned_from=monday + 18 * HOUR, planned_until=monday + 19 * HOUR, announced_at=monday - 8 * DAY,
    )  # fmt: skip
    storm = _lost(world, PAPERS, twentieth - HOUR, twentieth + 10 * HOUR, "颱風停電")
    proof = "臺北市政府停班公告、台電停電紀錄"
    claim = _claimed(
        world, storm, claims.USUAL[0], twentieth, twentieth + 9 * HOUR, "颱風來襲，全區停電。", proof, by="chen",
    )  # fmt: skip
    decided = twentieth + 3 * DAY
    claims.decide(claim, approve=True, note="與公告時段相符。", by=world.people[MANAGER], at=decided)
    claims.object_to(
        claim, words="教務處認為備援應於六小時內啟用，請於服務審查說明。", by=world.people[MANAGER], at=decided + DAY
    )


def _third_monday(first: datetime) -> datetime:
    return first + timedelta(days=(7 - timezone.localtime(first).weekday()) % 7 + 14)


def _carrier(world: World, at: datetime) -> None:
    """A fault of the carrier a few days ago, whose exclusion waits; and a slow connection."""
    start = at - 4 * DAY
    fault = _lost(world, NET, start, start + 2 * HOUR, "電信業者光纜遭挖斷", users=1800)
    _claimed(
        world, fault, claims.USUAL[1], start, start + 2 * HOUR, "外線光纜遭道路工程挖斷。", "電信業者障礙通知單", by="liu", at=at - 2 * DAY
    )  # fmt: skip
    _lost(
        world,
        "vpn",
        at - 9 * DAY,
        at - 9 * DAY + 3 * HOUR,
        "頻寬不足，連線緩慢",
        kind=Outage.Kind.DEGRADED,
        weight_percent=50,
    )


def _claimed(
    world: World, outage: Outage, clause: claims.Clause, start: datetime, end: datetime, why: str, proof: str, *, by: str,
    at: datetime | None = None,
) -> ExclusionClaim:  # fmt: skip
    offered = {one.code: one for one in claims.clauses_of(outage.service, at=at or end + DAY)}
    return claims.claim(
        outage.service, clause=offered.get(clause.code, clause), started_at=start, ended_at=end, reason=why, evidence=proof,
        by=world.people[by], at=at or end + DAY, outage=outage,
    )  # fmt: skip


def _issued(world: World, at: datetime) -> None:
    """Freeze the months that are over, and issue one of them anew after a correction."""
    by = world.people[MANAGER]
    for back in range(3, 0, -1):
        start, end = _month(at, back)
        for code in (ROOM, PAPERS, NET) if issuing.freezes_at(end) <= at else ():
            issuing.issue(world.services[code], start, end, at=issuing.freezes_at(end), by=by)
    start, end = _month(at, 2)
    wrong = Outage.objects.get(service=world.services[ROOM], started_at__gte=start, started_at__lt=end)
    fixed = min(end + 12 * DAY, at)
    outages.correct(
        wrong, {"ended_at": wrong.started_at + 52 * MINUTE}, reason="配電紀錄顯示 52 分鐘後才全數復電", by=by, at=fixed
    )
    issuing.issue(world.services[ROOM], start, end, at=fixed, by=by, reason="更正機房中斷結束時間")


def _upkeep(at: datetime) -> None:
    """Lay down half a year of maintenance, one turn of it missed, and raise what comes next."""
    today = timezone.localtime(at).date()
    for plan in maintenance.plans_in_force(at=at):
        for slot in (
            maintenance.slots(plan, start=today - 180 * DAY, end=today - 2 * DAY) if plan.row.service_id else ()
        ):
            _turned(plan, slot)
    missed = MaintenanceTurn.objects.filter(interrupts=False).order_by("-starts_at", "pk")[1:2]
    for turn in missed:
        MaintenanceTurn.objects.filter(pk=turn.pk).update(done_at=None, missed_at=turn.ends_at + DAY, note="廠商未到場")
    upkeep.tend(at)
    for plan, slot in _next(at)[:2]:
        upkeep.raise_turn(plan, slot, at=at)


def _next(at: datetime) -> list[tuple[Any, maintenance.Slot]]:
    """List what comes within two months, the soonest first."""
    today = timezone.localtime(at).date()
    found = [
        (plan, slot)
        for plan in maintenance.plans_in_force(at=at)
        for slot in maintenance.slots(plan, start=today + DAY, end=today + 60 * DAY)
        if plan.row.service_id
    ]
    return sorted(found, key=lambda pair: (pair[1].starts_at, pair[0].pk))


def _turned(plan: Any, slot: maintenance.Slot) -> None:
    words = {"plan": plan, "subject_en": plan.subject_en, "interrupts": plan.interrupts}
    told = slot.starts_at - timedelta(days=plan.notice_days + 1)
    times = {"starts_at": slot.starts_at, "ends_at": slot.ends_at, "announced_at": told, "done_at": slot.ends_at}
    MaintenanceTurn.objects.get_or_create(
        service=plan.row.service, subject_zh=plan.subject_zh, planned_on=slot.day, defaults=words | times
    )


def remove(services: list[str]) -> None:
    """Take it out again: what people of the demo claimed, was issued of its services, and outages without a case."""
    with pgtrigger.ignore("sla.AvailabilityIssue:availability_never_deleted"):
        AvailabilityIssue.objects.filter(service__code__in=services).delete()
    ExclusionClaim.objects.filter(requested_by__is_demo=True).delete()
    MaintenanceTurn.objects.filter(service__code__in=services).delete()
    Outage.objects.filter(service__code__in=services, ticket=None, claims=None).delete()
