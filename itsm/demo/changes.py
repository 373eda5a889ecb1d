"""Changes that are alive when somebody looks around: standard, minor, major before the board, an emergency of last night."""
# ruff: noqa: E501  (sentences read best on one line)

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from changes import plan, services, standard
from changes.asks import QUESTIONS
from changes.models import Change, StandardTemplate
from itsm.demo import ups
from itsm.demo.world import Case, World
from itsm.records.links import link
from itsm.records.models import LinkKind
from itsm.tickets.models import Ticket

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MANAGER, BOARD = "gao", "huang"
ASSESSED = (
    "resources",
    "security_assessment",
    "capacity_assessment",
    "availability_assessment",
    "continuity_assessment",
    "sla_assessment",
)
POOL = (
    "1. 公告維護時段 (5)\n2. 備份連線池設定 (5)\n3. 調整 AP-1、AP-2 連線池上限並重新載入 (10)\n4. 簽核流程冒煙測試 (10)"
)
POOL_BACK = "1. 還原備份之設定 (3)\n2. 重新載入並複測 (5)"


def tell(world: World, at: datetime) -> None:
    """Let all of it happen."""
    proofs = [_pool(world, at - days * DAY) for days in (75, 48, 26)]
    template = _template(world, proofs, at)
    _standard(world, template, at)
    _suspended(world, proofs, at)
    _backed_out(world, at)
    _in_review(world, at)
    _major(world, at)
    _running(world, at)
    _emergency(world, at)
    services.report_unauthorised(
        title="防火牆 FW-01 規則 212 未經申請遭開放", description="稽核比對時發現規則 212 對外開放 3389 埠，查無對應之變更申請。",
        found_how="組態稽核：與上月基準比對", by=world.people["ma"], service=world.services["campus-network"], at=at - 30 * HOUR,
    )  # fmt: skip


def request(world: World, who: str, title: str, text: str, *, service: str, at: datetime, **more: Any) -> Case:
    """Draft a request for change."""
    change = services.draft(
        title=title, by=world.people[who], description=text, service=world.services[service], at=at, **more
    )
    return Case(world, change, at=at)


def rfc(start: datetime, hours: float, **more: Any) -> dict[str, Any]:
    """Give what a minor request is submitted with."""
    known = {
        "reason_kind": "improve", "justification": "尖峰時段簽核逾時，連線池不足。", "impact_text": "重新載入期間簽核中斷約 5 分鐘。",
        "plan": POOL, "test_plan": "測試環境壓力測試 200 人同時簽核。", "backout_plan": POOL_BACK,
        "communication_plan": "前一工作日公告於首頁與信件。", "no_ci_reason": "僅調整參數，組態項目屬性不變。",
        "window_start": start, "window_end": start + hours * HOUR, "expected_downtime_min": 5,
    }  # fmt: skip
    return known | more


def assessed(case: Case, name: str, points: int = 1, **more: Any) -> Case:
    """Let it be assessed and classified."""
    case.after(60).move("begin_assessment", MANAGER, assessor=case.person("sun"))
    answers = dict.fromkeys(QUESTIONS, str(points)) | dict.fromkeys(ASSESSED, "已評估，無額外需求。")
    return case.after(90).move(name, MANAGER, impact_text=case.record.impact_text, **(answers | more))


def authorised(case: Case, implementer: str, **more: Any) -> Case:
    """Let the change manager authorise it."""
    record = case.record
    given = {
        "window_start": record.window_start, "window_end": record.window_end, "implementer": case.person(implementer),
        "communication_plan": record.communication_plan, "backout_plan": record.backout_plan, "test_result": "測試環境通過，附壓測報告。",
    }  # fmt: skip
    return case.after(45).move("approve_implementation", MANAGER, **(given | more))


def carried_out(case: Case, who: str, *, minutes: int = 32, outcome: str = "successful") -> Case:
    """Carry it out step by step, from three minutes after its window opens."""
    start = case.record.window_start + timedelta(minutes=3)
    case.at = start
    case.move("start_implementation", who, actual_start=start)
    moment = start
    for step in case.record.steps.filter(path="plan").order_by("place"):
        plan.mark(step, state="running", by=case.person(who), at=moment)
        moment += timedelta(minutes=step.planned_minutes + (2 if step.place == 3 else 0))
        plan.mark(step, state="done", by=case.person(who), at=moment)
    case.at = max(moment, start + timedelta(minutes=minutes))
    return case.move("complete_implementation", who, actual_end=case.at, outcome=outcome)


def reviewed(case: Case, **more: Any) -> Case:
    """Review it two days later, and close it."""
    told = {
        "pir_met": "yes", "pir_incidents": "72 小時內無。", "pir_sla": "停機 5 分鐘，未影響月可用率目標。",
        "lessons": "依步驟執行，時間足夠。", "pir_next": "無。", "cmdb_note": "屬性無異動。",
    }  # fmt: skip
    return case.after(2880).move("close", MANAGER, **(told | more))


