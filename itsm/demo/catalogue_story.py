"""The demo's catalogue: its editions, a new service on its way, one that was removed, an order that opened a change."""
# ruff: noqa: E501  (a table reads best with one row on one line)

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from catalogue.editions import services as editions
from catalogue.models import RequestItem, Service, ServiceEdition, ServiceTransition
from catalogue.transition.services import answer_check, sign_criterion
from itsm.demo import catalogue_changes as behind
from itsm.demo.catalogue_entries import ENTRIES, ESCALATION_EN, ESCALATION_ZH
from itsm.demo.world import Case, World
from itsm.records.perform import perform

#: Services that are not on offer: code and Chinese name, as the removal finds them.
SERVICES = [("fax-server", "網路傳真"), ("online-forms", "線上申請表單")]
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
DESIGN: dict[str, Any] = {
    "design_roles": "應用組負責維運，服務台受理諮詢。", "design_parties": "教務處提供表單內容，應用組建置。", "design_resources": "兩名工程師四週，虛擬主機一台。",
    "design_agreements": "增列服務目錄一項；服務水準協議增列可用率 98%。", "design_measures": "每月申請件數、完成時間、滿意度。",
    "design_security": "單一簽入，個資欄位加密。", "design_continuity": "每日備份，異地還原四小時。",
}  # fmt: skip
PLAN: dict[str, Any] = {
    "authorities": "教務長核定需求，服務負責人核定設計。", "activities": "需求訪談、建置、試辦、上線。", "resources": "應用組兩人、教務處一人。",
    "timescales": "六週，下月一日上線。", "risks": "學期初尖峰負載。", "dependencies": "帳號服務、電子郵件。", "test_approach": "功能測試與五百人壓力測試。",
    "outcomes": "每月五百件申請，紙本減少八成。", "criteria": "五百人同時填寫，回應 2 秒內 | 壓力測試\n中英文介面皆完整 | 走查\n個資欄位加密 | 資安檢測",
}  # fmt: skip
REMOVAL_PLAN: dict[str, Any] = {
    "authorities": "服務負責人核定，異動管理負責人執行。", "activities": "公告、移轉紀錄、關閉主機。", "resources": "系統組一人。",
    "timescales": "七週。", "risks": "少數單位仍以傳真對外。", "dependencies": "電子公文交換。", "test_approach": "移轉紀錄逐筆比對。",
    "outcomes": "釋出主機一台、數據卡兩張。", "criteria": "歷史紀錄全部移轉 | 筆數比對\n仍使用之單位皆有替代方式 | 訪談\n公告滿 14 日 | 公告紀錄",
}  # fmt: skip
REMOVAL_DESIGN: dict[str, Any] = {
    "design_roles": "系統組執行，服務台受理詢問。", "design_parties": "電信業者停用門號。", "design_resources": "一人三日。",
    "design_agreements": "服務目錄刪除一項；電信合約減項。", "design_measures": "停用後一個月詢問件數。",
    "design_security": "傳真紀錄移至檔案管理系統，主機硬碟抹除。", "design_continuity": "以電子公文交換與電子郵件替代。",
}  # fmt: skip
#: Answers to rows of the checklist of a removal.
ANSWERS = {
    "dependents": "無其他服務相依。", "agreements": "未列入任何服務水準協議。", "contracts": "電信合約下期減兩門號。",
    "data": "三年內紀錄移至檔案管理系統。", "users": "已發公告並去函仍使用之四個單位。", "items": "原有一項申請，停用。",
    "licences": "傳真軟體授權一套，不再續約。", "access": "收回六個帳號權限。", "knowledge": "兩篇說明改為替代方式。", "price": "無售價。",
}  # fmt: skip


def tell(world: World, *, at: datetime) -> None:
    """Tell the stories."""
    _publish(world, at)
    _removed(world, at)
    _new_service(world, at)
    _order_with_change(world, at)


def _publish(world: World, at: datetime) -> None:
    """Publish the first edition of every entry: its owner wrote it, somebody else approved it. One has a next draft."""
    then = at - 90 * DAY
    for code in ENTRIES:
        service = world.services[code]
        by, other = service.owner, world.people["sun" if service.owner.username == "director" else "director"]
        begun = editions.begin_draft(service, by=by, at=then)
        wrote = editions.write_draft(begun, _content(code), reason="首次發布", by=by, version=begun.version, at=then)
        editions.submit_draft(wrote, by=by, at=then)
        editions.approve_edition(wrote, by=other, effective_on=(then + DAY).date(), at=then)
    editions.take_effect(at=then + 2 * DAY)
    vpn = Service.objects.get(code="vpn")
    draft = editions.begin_draft(vpn, by=vpn.owner, at=at - 2 * DAY)
    more = {"audience_zh": "全校教職員與學生", "audience_en": "All staff and students"}
    draft = editions.write_draft(
        draft, more, reason="開放學生使用", by=vpn.owner, version=draft.version, at=at - 2 * DAY
    )
    editions.submit_draft(draft, by=vpn.owner, at=at - DAY)


def _content(code: str) -> dict[str, Any]:
    audience_zh, audience_en, hours_zh, hours_en, price, unit_zh, unit_en = ENTRIES[code]
    return {
        "audience_zh": audience_zh, "audience_en": audience_en, "frequency_zh": hours_zh, "frequency_en": hours_en, "price": price,
        "price_unit_zh": unit_zh, "price_unit_en": unit_en, "escalation_zh": ESCALATION_ZH, "escalation_en": ESCALATION_EN,
    }  # fmt: skip


