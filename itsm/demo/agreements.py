"""The agreements of the demo: the sheet of two services as the slides print it, OLA of teams, a contract's agreement, a draft."""
# ruff: noqa: E501  (sentences and tables read best on one line)

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from changes.models import Change
from configuration.models import ConfigurationItem
from itsm.demo.world import World
from itsm.people.models import Organisation
from itsm.records.perform import perform
from relationships.models import Contract
from sla import agreement_sheet, agreement_writing
from sla.models import ServiceAgreement

DAY, MINUTE, HOUR = timedelta(days=1), 60, 3600
KEEPER, HEAD = "sun", "director"
LADDER = {
    "zh": "參閱事故管理程序書之事故層報機制",
    "en": "See the escalation ladder of the incident management procedure",
}
REMARK = {
    "zh": "天然災害不可抗力、固網通信障礙、其他無法掌控之突發意外不在此限",
    "en": "Natural disasters, faults of the fixed line, and other sudden events beyond control are excepted",
}
EXCLUSIONS = [
    {
        "code": "disaster",
        "text_zh": "天然災害不可抗力",
        "text_en": "Natural disaster",
        "effect": "both",
        "evidence_needed": "停班公告或災害通報",
    },
    {
        "code": "fixed-line",
        "text_zh": "固網通信障礙",
        "text_en": "Fault of the fixed line",
        "effect": "availability",
        "evidence_needed": "電信業者障礙通知",
    },
    {
        "code": "sudden",
        "text_zh": "其他無法掌控之突發意外",
        "text_en": "Other sudden events beyond control",
        "effect": "both",
        "evidence_needed": "事件經過與佐證",
    },
]
#: What the house promises by priority: response, resolution, update, and by which hours (empty: those of the service).
BY_PRIORITY = {
    1: (15 * MINUTE, 4 * HOUR, 30 * MINUTE, "always"),
    2: (30 * MINUTE, 8 * HOUR, 2 * HOUR, ""),
    3: (2 * HOUR, 16 * HOUR, 8 * HOUR, "taiwan-office"),
    4: (4 * HOUR, 40 * HOUR, 16 * HOUR, "taiwan-office"),
    5: (8 * HOUR, 80 * HOUR, 40 * HOUR, "taiwan-office"),
}
#: What a second-line team promises: to accept, and to work, by priority.
BY_TEAM: dict[int | None, tuple[int, int]] = {
    1: (10 * MINUTE, 2 * HOUR),
    2: (20 * MINUTE, 4 * HOUR),
    3: (2 * HOUR, 8 * HOUR),
    None: (4 * HOUR, 16 * HOUR),
}
MAINTAINED = (
    ("發電機", "Generator", "month"),
    ("UPS", "UPS", "half_year"),
    ("空調", "Cooling", "quarter"),
    ("門禁", "Door control", "month"),
    ("消防", "Fire protection", "half_year"),
    ("環控", "Environment control", "month"),
)
OLA_TEAMS = ("applications", "facility", "network")


def found(world: World, *, at: datetime) -> None:
    """Put the sheet and the OLA in force long ago, so that what has happened is measured by them."""
    start = at - 200 * DAY
    sheet = _clauses(start.date(), at) | {
        "rows": [_machine_room(start.date()), _documents(start.date())],
        "exclusions": EXCLUSIONS,
    }
    university = Organisation.objects.get(code="ndu")
    made = _draft(world, "計算機與網路中心服務水準協議", sheet, at=start, level="corporate", consumer=university)
    _in_force(world, made, at=start, signer=("葉主任秘書", "主任秘書"))
    for code in OLA_TEAMS:
        team = world.teams[code]
        made = _draft(
            world,
            f"{team.name_zh}作業水準協議",
            _clauses(start.date(), at) | {"rows": [{"service": None, "promises": _ola()}]},
            at=start,
            type="ola",
            level="corporate",
            provider_team=team,
            consumer_team=world.teams["desk"],
        )
        _in_force(world, made, at=start, signer=("黃志明", "服務台主管"))


def tell(world: World, *, at: datetime) -> None:
    """Add the agreement of a contract, a second version of an OLA, and a draft that promises too much."""
    _underpinning(world, at)
    _second_version(world, at)
    promises = [
        _promise("resolution", HOUR, priority=1, calendar="always"),
        {"metric": "availability", "op": "ge", "value": "99.9"},
    ]
    row = {
        "service": "campus-network",
        "availability_zh": "99.9%以上",
        "availability_en": "99.9% or more",
        "promises": promises,
    }
    made = _draft(
        world,
        "校園網路服務水準協議",
        _clauses(at.date(), at) | {"rows": [row]},
        at=at - 3 * DAY,
        consumer=Organisation.objects.get(code="library"),
        level="customer",
    )
    perform(made, "open_negotiation", by=world.people[KEEPER], at=at - 2 * DAY)