def _pool(world: World, at: datetime) -> Change:
    """A minor change that went well from its request to its review."""
    case = request(
        world,
        "kuo",
        "公文系統連線池上限調整",
        "依監控建議調整公文系統應用伺服器連線池上限。",
        service="documents",
        at=at,
    )
    case.after(20).move("submit", "kuo", **rfc(at + 3 * DAY, 2))
    authorised(assessed(case, "classify_minor"), "yang")
    made: Change = reviewed(carried_out(case, "yang")).record
    return made


def _template(world: World, proofs: list[Change], at: datetime) -> StandardTemplate:
    """A standard change that three earlier ones prove, in force."""
    made = standard.propose(
        code="pool-size", name="公文系統連線池上限調整", by=world.people["kuo"], proof=proofs, at=at - 20 * DAY,
        service=world.services["documents"], steps=POOL, test_plan="簽核流程冒煙測試。", backout_plan=POOL_BACK, max_minutes=120,
    )  # fmt: skip
    standard.approve(
        made, by=world.people[BOARD], valid_until=_day(at + 300 * DAY), note="三次皆成功，風險低。", at=at - 18 * DAY
    )
    return made


def _day(moment: datetime) -> date:
    return moment.date()


def _standard(world: World, template: StandardTemplate, at: datetime) -> None:
    """One use of the template that is over, and one that comes tomorrow."""
    used = request(world, "kuo", template.name, "月結前預先調整。", service="documents", at=at - 9 * DAY)
    given = {"template": template.code, "implementer": world.people["yang"], "no_ci_reason": "僅調整參數。"}
    start = at - 8 * DAY
    used.after(10).move("submit_standard", "kuo", window_start=start, window_end=start + 2 * HOUR, **given)
    reviewed(carried_out(used, "yang"))
    coming = request(world, "kuo", template.name, "學期末公文量增加，預先調整。", service="documents", at=at - 3 * HOUR)
    start = at + DAY
    coming.after(10).move("submit_standard", "kuo", window_start=start, window_end=start + 2 * HOUR, **given)


def _suspended(world: World, proofs: list[Change], at: datetime) -> None:
    """A standard change that failed twice and has suspended itself."""
    made = standard.propose(
        code="switch-port", name="教室交換器連接埠開通", by=world.people["liu"], proof=proofs, at=at - 60 * DAY,
        service=world.services["campus-network"], steps="1. 確認配線 (5)\n2. 設定 VLAN 並啟用連接埠 (10)\n3. 測試連線 (5)", test_plan="",
        backout_plan="停用連接埠並還原 VLAN (5)", max_minutes=60,
    )  # fmt: skip
    standard.approve(made, by=world.people[BOARD], valid_until=_day(at + 200 * DAY), at=at - 58 * DAY)
    for days, outcome in ((40, "successful"), (21, "failed"), (6, "failed")):
        case = request(world, "liu", made.name, "教室擴增座位。", service="campus-network", at=at - days * DAY)
        start = at - days * DAY + 5 * HOUR
        case.after(5).move(
            "submit_standard", "liu", template=made.code, window_start=start, window_end=start + HOUR,
            implementer=world.people["chen"], no_ci_reason="連接埠不列管。",
        )  # fmt: skip
        carried_out(case, "chen", minutes=24, outcome=outcome)
        follow = (
            {}
            if outcome == "successful"
            else {"follow_up": "nothing", "pir_met": "no", "lessons": "VLAN 表未更新，範本步驟須檢討。"}
        )
        reviewed(case, **follow)


def _backed_out(world: World, at: datetime) -> None:
    """A change that was backed out, and waits for its review."""
    case = request(
        world,
        "liu",
        "核心交換器韌體升級",
        "升級 core-sw-1 韌體以修正已知錯誤。",
        service="campus-network",
        at=at - 6 * DAY,
    )
    words = {"reason_kind": "fix", "justification": "韌體已知錯誤造成介面重置。", "impact_text": "骨幹中斷 10 分鐘。", "expected_downtime_min": 10,
             "plan": "1. 備份設定 (10)\n2. 上傳韌體 (20)\n3. 重新開機 (10)\n4. 驗證路由 (15)", "backout_plan": "以前版韌體開機 (10)"}  # fmt: skip
    case.after(30).move("submit", "liu", **rfc(at - 2 * DAY, 3, **words))
    authorised(assessed(case, "classify_minor", 3), "yang", backout_tested=True)
    case.at = case.record.window_start + timedelta(minutes=5)
    case.move("start_implementation", "yang", actual_start=case.at)
    for step in case.record.steps.filter(path="plan").order_by("place")[:2]:
        plan.mark(step, state="running", by=case.person("yang"), at=case.at)
        case.after(step.planned_minutes - 1)
        plan.mark(step, state="done", by=case.person("yang"), at=case.at)
    failed = case.record.steps.get(path="plan", place=3)
    plan.mark(failed, state="running", by=case.person("yang"), at=case.at)
    case.after(14)
    plan.mark(failed, state="failed", by=case.person("yang"), note="重新開機後 OSPF 鄰居無法建立。", at=case.at)
    case.after(12).move("back_out", "yang", reason="重新開機後路由未收斂。", restored="以前版韌體開機，設定還原。")


