"""The demo's catalogue: its editions, a new service on its way, one that was removed, an order that opened a change."""
# ruff: noqa: E501  (a table reads best with one row on one line)

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from catalogue.editions import services as editions
from catalogue.models import RequestItem, Service, ServiceEdition, ServiceTransition
from catalogue.transition.services import sign_criterion
from changes.models import Change
from itsm.demo.catalogue_entries import ENTRIES, ESCALATION_EN, ESCALATION_ZH
from itsm.demo.world import Case, World
from itsm.flow import Move
from itsm.records import register
from itsm.records.links import link
from itsm.records.models import LinkKind
from itsm.records.perform import open_record, perform

#: Services that are not on offer: code and Chinese name, as the removal finds them.
SERVICES = [("fax-server", "網路傳真"), ("online-forms", "線上申請表單")]
DAY = timedelta(days=1)
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


def _change(world: World, title: str, text: str, state: str, at: datetime, **more: Any) -> Any:
    """Open a change as it stands now: what the board said of it is not told here."""
    requester = world.people["kuo"]
    return open_record(
        Change, by=requester, at=at, channel="portal", title=title, description=text, requester=requester, unit_id=requester.unit_id,
        received_at=at, change_class="major", class_basis=["service_change"], justification=text, state=state, needs_transition=True,
        **more,
    )  # fmt: skip


def _removed(world: World, at: datetime) -> None:
    """A service that was removed two months ago, with its checklist."""
    then, sun, ma = at - 60 * DAY, world.people["sun"], world.people["ma"]
    like = world.services["mail-accounts"]
    gone = Service.objects.create(
        code="fax-server", name_zh="網路傳真", name_en="Network fax", lifecycle=Service.Lifecycle.RETIRED, hours=like.hours,
        support_team=like.support_team, second_line_team=like.second_line_team, owner=sun, criticality=4,
        description_zh="以電子郵件收發傳真。", description_en="Faxes by e-mail.",
    )  # fmt: skip
    change = _change(
        world, "停止網路傳真服務", "使用量低於每月十件。", "closed", then, service=gone, outcome="successful",
        closer=world.people["gao"], closed_at=then,
    )  # fmt: skip
    record = open_record(
        ServiceTransition, by=ma, at=then, title="停止網路傳真服務", service=gone, requester=change.requester, owner=sun, state="closed",
        transition_kind="remove", customer="全校各單位", need="使用量低於每月十件，維運成本過高。", budget_source="無", went_live=True,
        live_on=then.date(), accepted_by=sun, accepted_at=then, built_by=ma, achieved="釋出兩張數據卡與一台主機。", reported_to="服務管理審查委員會",
    )  # fmt: skip
    link(change, record, kind=LinkKind.DESIGNED_BY, by=ma, at=then, auto=True)
    from catalogue.transition.checklists import REMOVAL

    for position, row in enumerate(REMOVAL, 1):
        record.checks.create(
            code=row.code, position=position, before_live=row.before, choice="move" if row.choices else "", answer="已完成", done_by=sun,
            done_at=then, happened_on=(then - 30 * DAY).date() if row.dated else None,
        )  # fmt: skip


def _new_service(world: World, at: datetime) -> None:
    """A new service whose acceptance is being signed."""
    ma, sun = world.people["ma"], world.people["sun"]
    start = at - 25 * DAY
    change = _change(world, "新增線上申請表單服務", "學生可線上申請各項證明。", "service_transition", start)
    receive = register.process("service_transition").receive
    assert receive is not None  # the catalogue registers it
    record = receive(change, move=Move("cab_approve", world.people["gao"], start), why="designed_by")
    link(change, record, kind=LinkKind.DESIGNED_BY, by=world.people["gao"], at=start, auto=True)
    given: dict[str, Any] = {
        "transition_kind": "new", "service_code": "online-forms", "name_zh": "線上申請表單", "name_en": "Online forms", "owner": sun,
        "customer": "教務處", "need": "學生可線上申請成績單與在學證明。", "budget_source": "校務基金",
    }  # fmt: skip
    record = perform(record, "accept_proposal", by=ma, at=start + DAY, **given)
    record = perform(record, "finish_plan", by=ma, at=start + 4 * DAY, **PLAN)
    record = perform(record, "finish_design", by=sun, at=start + 10 * DAY, **DESIGN)
    record = perform(record, "finish_build", by=ma, at=start + 22 * DAY, build_record="版本 1.0 已部署於測試環境。")
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
