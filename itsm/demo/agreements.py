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
from sla import agreement_sheet, agreement_writing
from sla.models import ServiceAgreement

DAY, HOUR = timedelta(days=1), 3600
KEEPER, HEAD = "sun", "director"


def found(world: World, *, at: datetime) -> None:
    """Put the sheet and the OLA in force long ago, so that what has happened is measured by them."""
    start = at - 200 * DAY
    sheet = _clauses(start.date(), at) | {
        "rows": [_machine_room(start.date()), _documents(start.date())],
        "exclusions": told.EXCLUSIONS,
    }
    university = Organisation.objects.get(code="ndu")
    made = _draft(world, "計算機與網路中心服務水準協議", sheet, at=start, level="corporate", consumer=university)
    _in_force(world, made, at=start, signer=("葉主任秘書", "主任秘書"))
    for code in told.OLA_TEAMS:
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
