"""Customers, suppliers and complaints of the demo: told relative to now, so that they never look old."""
# ruff: noqa: E501  (sentences read best on one line)

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from itsm.demo import spending
from itsm.demo.world import Case, World
from itsm.hours.models import Calendar
from itsm.people.models import Organisation
from itsm.records.perform import open_record, perform
from itsm.tickets.models import Ticket
from relationships import suppliers
from relationships.action_register import agree, finish
from relationships.complaints import give_feedback, note_attempt, raise_complaint
from relationships.models import (
    Contract,
    Customer,
    CustomerContact,
    Feedback,
    ServiceReview,
    Supplier,
    SupplierCase,
    SupplierContact,
    SupplierDispute,
)

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
KEEPER = "sun"
#: code, Chinese and English name, criticality, lead, contact
FIRMS: tuple[tuple[str, str, str, int, str, tuple[str, str, str]], ...] = (
    ("power-works", "永續電力工程", "Sustained Power Works", 1, "", ("高經理", "維護經理", "02-2345-1000")),
    ("document-soft", "公文軟體", "Document Software", 1, "", ("客服中心", "技術支援", "02-2345-2000")),
    ("battery-lab", "電池檢測", "Battery Laboratory", 3, "power-works", ("羅技師", "檢測技師", "02-2345-3000")),
)
CONTENTS = {
    "scope": "設備之定期維護、故障排除與零件更換。", "dependencies": "機關提供進出機房之陪同人員。", "requirements": "維護人員須具合格證照。",
    "targets_text": "P1 一小時內答覆，其餘四小時內答覆。", "interfaces": "客服專線與電子郵件；服務台為唯一窗口。", "workload": "每月至多 20 件。",
    "exceptions": "天災與機關自行停電期間不計。", "authorities": "停機作業須經變更審核。", "reporting": "每月五日前提送維護報告。",
    "charges": "按季支付；逾時每小時扣罰千分之一。", "ending": "終止前九十日書面通知，並移交設定與紀錄。",
}  # fmt: skip


def tell(world: World, *, at: datetime) -> None:
    """Make the registers and the stories."""
    contracts = _suppliers(world, at)
    _customers(world, at)
    _cases(world, contracts, at)
    _dispute(world, contracts["power"], at)
    slow_answer(world, at)
    about_a_person(world, at)
    feedback(world, at)


# ---- registers ------------------------------------------------------------------------------
def _suppliers(world: World, at: datetime) -> dict[str, Contract]:
    firms: dict[str, Supplier] = {}
    for code, zh, en, criticality, lead, (name, role, phone) in FIRMS:
        organisation, _new = Organisation.objects.get_or_create(
            code=code, defaults={"name_zh": zh, "name_en": en, "kind": "supplier"}
        )
        firms[code], new = Supplier.objects.get_or_create(
            organisation=organisation,
            defaults={
                "owner": world.people[KEEPER], "criticality": criticality, "tier": "sub" if lead else "lead",
                "lead_supplier": firms.get(lead), "next_evaluation_on": at.date() + 60 * DAY,
            },
        )  # fmt: skip
        if new:
            SupplierContact.objects.create(
                supplier=firms[code], name=name, role=role, phone=phone, email=f"support@{code}.example"
            )
    keeper = world.people[KEEPER]
    suppliers.evaluate(
        firms["power-works"], by=keeper, held_on=at.date() - 40 * DAY, minutes="到場迅速；維護報告兩次遲交，已請改善。",
        next_on=at.date() + 140 * DAY, marks={"quality": 4, "timeliness": 3, "cooperation": 5, "price": 4},
    )  # fmt: skip
    return {
        "power": _contract(
            world, firms["power-works"], "不斷電系統與發電機維護", ["machine-room"], at, ends=at.date() + 75 * DAY
        ),
        "documents": _contract(
            world, firms["document-soft"], "公文系統維護", ["documents"], at, ends=at.date() + 400 * DAY
        ),
    }


def _contract(world: World, firm: Supplier, title: str, services: list[str], at: datetime, *, ends: date) -> Contract:
    keeper, began = world.people[KEEPER], at - 300 * DAY
    made = suppliers.open_contract(
        by=keeper, supplier=firm, title=title, at=began, targets={None: 240, 1: 60}, hours=Calendar.objects.get(code="service-hours"),
        starts_on=began.date(), ends_on=ends, review_on=at.date() + 20 * DAY, value=1_200_000, **CONTENTS,
    )  # fmt: skip
    made.services.set([world.services[code] for code in services])
    running: Contract = perform(made, "put_in_force", by=keeper, at=began + HOUR)
    return running


