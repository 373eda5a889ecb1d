"""Releases of the demo: one in its early life, one being deployed, one in acceptance, an emergency that owes its forms."""
# ruff: noqa: E501  (sentences read best on one line)

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from changes.asks import QUESTIONS
from changes.models import Change
from incidents import services as raising
from itsm.demo.world import World
from itsm.people.models import Person
from itsm.records.links import link
from itsm.records.models import LinkKind
from itsm.records.perform import open_record, perform
from releases import services
from releases.models import Release
from releases.receive import draft_release

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ASSESSED = (
    "resources",
    "security_assessment",
    "capacity_assessment",
    "availability_assessment",
    "continuity_assessment",
    "sla_assessment",
)


def tell(world: World, *, at: datetime) -> None:
    """Tell all of it, each relative to ``at``."""
    watched(world, at)
    deploying(world, at)
    in_acceptance(world, at)
    emergency(world, at)


def _people(world: World) -> tuple[Person, Person, Person]:
    return world.people["kuo"], world.people["yang"], world.people["gao"]


def _scheduled(
    world: World, title: str, text: str, *, service: str, start: datetime, end: datetime, at: datetime
) -> Any:
    """Lead a minor change to its schedule; Kuo asks for it, Yang carries it out, Gao authorises it."""
    asker, doer, owner = _people(world)
    change = open_record(
        Change, by=asker, at=at, channel="portal", title=title, description=text, requester=asker, unit_id=asker.unit_id,
        service=world.services[service], received_at=at,
    )  # fmt: skip
    change = perform(
        change, "submit", by=asker, at=at + HOUR, reason_kind="improve", justification=text, impact_text="部署期間服務中斷約 5 分鐘。",
        plan="依發行單逐波部署。", test_plan="測試環境完整驗收。", backout_plan="還原前一版映像檔。", communication_plan="前一日公告。",
        window_start=start, window_end=end, no_ci_reason="受影響項目記於發行單內容。",
    )  # fmt: skip
    change = perform(change, "begin_assessment", by=owner, at=at + 2 * HOUR, assessor=doer)
    given: dict[str, Any] = (
        dict.fromkeys(QUESTIONS, "1") | dict.fromkeys(ASSESSED, "無顯著影響。") | {"impact_text": "影響有限。"}
    )
    change = perform(change, "classify_minor", by=owner, at=at + 3 * HOUR, **given)
    return perform(
        change, "approve_implementation", by=owner, at=at + 4 * HOUR, window_start=start, window_end=end, implementer=doer,
        communication_plan="前一日公告。", backout_plan="還原前一版映像檔。", backout_tested=True, test_result="測試通過。",
        conflict_override="與例行維護錯開。",
    )  # fmt: skip


def _planned(world: World, change: Any, *, title: str, label: str, contents: str, targets: str, at: datetime) -> Any:
    asker, _doer, owner = _people(world)
    release = draft_release([change], title=title, by=asker, at=at)
    release = perform(
        release, "request_release", by=asker, at=at, release_type="minor", label=label, contents=contents, targets=targets,
        planned_at=change.window_start, planned_end=change.window_end, method="phased", criteria="簽核 100 件無錯誤\n登入與查詢正常\n回應時間低於 2 秒",
        rollback_plan="還原前一版映像檔，約 10 分鐘。", fixes="無", early_life_days=7,
    )  # fmt: skip
    return perform(release, "start_build", by=owner, at=at + HOUR, test_environment="測試區 TEST-1")


def _approved(world: World, release: Any, *, at: datetime) -> Any:
    asker, doer, owner = _people(world)
    for row in release.criteria.order_by("pk"):
        services.sign(release, row.pk, result="passed", evidence="驗收紀錄附件", by=world.people["lin"], at=at)
    release = perform(release, "submit_for_review", by=asker, at=at, acceptance_record="測試環境驗收全數通過。")
    return perform(
        release, "approve_release", by=owner, at=at + HOUR, planned_at=release.planned_at, planned_end=release.planned_end, method="phased",
        deliverables="安裝包、部署手冊", implementer=doer, rollback_plan=release.rollback_plan, rollback_tested=True,
    )  # fmt: skip


def _deploy(release: Any, doer: Person, *, most: int, version: str, at: datetime) -> None:
    for number, row in enumerate(release.deployments.order_by("wave", "pk")[:most]):
        row = perform(row, "begin", by=doer, at=at + timedelta(minutes=10 * number))
        perform(
            row, "succeed", by=doer, at=at + timedelta(minutes=10 * number + 8), version_put=version, evidence="版本頁截圖",
            downtime_minutes=2,
        )  # fmt: skip


