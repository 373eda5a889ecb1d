"""What the demo's contracts cost: budgets of two years, quarterly invoices, one to decide on, one refused; told relative to now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from itsm.demo.world import World
from relationships import spending
from relationships.models import Contract, ContractBudget, SupplierInvoice

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
KEEPER, DIRECTOR = "sun", "director"
POWER, DOCUMENTS = "不斷電系統與發電機維護", "公文系統維護"
#: By the title of a contract: its budget for a year.
BUDGETS = {POWER: 1_200_000, DOCUMENTS: 960_000}


@dataclass(frozen=True)
class Paper:
    """An invoice that came so many ``days`` ago and was decided on ``after`` some days, or waits (0)."""

    title: str
    days: int
    number: str
    note: str
    amount: int
    after: int
    kind: str = "invoice"
    refused: str = ""


PAPERS = (
    Paper(POWER, 285, "UP-31045117", "第一季維護費", 300_000, 6), Paper(DOCUMENTS, 284, "DS-20110861", "第一季維護費", 240_000, 5),
    Paper(POWER, 195, "UP-31049328", "第二季維護費", 300_000, 4), Paper(DOCUMENTS, 193, "DS-20114410", "第二季維護費", 240_000, 3),
    Paper(POWER, 104, "UP-31053539", "第三季維護費", 300_000, 8), Paper(DOCUMENTS, 102, "DS-20118027", "第三季維護費", 240_000, 6),
    Paper(POWER, 60, "UP-31088240", "電池汰換（十二組）", 216_000, 5),
    Paper(POWER, 30, "UP-31091177", "發電機油料", 68_000, 2, refused="單價與合約不符，請重開。"),
    Paper(POWER, 20, "UP-31090012", "第三季維護報告逾期扣罰", 24_000, 3, kind="credit"),
    Paper(DOCUMENTS, 17, "DS-20119533", "公文附件功能調整工時", 96_000, 4),
    Paper(POWER, 12, "UP-31057750", "第四季維護費", 300_000, 0), Paper(DOCUMENTS, 9, "DS-20121902", "第四季維護費", 240_000, 0),
)  # fmt: skip


def tell(world: World, *, at: datetime) -> None:
    """Set the budgets, enter the invoices as they came, and let the director decide."""
    contracts = {one.title: one for one in Contract.objects.filter(owner__is_demo=True, title__in=BUDGETS)}
    for title, contract in contracts.items():
        _budgets(world, contract, BUDGETS[title], at)
    for paper in PAPERS:
        if paper.title in contracts:
            _enter(world, contracts[paper.title], paper, at - paper.days * DAY)


def _budgets(world: World, contract: Contract, amount: int, at: datetime) -> None:
    """Set one for the running year of the contract, and one for the next."""
    began = contract.starts_on or at.date()
    for turn, (sum_, note) in enumerate(((amount, "依年度預算案"), (amount * 103 // 100, "物價調整 3%"))):
        starts = began + turn * 365 * DAY
        spending.set_budget(
            contract, by=world.people[KEEPER], starts_on=starts, ends_on=starts + 364 * DAY, amount=sum_, note=note,
            at=at - 290 * DAY,
        )  # fmt: skip


def _enter(world: World, contract: Contract, paper: Paper, at: datetime) -> None:
    made = spending.enter_invoice(
        contract, by=world.people[KEEPER], kind=paper.kind, number=paper.number, issued_on=(at - 3 * DAY).date(),
        received_on=at.date(), amount=paper.amount, note=paper.note, at=at,
    )  # fmt: skip
    if paper.after:
        moment = at + paper.after * DAY + 2 * HOUR
        spending.decide(
            made, approve=not paper.refused, reason=paper.refused, by=world.people[DIRECTOR], at=moment
        )  # fmt: skip


def remove(contracts: list[int]) -> None:
    """Take out what the demo's contracts cost."""
    SupplierInvoice.objects.filter(contract__in=contracts).delete()
    ContractBudget.objects.filter(contract__in=contracts).delete()