def _underpinning(world: World, at: datetime) -> None:
    contract = (
        Contract.objects.filter(services__code="machine-room", state__in=("in_force", "under_review"))
        .order_by("pk")
        .first()
    )
    if contract is None:
        return
    start = at - 30 * DAY
    ups = ConfigurationItem.objects.filter(title__in=("UPS-01", "UPS-02")).order_by("title")
    row = {
        "service": "machine-room",
        "availability_zh": "UPS 99.95%以上",
        "availability_en": "UPS 99.95% or more",
        "response_zh": "一小時內到場",
        "response_en": "On site within one hour",
        "items": [{"name_zh": one.title, "name_en": one.title, "ci": one.number} for one in ups],
        "promises": [
            {"metric": "availability", "op": "ge", "value": "99.95", "per": "item"},
            _promise("resolution", HOUR, priority=1, calendar="always"),
            _promise("resolution", 2 * HOUR, priority=2, calendar="always"),
            _promise("resolution", 4 * HOUR, calendar="always"),
        ],
    }
    made = _draft(
        world,
        "不斷電系統與發電機維護支援合約",
        _clauses(start.date(), at) | {"rows": [row]},
        at=start,
        type="uc",
        level="service",
        provider=contract.supplier.organisation,
        consumer=_centre(),
        under=contract,
    )
    _in_force(world, made, at=start, signer=("高經理", "維護經理"))


def _second_version(world: World, at: datetime) -> None:
    """Revise the OLA of the applications team through a change that stands authorised, where there is one."""
    change = Change.objects.filter(state="scheduled").order_by("pk").first()
    made = ServiceAgreement.objects.get(type="ola", provider_team=world.teams["applications"])
    if change is None:
        return
    start = at - 2 * DAY
    keeper = world.people[KEEPER]
    made = perform(made, "revise", by=keeper, at=start, change=change)
    sheet = agreement_sheet.read(made.editions.drafts().get())
    for promise in sheet["rows"][0]["promises"]:
        if (promise["metric"], promise["priority"]) == ("handling", 3):
            promise["seconds"] = 6 * HOUR
    sheet |= {"valid_from": start.date().isoformat(), "reason": "應用組增聘一名工程師，P3 處理時間縮短為 6 小時。"}
    made = agreement_writing.change(made, by=keeper, sheet=sheet, at=start)
    _sign(world, made, at=start, signer=("黃志明", "服務台主管"))
    made = ServiceAgreement.objects.get(pk=made.pk)
    perform(made, "activate", by=keeper, at=start, effective_on=start.date())


def _draft(world: World, title: str, sheet: dict[str, Any], *, at: datetime, **given: Any) -> ServiceAgreement:
    fields = {"type": "sla", "provider": _centre()} | given
    return agreement_writing.draft(by=world.people[KEEPER], at=at, title=title, sheet=sheet, **fields)


def _centre() -> Organisation:
    found: Organisation = Organisation.objects.get(code="cnc")
    return found


def _in_force(world: World, made: ServiceAgreement, *, at: datetime, signer: tuple[str, str]) -> None:
    keeper = world.people[KEEPER]
    made = perform(made, "open_negotiation", by=keeper, at=at)
    _sign(world, made, at=at, signer=signer)
    perform(ServiceAgreement.objects.get(pk=made.pk), "activate", by=keeper, at=at, effective_on=at.date())


def _sign(world: World, made: ServiceAgreement, *, at: datetime, signer: tuple[str, str]) -> None:
    perform(
        made, "sign", by=world.people[KEEPER], at=at, provider_signer=world.people[HEAD], customer_signer=signer[0],
        customer_title=signer[1], how="paper", edition=made.edition_number,
    )  # fmt: skip


def _clauses(start: date, at: datetime) -> dict[str, Any]:
    return {
        "valid_from": start.isoformat(),
        "valid_to": (at.date() + 400 * DAY).isoformat(),
        "review_every_months": 12,
        "next_review_on": (at.date() + 60 * DAY).isoformat(),
        "hours": "service-hours",
        "workload_zh": "每月至多 800 件",
        "workload_en": "At most 800 cases a month",
        "workload": [{"metric": "cases", "most": 800, "per": "month"}],
        "exceptions_zh": "定期維護時段與除外條款所列情形不計。",
        "exceptions_en": "Scheduled maintenance and what the exclusions name do not count.",
        "provider_duties_zh": "提供單一窗口、依約處理並按月提出報告。",
        "provider_duties_en": "A single point of contact, work as agreed, a report every month.",
        "customer_duties_zh": "經服務台提出需求，並於三個工作日內回覆確認。",
        "customer_duties_en": "Ask through the desk and confirm within three working days.",
        "charging_zh": "免費",
        "charging_en": "Free of charge",
    }


def _promise(metric: str, seconds: int, **more: Any) -> dict[str, Any]:
    return {"metric": metric, "op": "le", "seconds": seconds, "warn_at": [75]} | {
        name: value for name, value in more.items() if value
    }