def _customers(world: World, at: datetime) -> None:
    for code, who, needs in (
        ("acad", "周教務長", "選課期間不得停機。"),
        ("library", "何館長", "開館時間延長至二十二時。"),
    ):
        organisation = Organisation.objects.filter(code=code).first()
        if organisation is None:
            continue
        row, new = Customer.objects.get_or_create(
            organisation=organisation,
            defaults={"account_owner": world.people[KEEPER], "needs": needs, "next_review_on": at.date() + 25 * DAY},
        )
        row.services.set([world.services[name] for name in ("documents", "mail-accounts")])
        if new:
            CustomerContact.objects.create(customer=row, name=who, role="單位主管")
        open_record(
            ServiceReview, by=world.people[KEEPER], at=at - 5 * DAY, title=f"{organisation.name_zh}服務審查", customer=row,
            planned_on=at.date() + 25 * DAY, period_start=at.date() - 90 * DAY, period_end=at.date(),
        )  # fmt: skip
    _held_review(world, at)


def _held_review(world: World, at: datetime) -> None:
    """A review of the quarter before, held and signed; one of its actions is done, one is late, one is to come."""
    keeper = world.people[KEEPER]
    customer = Customer.objects.filter(organisation__code="acad").first()
    if customer is None:
        return
    then = at - 95 * DAY
    record = open_record(
        ServiceReview, by=keeper, at=then - 14 * DAY, title="教務處服務審查（上一季）", customer=customer, planned_on=then.date(),
        period_start=then.date() - 90 * DAY, period_end=then.date(),
    )  # fmt: skip
    record = perform(
        record, "hold_review", by=keeper, at=then, attendees="周教務長、註冊組長、孫雅婷、林怡君",
        minutes="檢討本季事故與請求處理情形；公文系統兩次逾時已改善，選課前將加開支援。", decisions="選課期間增派值班；公文附件上限調整評估。",
        business_changes="下學期起選課改為兩階段。", new_requirements="選課期間開放夜間電話支援。",
    )  # fmt: skip
    for text, owner, days in (
        ("選課期間增派夜間值班兩名", "lin", -40),
        ("評估公文附件上限調整", "yang", -6),
        ("提出夜間電話支援方案", KEEPER, 12),
    ):
        action = agree(
            record, text=text, owner=world.people[owner], due_on=at.date() + days * DAY, by=keeper, at=then + HOUR
        )
        if days < -20:
            finish(action.pk, result="已排定輪值表並完成訓練。", by=world.people[owner], at=at - 45 * DAY)
    perform(record, "sign_review", by=keeper, at=then + 3 * DAY, signed_by="周教務長", next_on=at.date() + 25 * DAY)


# ---- supplier cases -------------------------------------------------------------------------
def _cases(world: World, contracts: dict[str, Contract], at: datetime) -> None:
    """One that was answered in time weeks ago, and one that is open: what an incident waits for."""
    old = Case.reported(
        world, "user09", "公文附件無法開啟", "下載後顯示檔案損毀。", service="documents", at=at - 20 * DAY
    )
    old.after(10).classified("lin", "function", impact=3, urgency=2).after(5).at_desk("lin")
    asked = suppliers.open_case(old.record, by=old.person("lin"), at=old.at + HOUR / 2)
    asked = _send(world, asked, contracts["documents"], "附件下載後損毀，請查修。", old.at + HOUR)
    asked = perform(
        asked,
        "record_answer",
        by=old.person("lin"),
        at=old.at + 2 * HOUR,
        answer="附件轉檔服務異常，已修正並重新產生。",
    )
    perform(asked, "close", by=old.person("lin"), at=old.at + 3 * HOUR, outcome="solved")
    old.at += 4 * HOUR
    old.resolved("lin", "供應者修正轉檔服務，附件已可開啟。", code="supplier_fixed").after(120).confirmed("user09")
    going = Case.reported(
        world, "user05", "公文系統無法匯出報表", "按下匯出後畫面空白。", service="documents", at=at - 7 * HOUR
    )
    going.after(15).classified("tsai", "function", impact=3, urgency=2).after(10).at_desk("tsai")
    going.after(30).held("tsai", "awaiting_supplier", days=3)
    waiting = SupplierCase.objects.filter(links_in__source=going.record.pk).latest("pk")
    _send(world, waiting, contracts["documents"], "匯出報表畫面空白，附錯誤紀錄。", going.at + HOUR / 4, who="tsai")


def _send(world: World, case: Any, contract: Contract, question: str, at: datetime, *, who: str = "lin") -> Any:
    return perform(
        case,
        "send",
        by=world.people[who],
        at=at,
        contract=contract,
        contact="客服中心",
        reference=f"T-{case.pk}",
        question=question,
    )


# ---- complaints -----------------------------------------------------------------------------
def _dispute(world: World, contract: Contract, at: datetime) -> None:
    """Tell of a disagreement about a penalty, under negotiation since a week."""
    sun = world.people[KEEPER]
    made = suppliers.raise_dispute(
        by=sun,
        title="第三季維護報告逾期之扣罰",
        claim="七月與八月報告各逾期六日，依合約第九條扣罰。",
        at=at - 12 * DAY,
        contract=contract,
    )
    perform(
        made, "negotiate", by=sun, at=at - 7 * DAY, contract=contract, step="對方同意扣罰，要求併入下季請款；待其來函。"
    )


