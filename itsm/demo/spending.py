"""What the demo's contracts cost: budgets of two years, quarterly invoices, one to decide on, one refused; told relative to now."""

from __future__ import annotations

from datetime import datetime, timedelta

from itsm.demo.world import World
from relationships import spending
from relationships.models import Contract, ContractBudget, SupplierInvoice

DAY = timedelta(days=1)
KEEPER, DIRECTOR = "sun", "director"
#: By the title of a contract: its budget for a year, and the letters of its supplier's invoices.
COSTS = {"不斷電系統與發電機維護": (1_200_000, "UP"), "公文系統維護": (960_000, "DS")}
#: Days ago, what it is for, share of the budget in per cent, days until it was decided on (0: it waits).
QUARTERS = (
    (285, "第一季維護費", 25, 6),
    (195, "第二季維護費", 25, 4),
    (104, "第三季維護費", 25, 8),
    (12, "第四季維護費", 25, 0),
)


def tell(world: World, *, at: datetime) -> None:
    """Set the budgets, enter the invoices, and let the director decide."""
    for contract in Contract.objects.filter(owner__is_demo=True, title__in=COSTS).order_by("pk"):
        amount, letters = COSTS[contract.title]
        _budgets(world, contract, amount, at)
        for place, (days, note, share, waits) in enumerate(QUARTERS):
            _paper(
                world,
                contract,
                f"{letters}-{31045117 + 4211 * place}",
                note,
                amount * share // 100,
                at - days * DAY,
                waits,
            )
    _odd_ones(world, at)


def _budgets(world: World, contract: Contract, amount: int, at: datetime) -> None:
    """Set one for the running year of the contract, and one for the next."""
    began = contract.starts_on or at.date()
    for turn, sum_ in enumerate((amount, amount * 103 // 100)):
        starts = began + turn * 365 * DAY
        spending.set_budget(
            contract, by=world.people[KEEPER], starts_on=starts, ends_on=starts + 364 * DAY, amount=sum_, at=at - 290 * DAY,
            note="依年度預算案" if turn == 0 else "物價調整 3%",
        )  # fmt: skip


def _paper(
    world: World, contract: Contract, number: str, note: str, amount: int, at: datetime, waits: int, *, kind: str = "invoice",
    refused: str = "",
) -> SupplierInvoice:  # fmt: skip
    made = spending.enter_invoice(
        contract, by=world.people[KEEPER], kind=kind, number=number, issued_on=(at - 3 * DAY).date(), received_on=at.date(),
        amount=amount, note=note, at=at,
    )  # fmt: skip
    if not waits:
        return made
    return spending.decide(
        made, approve=not refused, reason=refused, by=world.people[DIRECTOR], at=at + waits * DAY + timedelta(hours=2)
    )


def _odd_ones(world: World, at: datetime) -> None:
    """Tell of batteries on top of the maintenance, a penalty that was given back, and a bill of the wrong amount."""
    power = Contract.objects.filter(owner__is_demo=True, title="不斷電系統與發電機維護").first()
    if power is None:
        return
    _paper(world, power, "UP-31088240", "電池汰換（十二組）", 216_000, at - 60 * DAY, 5)
    _paper(world, power, "UP-31090012", "第三季維護報告逾期扣罰", 24_000, at - 20 * DAY, 3, kind="credit")
    _paper(world, power, "UP-31091177", "發電機油料", 68_000, at - 30 * DAY, 2, refused="單價與合約不符，請重開。")


def remove(contracts: list[int]) -> None:
    """Take out what the demo's contracts cost."""
    SupplierInvoice.objects.filter(contract__in=contracts).delete()
    ContractBudget.objects.filter(contract__in=contracts).delete()