def _in_review(world: World, at: datetime) -> None:
    """A minor change that waits for its authorisation."""
    case = request(
        world,
        "yang",
        "校務資料庫統計資訊更新排程調整",
        "將統計資訊更新由週日改為週三凌晨。",
        service="documents",
        at=at - 30 * HOUR,
    )
    words = {"justification": "週日備份與統計更新重疊，查詢變慢。", "impact_text": "無停機。", "expected_downtime_min": 0,
             "plan": "1. 停用舊排程 (2)\n2. 建立新排程 (5)\n3. 手動執行一次 (30)", "backout_plan": "恢復舊排程 (3)"}  # fmt: skip
    case.after(30).move("submit", "yang", **rfc(at + 4 * DAY, 2, **words))
    assessed(case, "classify_minor")


def _major(world: World, at: datetime) -> None:
    """A major change before the board, born of the battery that failed."""
    case = ups.change_asked(world, at=at - 4 * DAY)
    words = {
        "reason_kind": "lifecycle", "justification": "電池模組已逾壽命，備援時間不足 3 分鐘。", "impact_text": "更換期間 R07、R08 機櫃由市電 B 路供電，無備援。",
        "plan": "1. 將 R07、R08 負載移轉至市電 B 路 (20)\n2. UPS-02 旁路並斷電 (10)\n3. 更換電池組 (60)\n4. 充電與放電測試 (30)\n5. 負載移回並確認告警 (15)",
        "test_plan": "廠商出廠測試報告；更換後放電測試 10 分鐘。", "backout_plan": "1. 維持旁路，裝回原電池 (40)\n2. 申請移動式 UPS 支援 (60)",
        "communication_plan": "通知受影響之服務負責人與行政單位，前三日公告。",
        "expected_downtime_min": 20,
    }  # fmt: skip
    words["no_ci_reason"] = "電池組列為 UPS-02 之耗材，完成後更新其屬性。"
    case.after(50).move("submit", "chen", **rfc(at + 12 * DAY, 3, **words))
    assessed(case, "classify_major", 3, agreed_risk=20, resources="廠商 4 人、機電組 2 人，費用 125 萬元。")
    found = Ticket.objects.filter(title__startswith="UPS-02 電池模組告警", requester__is_demo=True).first()
    if found is not None:
        link(case.record, found, kind=LinkKind.RELATED_TO, by=world.people["chen"], at=case.at, auto=True)


def _running(world: World, at: datetime) -> None:
    """A change that is being carried out now, two of its steps done."""
    case = request(
        world, "yang", "郵件閘道憑證更新", "更換 mx1、mx2 之 TLS 憑證。", service="mail-accounts", at=at - 5 * DAY
    )
    words = {"reason_kind": "security", "justification": "憑證將於下週到期。", "impact_text": "更換時寄信延遲數分鐘。", "expected_downtime_min": 0,
             "plan": "1. 備份現有憑證 (5)\n2. 更換 mx1 憑證並重新載入 (10)\n3. 驗證 mx1 (5)\n4. 更換 mx2 憑證並重新載入 (10)\n5. 外部收發測試 (15)", "backout_plan": "還原舊憑證 (5)"}  # fmt: skip
    case.after(30).move("submit", "yang", **rfc(at - timedelta(minutes=30), 2, **words))
    authorised(assessed(case, "classify_minor"), "kuo")
    case.at = at - timedelta(minutes=24)
    case.move("start_implementation", "kuo", actual_start=case.at)
    for step, took in zip(case.record.steps.filter(path="plan").order_by("place")[:2], (4, 12), strict=True):
        plan.mark(step, state="running", by=case.person("kuo"), at=case.at)
        case.after(took)
        plan.mark(step, state="done", by=case.person("kuo"), at=case.at)
    plan.mark(case.record.steps.get(path="plan", place=3), state="running", by=case.person("kuo"), at=case.at)


def _emergency(world: World, at: datetime) -> None:
    """An emergency of last night, authorised by one person alone; its forms are owed."""
    case = request(
        world,
        "liu",
        "VPN 閘道緊急修補遠端執行弱點",
        "原廠緊急公告之弱點已遭利用，需立即修補。",
        service="vpn",
        at=at - 15 * HOUR,
    )
    case.after(4).move(
        "submit_emergency", "liu", justification="弱點已遭利用，偵測到異常連線嘗試。", emergency_basis="vulnerability",
        impact_text="重新啟動期間 VPN 中斷約 10 分鐘。", backout_plan="回復前一版映像檔 (10)", implementer=case.person("yang"),
    )  # fmt: skip
    case.after(9).move(
        "authorize_emergency", BOARD, authoriser=case.person(BOARD), auth_channel="phone", break_glass=True,
        reason="凌晨無法聯繫其他成員，值班主管單獨決定。",
    )  # fmt: skip
    start = case.at + timedelta(minutes=6)
    case.at = start + timedelta(minutes=38)
    case.move("complete_emergency", "yang", actual_start=start, actual_end=case.at, outcome="successful")
