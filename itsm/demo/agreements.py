"""The agreements of the demo: the sheet of two services as the slides print it, OLA of teams, a contract's agreement, a draft."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from changes.models import Change
from configuration.models import ConfigurationItem
from itsm.demo import agreement_data as told
from itsm.demo.world import World
from itsm.people.models import Organisation
from itsm.records.perform import perform
from relationships.models import Contract
from sla import agreement_sheet, agreement_signing, agreement_writing
from sla.models import ServiceAgreement

DAY, HOUR = timedelta(days=1), 3600
KEEPER, HEAD = "sun", "director"


def found(world: World, *, at: datetime) -> None:
    """Put the sheet and the OLA in force long ago, so that what has happened is measured by them."""
    start = at - 430 * DAY
    sheet = _clauses(start.date(), at) | {
        "rows": [_machine_room(start.date()), _documents(start.date())],
        "exclusions": told.EXCLUSIONS,
        "remedies": told.REMEDIES,
    }
    university = Organisation.objects.get(code="ndu")
    made = _draft(world, "計算機與網路中心服務水準協議", sheet, at=start, level="corporate", consumer=university)
    _in_force(world, made, at=start, signer=("葉主任秘書", "主任秘書"))
    _reviewed(world, made, at=at - 90 * DAY)
    for code in told.OLA_TEAMS:
        _team(world, code, start=start, at=at)


def _team(world: World, code: str, *, start: datetime, at: datetime) -> None:
    """Put the OLA of a team with the desk in force."""
    team, (zh, en) = world.teams[code], told.OLA_DUTIES[code]
    rows = [told.OLA_ROW | {"service": service, "promises": _ola()} for service in (*told.OLA_SERVICES[code], None)]
    clauses = _clauses(start.date(), at) | told.OLA_CLAUSES | {"provider_duties_zh": zh, "provider_duties_en": en}
    made = _draft(
        world, f"{team.name_zh}作業水準協議", clauses | {"rows": rows}, at=start, type="ola", level="corporate", provider_team=team,
        consumer_team=world.teams["desk"],
    )  # fmt: skip
    _in_force(world, made, at=start, signer=("黃志明", "服務台主管"))


def _reviewed(world: World, made: ServiceAgreement, *, at: datetime) -> None:
    """Review an agreement in force and go on with it."""
    keeper = world.people[KEEPER]
    made = perform(ServiceAgreement.objects.get(pk=made.pk), "begin_review", by=keeper, at=at)
    minutes = "與秘書室檢視近半年達成率，雙方同意續行，下年度併同檢討公文服務可用率。"
    perform(made, "confirm_unchanged", by=keeper, at=at + DAY, minutes=minutes)


def tell(world: World, *, at: datetime) -> None:
    """Add the agreements of two contracts, a second version of an OLA, one that waits for a signature, and a draft too far."""
    _power(world, at)
    _document_system(world, at)
    _second_version(world, at)
    _to_sign(world, at)
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


def _to_sign(world: World, at: datetime) -> None:
    """Ask both sides to sign: the director has, the dean has not yet."""
    keeper, head, office = world.people[KEEPER], world.people[HEAD], Organisation.objects.get(code="acad")
    promises = [_promise("response", 2 * HOUR), _promise("resolution", 80 * HOUR)]
    row = told.OFFICE_ROW | {"promises": [{"metric": "availability", "op": "ge", "value": "98"}, *promises]}
    sheet = _clauses((at + 10 * DAY).date(), at) | {"rows": [row], "exclusions": told.EXCLUSIONS}
    made = _draft(world, "教務處電子公文服務水準協議", sheet, at=at - 5 * DAY, consumer=office, level="customer")
    made = perform(made, "open_negotiation", by=keeper, at=at - 4 * DAY)
    made = perform(
        made, "ask_signatures", by=keeper, at=at - DAY, provider_signer=head, other_signer=office.lead, edition="01.00"
    )
    seal = made.editions.get().digest
    signature = agreement_signing.Signature(head.name, "主任")
    agreement_signing.answer(made, "signed", signature, digest=seal, by=head, at=at - DAY / 2, channel="mail")


def _contract(code: str) -> Contract | None:
    """Find the running contract for a service."""
    running = Contract.objects.filter(services__code=code, state__in=("in_force", "under_review"))
    found: Contract | None = running.order_by("pk").first()
    return found


def _supplied(
    world: World, title: str, clauses: dict[str, Any], row: dict[str, Any], at: datetime, *, signer: tuple[str, str]
) -> None:
    """Put the agreement of the contract for a service in force."""
    contract, start = _contract(row["service"]), at - 30 * DAY
    if contract is None:
        return
    above = ServiceAgreement.objects.filter(type="sla", consumer__code="ndu")
    made = _draft(
        world, title, _clauses(start.date(), at) | clauses | {"rows": [row]}, at=start, type="uc", level="service",
        provider=contract.supplier.organisation, consumer=_centre(), under=contract, underpins=above,
    )  # fmt: skip
    _in_force(world, made, at=start, signer=signer)


def _power(world: World, at: datetime) -> None:
    """The maintenance of the power supply, with which the machine room's promises are kept."""
    ups = ConfigurationItem.objects.filter(title__in=("UPS-01", "UPS-02")).order_by("title")
    usual = {
        "first_on": (at - 30 * DAY).date().isoformat(),
        "notice_days": 14,
        "duration_minutes": 120,
        "team": "facility",
    }
    row = told.POWER_ROW | {
        "items": [{"name_zh": one.title, "name_en": one.title, "ci": one.number} for one in ups],
        "promises": [
            {"metric": "availability", "op": "ge", "value": "99.95", "per": "item"},
            _promise("resolution", HOUR, priority=1, calendar="always"),
            _promise("resolution", 2 * HOUR, priority=2, calendar="always"),
            _promise("resolution", 4 * HOUR, calendar="always"),
        ],
        "maintenance_plans": [
            {"subject_zh": "發電機保養", "subject_en": "Generator", "interval": "month", **usual},
            {"subject_zh": "UPS 保養", "subject_en": "UPS", "interval": "half_year", **usual},
        ],
    }  # fmt: skip
    _supplied(world, "不斷電系統與發電機維護支援合約", told.UC_POWER, row, at, signer=("高經理", "維護經理"))