def slow_answer(world: World, at: datetime) -> None:
    """A complaint about a slow answer, answered and waiting for consent; and an older one that was closed with it."""
    about = Ticket.objects.filter(requester=world.people["wang"], kind="service_request").order_by("pk").first()
    old = _raised(
        world, "user01", "電話等候超過十分鐘", "上週三早上打了三次才接通。", at - 30 * DAY, source="phone", by="lin"
    )
    old = _registered(world, old, "timeliness", "lin", at - 30 * DAY + HOUR)
    old = perform(
        old,
        "report_result",
        by=world.people["lin"],
        at=at - 28 * DAY,
        answer="當日兩名同仁請假，致電話等候過久，謹此致歉；已調整輪值。",
        actions="尖峰時段增加一線。",
        root_theme="人力",
    )
    perform(old, "agree_to_close", by=world.people["user01"], at=at - 27 * DAY, consent_way="portal")
    case = _raised(
        world, "wang", "印表機修了三天才有人回覆", "報修後三天都沒有消息，期間無法列印公文。", at - 4 * DAY, about=about
    )
    case = _registered(world, case, "timeliness", "tsai", at - 4 * DAY + 2 * HOUR)
    perform(
        case,
        "report_result",
        by=world.people["tsai"],
        at=at - 20 * HOUR,
        answer="您的案件轉派時遺漏通知，造成三天未回覆，謹此致歉。我們已增加轉派後一小時未受理即提醒的機制。",
        actions="補登通知；檢討轉派流程。",
        root_theme="轉派",
    )


def _raised(
    world: World, who: str, title: str, text: str, at: datetime, *, source: str = "portal", by: str = "", about: Any = None
) -> Any:  # fmt: skip
    return raise_complaint(
        by=world.people[by or who], complainant=world.people[who], at=at, source=source, title=title, description=text,
        service=world.services["desktop"], about=about, wish="請說明原因並改善。",
    )  # fmt: skip


def _registered(world: World, case: Any, nature: str, owner: str, at: datetime) -> Any:
    case = perform(
        case, "register", by=world.people[owner], at=at, nature=nature, service=world.services["desktop"], severity="2",
        requester=case.requester, assignee=world.people[owner], origin=case.origin,
    )  # fmt: skip
    return perform(case, "start_processing", by=world.people[owner], at=at + HOUR, plan="調閱案件歷程並訪談承辦人。")


def about_a_person(world: World, at: datetime) -> None:
    """A complaint about a member of the desk, which only the relationship manager sees; and one escalated, with attempts."""
    raise_complaint(
        by=world.people["user05"], complainant=world.people["user05"], at=at - 5 * HOUR, source="portal", title="電話中口氣不佳",
        description="詢問進度時語氣不耐。", about_person=world.people["wu"],
    )  # fmt: skip
    case = _raised(world, "user09", "同一問題已抱怨兩次", "上次說會改善，至今沒有。", at - 9 * DAY)
    case = _registered(world, case, "quality", "lin", at - 9 * DAY + 2 * HOUR)
    case = perform(case, "escalate", by=world.people["user09"], at=at - 6 * DAY, reason="希望主管處理。")
    for days in (5, 3):
        note_attempt(case, by=world.people[KEEPER], way="phone", note="未接聽，已留言。", at=at - days * DAY)


def feedback(world: World, at: datetime) -> None:
    """A suggestion and a praise."""
    give_feedback(
        kind="suggestion",
        by=world.people["user05"],
        title="申請單可以存草稿",
        text="填到一半常被打斷。",
        at=at - 3 * DAY,
    )
    give_feedback(
        kind="compliment", by=world.people["wang"], title="林小姐很有耐心", text="一步一步教我設定信箱，謝謝。", at=at - 2 * DAY,
        service=world.services["mail-accounts"],
    )  # fmt: skip


# ---- taking it out again --------------------------------------------------------------------
def removable(cases: list[int]) -> list[int]:
    """List the contracts that no real case names, the disputes and the reviews of fictitious people."""
    real = SupplierCase.objects.exclude(pk__in=cases).exclude(under=None).values("under")
    contracts = Contract.objects.filter(owner__is_demo=True).exclude(pk__in=real)
    disputes = SupplierDispute.objects.filter(raised_by__is_demo=True)
    reviews = ServiceReview.objects.filter(customer__account_owner__is_demo=True)
    return [pk for rows in (contracts, disputes, reviews) for pk in rows.values_list("pk", flat=True)]


def clear(keys: list[int]) -> None:
    """Remove what hangs on these records and would keep them."""
    Feedback.objects.filter(by__is_demo=True).delete()
    SupplierCase.objects.filter(pk__in=keys).delete()
    SupplierDispute.objects.filter(pk__in=keys).delete()
    spending.remove(keys)
    Contract.objects.filter(pk__in=keys).delete()


def leave() -> None:
    """Take the demo's firms and customers out of the registers, where nothing real names them."""
    Customer.objects.filter(account_owner__is_demo=True, reviews=None).delete()
    firms = Supplier.objects.filter(organisation__code__in=[row[0] for row in FIRMS], contracts=None, disputes=None)
    firms.filter(tier="sub").delete()
    firms.filter(subcontractors=None).delete()