def watched(world: World, now: datetime) -> None:
    """A release that was deployed two days ago and is watched; one incident came of it."""
    _asker, doer, _owner = _people(world)
    start = now - 2 * DAY
    change = _scheduled(
        world,
        "公文系統升級至 5.4",
        "改善簽核效能並修正附件預覽。",
        service="documents",
        start=start,
        end=start + 3 * HOUR,
        at=start - 6 * DAY,
    )
    release = _planned(
        world, change, title="公文系統 5.4", label="5.4.0", contents="公文主程式: 5.3.2 -> 5.4.0\n附件預覽元件: 2.1 -> 2.2",
        targets="測試: 公文測試機\n正式: 公文主機一、公文主機二", at=start - 5 * DAY,
    )  # fmt: skip
    release = _approved(world, release, at=start - 3 * DAY)
    perform(change, "start_implementation", by=doer, at=start, actual_start=start)
    release = Release.objects.get(pk=release.pk)
    _deploy(release, doer, most=3, version="5.4.0", at=start + timedelta(minutes=5))
    release = perform(release, "complete_deployment", by=doer, at=start + HOUR, outcome="with_issues")
    change = Change.objects.get(pk=change.pk)
    perform(change, "complete_implementation", by=doer, at=start + HOUR, actual_end=start + HOUR, outcome="with_issues")
    case = raising.raise_incident(
        by=world.people["user09"], requester=world.people["user09"], title="公文附件預覽偶爾空白", description="昨天升級後發生。",
        service=world.services["documents"], at=start + 20 * HOUR,
    )  # fmt: skip
    link(case, release, kind=LinkKind.CAUSED_BY_CHANGE, by=world.people["lin"], at=start + 21 * HOUR)


def deploying(world: World, now: datetime) -> None:
    """A release that is being deployed right now: the second wave has a target that failed."""
    _asker, doer, _owner = _people(world)
    start = now - timedelta(minutes=40)
    change = _scheduled(
        world,
        "VPN 閘道韌體更新",
        "更新韌體以支援新版用戶端。",
        service="vpn",
        start=start,
        end=start + 4 * HOUR,
        at=start - 4 * DAY,
    )
    release = _planned(
        world, change, title="VPN 閘道韌體 9.1", label="9.1.3", contents="閘道韌體: 9.0.8 -> 9.1.3",
        targets="測試: VPN 測試閘道\n正式: VPN 閘道一\n正式: VPN 閘道二", at=start - 3 * DAY,
    )  # fmt: skip
    _approved(world, release, at=start - 2 * DAY)
    perform(change, "start_implementation", by=doer, at=start, actual_start=start)
    release = Release.objects.get(pk=release.pk)
    _deploy(release, doer, most=1, version="9.1.3", at=start + timedelta(minutes=2))
    second = release.deployments.order_by("wave", "pk")[1]
    second = perform(second, "begin", by=doer, at=start + timedelta(minutes=20))
    perform(
        second,
        "fail",
        by=doer,
        at=start + timedelta(minutes=31),
        error="重新開機後憑證鏈不完整，用戶端無法連線。",
        downtime_minutes=6,
    )


def in_acceptance(world: World, now: datetime) -> None:
    """A release whose acceptance is half signed, planned for next week."""
    start = now + 6 * DAY
    change = _scheduled(
        world,
        "網站改版第二階段",
        "更新首頁與公告模組。",
        service="documents",
        start=start,
        end=start + 4 * HOUR,
        at=now - 3 * DAY,
    )
    release = _planned(
        world, change, title="全校網站 2.0", label="2.0.0", contents="網站前端: 1.8 -> 2.0.0\n公告模組: 1.2 -> 1.3",
        targets="預備: 網站預備機\n正式: 網站主機", at=now - 2 * DAY,
    )  # fmt: skip
    first = release.criteria.order_by("pk").first()
    services.sign(release, first.pk, result="passed", evidence="測試報告第 3 頁", by=world.people["lin"], at=now - DAY)


def emergency(world: World, now: datetime) -> None:
    """An emergency release of last night whose forms are still owed."""
    asker, doer, owner = _people(world)
    start = now - 14 * HOUR
    change = open_record(
        Change, by=asker, at=start, channel="portal", title="郵件伺服器緊急修補", description="弱點正遭利用。", requester=asker,
        unit_id=asker.unit_id, service=world.services["mail-accounts"], received_at=start,
    )  # fmt: skip
    change = perform(
        change, "submit_emergency", by=asker, at=start, justification="弱點正遭利用，須立即修補。", emergency_basis="vulnerability",
        impact_text="郵件服務中斷約 3 分鐘。", backout_plan="移除修補並還原快照。", implementer=doer,
    )  # fmt: skip
    perform(
        change, "authorize_emergency", by=owner, at=start + timedelta(minutes=8), authoriser=owner, auth_channel="phone"
    )
    release = draft_release([change], title="郵件伺服器修補 8.2.1-p3", by=asker, at=start + timedelta(minutes=9))
    release = perform(
        release, "start_emergency", by=doer, at=start + timedelta(minutes=12), change=change, targets="正式: 郵件主機", contents="郵件伺服器: 8.2.1 -> 8.2.1-p3"
    )  # fmt: skip
    _deploy(release, doer, most=1, version="8.2.1-p3", at=start + timedelta(minutes=14))
    perform(release, "complete_emergency", by=doer, at=start + timedelta(minutes=40), outcome="successful")