def _document_system(world: World, at: datetime) -> None:
    """The maintenance of the document system, which gives less than the university was promised."""
    plan = told.DOCUMENTS_PLAN | {
        "first_on": (at - 30 * DAY).date().isoformat(), "subject_zh": "程式更新", "subject_en": "Updates"
    }  # fmt: skip
    times = [
        _promise("resolution", 3 * HOUR, priority=1, calendar="always"),
        _promise("resolution", 4 * HOUR, calendar="taiwan-office"),
    ]
    promises = [*told.DOCUMENT_SYSTEM_PROMISES, *times]
    row = told.DOCUMENT_SYSTEM_ROW | {"promises": promises, "maintenance_plans": [plan]}
    _supplied(world, "公文系統維護支援合約", told.UC_DOCUMENTS, row, at, signer=("邱經理", "客服經理"))


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
    for promise in (promise for row in sheet["rows"] for promise in row["promises"]):
        if (promise["metric"], promise["priority"]) == ("handling", 3):
            promise["seconds"] = 6 * HOUR
    sheet |= {"valid_from": start.date().isoformat(), "reason": "應用組增聘一名工程師，P3 處理時間縮短為 6 小時。"}
    made = agreement_writing.change(made, by=keeper, sheet=sheet, at=start)
    _sign(world, made, at=start, signer=("黃志明", "服務台主管"))
    made = ServiceAgreement.objects.get(pk=made.pk)
    perform(made, "activate", by=keeper, at=start, effective_on=start.date())


def _draft(world: World, title: str, sheet: dict[str, Any], *, at: datetime, **given: Any) -> ServiceAgreement:
    fields: dict[str, Any] = {"type": "sla", "provider": _centre()} | given
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
    return told.CLAUSES | {
        "valid_from": start.isoformat(),
        "valid_to": (at.date() + 400 * DAY).isoformat(),
        "next_review_on": (at.date() + 60 * DAY).isoformat(),
    }


def _promise(metric: str, seconds: int, **more: Any) -> dict[str, Any]:
    return {"metric": metric, "op": "le", "seconds": seconds, "warn_at": [75]} | {
        name: value for name, value in more.items() if value
    }


def _by_priority() -> list[dict[str, Any]]:
    return [
        _promise(metric, seconds, priority=priority, calendar=calendar, process="incident")
        for priority, (response, resolution, update, calendar) in told.BY_PRIORITY.items()
        for metric, seconds in (("response", response), ("resolution", resolution), ("update", update))
    ]


def _ola() -> list[dict[str, Any]]:
    return [
        _promise(metric, seconds, priority=priority, calendar="always" if priority == 1 else "")
        for priority, (accept, work) in told.BY_TEAM.items()
        for metric, seconds in (("acceptance", accept), ("handling", work))
    ]


def _machine_room(start: date) -> dict[str, Any]:
    """The first row of the slides."""
    resources = {
        row.title: row.number for row in ConfigurationItem.objects.filter(title__in=("UPS-01", "CRAC-1")).order_by("pk")
    }
    items = [
        {"name_zh": zh, "name_en": en, "ci": resources.get(title)}
        for zh, en, title in (("電力", "Power", "UPS-01"), ("空調", "Cooling", "CRAC-1"))
    ]
    available = {"metric": "availability", "op": "ge", "value": "99.9", "per": "item", "combine": "all_items"}
    usual = {"first_on": start.isoformat(), "duration_minutes": 120, "notice_days": 7, "team": "facility"}
    plans = [{"subject_zh": zh, "subject_en": en, "interval": often, **usual} for zh, en, often in told.MAINTAINED]
    return told.MACHINE_ROOM | {
        "items": items, "promises": [available, *_by_priority()], "maintenance_plans": plans,
    }  # fmt: skip


def _documents(start: date) -> dict[str, Any]:
    """The second row of the slides."""
    plan = told.DOCUMENTS_PLAN | {"first_on": start.isoformat()}
    return told.DOCUMENTS | {
        "promises": [*told.DOCUMENTS_PROMISES, *_by_priority()], "maintenance_plans": [plan],
    }  # fmt: skip


def removable() -> list[int]:
    """List the agreements that fictitious people answer for."""
    return list(ServiceAgreement.objects.filter(owner__is_demo=True).values_list("pk", flat=True))


def remove(keys: list[int]) -> None:
    """Take agreements out with all their editions, clocks of theirs stay as they were."""
    ServiceAgreement.objects.filter(pk__in=keys).delete()