def _by_priority() -> list[dict[str, Any]]:
    return [
        _promise(metric, seconds, priority=priority, calendar=calendar, process="incident")
        for priority, (response, resolution, update, calendar) in BY_PRIORITY.items()
        for metric, seconds in (("response", response), ("resolution", resolution), ("update", update))
    ]


def _ola() -> list[dict[str, Any]]:
    return [
        _promise(metric, seconds, priority=priority, calendar="always" if priority == 1 else "")
        for priority, (accept, work) in BY_TEAM.items()
        for metric, seconds in (("acceptance", accept), ("handling", work))
    ]


def _machine_room(start: date) -> dict[str, Any]:
    """The first row of the slides."""
    resources = {row.title: row.number for row in ConfigurationItem.objects.filter(title__in=("UPS-01", "CRAC-1"))}
    return {
        "service": "machine-room",
        "items": [
            {"name_zh": "電力", "name_en": "Power", "ci": resources.get("UPS-01")},
            {"name_zh": "空調", "name_en": "Cooling", "ci": resources.get("CRAC-1")},
        ],
        "availability_zh": "電力及空調 99.9%以上",
        "availability_en": "Power and cooling 99.9% or more",
        "response_zh": LADDER["zh"],
        "response_en": LADDER["en"],
        "reporting_zh": "無",
        "reporting_en": "None",
        "continuity_zh": "氣冷+水冷空調；雙外電及發電機",
        "continuity_en": "Air and water cooling; two mains feeds and a generator",
        "maintenance_zh": "發電機：每月\nUPS：每半年\n空調：每季\n門禁：每月\n消防：每半年\n環控：每月",
        "maintenance_en": "Generator: monthly\nUPS: half-yearly\nCooling: quarterly\nDoor control: monthly\nFire protection: half-yearly\nEnvironment control: monthly",
        "remarks_zh": REMARK["zh"],
        "remarks_en": REMARK["en"],
        "promises": [
            {
                "metric": "availability",
                "op": "ge",
                "value": "99.9",
                "per": "item",
                "period": "month",
                "combine": "all_items",
            },
            *_by_priority(),
        ],
        "maintenance_plans": [
            {
                "subject_zh": zh,
                "subject_en": en,
                "interval": interval,
                "first_on": start.isoformat(),
                "duration_minutes": 120,
                "notice_days": 7,
                "team": "facility",
            }
            for zh, en, interval in MAINTAINED
        ],
    }


def _documents(start: date) -> dict[str, Any]:
    """The second row of the slides."""
    items = (
        ("系統功能更新", "Updates of functions"),
        ("電話與電子郵件諮詢", "Advice by telephone and mail"),
        ("現場技術支援", "Support on site"),
    )
    return {
        "service": "documents",
        "items": [{"name_zh": zh, "name_en": en} for zh, en in items],
        "availability_zh": "98%以上",
        "availability_en": "98% or more",
        "response_zh": LADDER["zh"],
        "response_en": LADDER["en"],
        "reporting_zh": "依權限提供報表檔案於系統下載",
        "reporting_en": "Report files for download in the system, by role",
        "report_frequency": "month",
        "report_delivery": "download",
        "report_roles": "service_owner, slm",
        "continuity_zh": "分公司異地備援六小時內啟用；不含兩地同時失效",
        "continuity_en": "Stand-by at the branch within six hours; not where both places fail at once",
        "rto_seconds": 6 * HOUR,
        "maintenance_zh": "每月一次約1小時，週一18:00-20:00；硬體更新致中斷者一週前公告",
        "maintenance_en": "Once a month for about one hour, Mondays 18:00-20:00; interruptions by new hardware are announced a week before",
        "remarks_zh": REMARK["zh"],
        "remarks_en": REMARK["en"],
        "promises": [
            {"metric": "availability", "op": "ge", "value": "98", "period": "month"},
            {
                "metric": "continuity",
                "op": "le",
                "seconds": 6 * HOUR,
                "words_zh": "六小時內啟用異地備援",
                "words_en": "Stand-by within six hours",
            },
            {
                "metric": "report",
                "op": "ge",
                "value": "1",
                "period": "month",
                "words_zh": "每月一份",
                "words_en": "One a month",
            },
            *_by_priority(),
        ],
        "maintenance_plans": [
            {
                "subject_zh": "系統維護",
                "subject_en": "System maintenance",
                "interval": "month",
                "first_on": start.isoformat(),
                "duration_minutes": 60,
                "weekday": 0,
                "window_start": "18:00",
                "window_end": "20:00",
                "notice_days": 7,
                "interrupts": True,
                "team": "applications",
            }
        ],
    }


def removable() -> list[int]:
    """List the agreements that fictitious people answer for."""
    return list(ServiceAgreement.objects.filter(owner__is_demo=True).values_list("pk", flat=True))


def remove(keys: list[int]) -> None:
    """Take agreements out with all their editions, clocks of theirs stay as they were."""
    ServiceAgreement.objects.filter(pk__in=keys).delete()