def _removed(world: World, at: datetime) -> None:
    """A service that was removed two months ago: through the committee, its checklist, its change, to its report."""
    sun, ma = world.people["sun"], world.people["ma"]
    start = at - 110 * DAY
    gone = _fax(world, sun)
    case = behind.approved(
        world, "停止網路傳真服務", "使用量低於每月十件，維運成本過高。", at=start, window=start + 50 * DAY, service=gone,
        impact_text="仍使用者改以電子公文交換。", plan="1. 停止收發 (10)\n2. 移轉紀錄 (30)\n3. 關閉主機 (20)", backout_plan="1. 重新啟動主機 (15)",
    )  # fmt: skip
    record = behind.transition_of(case)
    then = case.at
    given: dict[str, Any] = {
        "transition_kind": "remove", "service": gone, "customer": "全校各單位", "need": "使用量低於每月十件，維運成本過高。",
        "budget_source": "無",
    }  # fmt: skip
    record = perform(record, "accept_proposal", by=ma, at=then + DAY, **given)
    for row in record.checks.all():
        choice = row.question.choices[0][0] if row.question.choices else ""
        day = (then + 2 * DAY).date() if row.question.dated else None
        answer_check(row, answer=ANSWERS.get(row.code, "已處理。"), by=sun, choice=choice, on=day, at=then + 3 * DAY)
    record = perform(record, "finish_plan", by=ma, at=then + 4 * DAY, **REMOVAL_PLAN)
    record = perform(record, "finish_design", by=sun, at=then + 8 * DAY, **REMOVAL_DESIGN)
    record = perform(record, "finish_build", by=ma, at=then + 14 * DAY, build_record="紀錄移轉程式與公告頁完成。")
    for row in record.criteria.all():
        sign_criterion(row, result="passed", evidence="移轉比對報告。", by=sun, at=then + 20 * DAY)
    record = perform(record, "pass_acceptance", by=sun, at=then + 21 * DAY, acceptance_note="三項皆通過。")
    case.at = then + 22 * DAY
    behind.scheduled(case)
    record = perform(record, "go_live", by=ma, at=case.record.window_start)
    behind.carried_out(case)
    live = case.record.window_start.date()
    record = perform(record, "finish_transition", by=ma, at=case.at + HOUR, live_on=live)
    perform(
        record, "finish_review", by=ma, at=case.at + 7 * DAY, achieved="釋出兩張數據卡與一台主機，無使用者反映。",
        reported_to="服務管理審查委員會",
    )  # fmt: skip


def _fax(world: World, owner: Any) -> Service:
    like = world.services["mail-accounts"]
    return Service.objects.create(
        code="fax-server", name_zh="網路傳真", name_en="Network fax", lifecycle=Service.Lifecycle.LIVE, hours=like.hours,
        support_team=like.support_team, second_line_team=like.second_line_team, owner=owner, criticality=4,
        description_zh="以電子郵件收發傳真。", description_en="Faxes by e-mail.",
    )  # fmt: skip


def _new_service(world: World, at: datetime) -> None:
    """A new service whose acceptance is being signed."""
    ma, sun = world.people["ma"], world.people["sun"]
    start = at - 27 * DAY
    case = behind.approved(
        world, "新增線上申請表單服務", "學生可線上申請各項證明。", at=start, window=at + 14 * DAY, impact_text="既有紙本流程並行一學期。",
        plan="1. 部署正式環境 (60)\n2. 匯入表單 (30)\n3. 冒煙測試 (30)", backout_plan="1. 關閉入口並還原 (20)",
    )  # fmt: skip
    record = behind.transition_of(case)
    given: dict[str, Any] = {
        "transition_kind": "new", "service_code": "online-forms", "name_zh": "線上申請表單", "name_en": "Online forms", "owner": sun,
        "customer": "教務處", "need": "學生可線上申請成績單與在學證明。", "budget_source": "校務基金",
    }  # fmt: skip
    record = perform(record, "accept_proposal", by=ma, at=case.at + DAY, **given)
    record = perform(record, "finish_plan", by=ma, at=case.at + 4 * DAY, **PLAN)
    record = perform(record, "finish_design", by=sun, at=case.at + 10 * DAY, **DESIGN)
    record = perform(record, "finish_build", by=ma, at=case.at + 22 * DAY, build_record="版本 1.0 已部署於測試環境。")
    sign_criterion(
        record.criteria.first(), result="passed", evidence="壓力測試報告：平均 1.2 秒。", by=sun, at=at - DAY
    )


def _order_with_change(world: World, at: datetime) -> None:
    """An order whose item opens a change."""
    RequestItem.objects.filter(code="host-change").update(opens_change=True)
    world.items["host-change"].opens_change = True
    case = Case.ordered(world, "user10", "host-change", "計畫分析資料庫記憶體不足。", at=at - timedelta(hours=20))
    case.after(30).second_line("lin", "systems", "請評估並以變更辦理。", engineer="yang")


def removable() -> list[int]:
    """Take out what hangs on the demo's transitions and name their keys."""
    transitions = ServiceTransition.objects.filter(requester__is_demo=True)
    keys = list(transitions.values_list("pk", flat=True))
    written = Q(drafted_by__is_demo=True) | Q(transition__in=keys)
    ServiceEdition.objects.filter(written).delete()
    return keys
