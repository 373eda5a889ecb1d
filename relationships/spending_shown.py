"""How spending is shown: budgets beside what was spent, invoices and who decides on them, and the lines of the journal."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db.models import Sum
from django.utils.timezone import localdate
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from itsm.tickets.finding import page_of
from itsm.tickets.lines import add_label
from itsm.ui.moments import kept_text
from relationships.models import Contract, ContractBudget, Supplier, SupplierInvoice
from relationships.spending import objection
from relationships.spending_forms import BudgetForm, InvoiceForm
from relationships.supplier_querysets import keeps

if TYPE_CHECKING:
    from itsm.people.models import Person

#: So many invoices stand on the page of a contract, and wait on that of the register; the file has all.
MOST = 50
#: The columns of the file.
HEADER = (
    gettext_lazy("Kind"), gettext_lazy("Number of the invoice"), pgettext_lazy("budget", "From"), pgettext_lazy("budget", "Until"),
    pgettext_lazy("invoice", "Received on"), gettext_lazy("Amount (NT$)"), gettext_lazy("State"), gettext_lazy("Entered by"),
    pgettext_lazy("invoice", "Decided by"), pgettext_lazy("invoice", "Decided at"), gettext_lazy("Reason"), gettext_lazy("Note"),
)  # fmt: skip
TONES = {"received": ("waiting", "clock"), "approved": ("done", "check"), "refused": ("closed", "cross")}


def of_contract(contract: Contract, *, person: Person) -> dict[str, Any]:
    """Collect budgets with what was spent of them, what no budget covers, and the newest invoices."""
    budgets = list(contract.budgets.with_actual().order_by("-starts_on"))
    approved = contract.invoices.filter(state="approved").aggregate(total=Sum("amount"))["total"] or 0
    uncovered, people = approved - sum(one.actual for one in budgets), ("entered_by", "decided_by")
    invoices = list(contract.invoices.select_related(*people).order_by("-issued_on", "-pk")[: MOST + 1])
    return {
        "budgets": [against(one) for one in budgets],
        "uncovered": money(uncovered) if uncovered else "",
        "invoices": [_invoice(one, contract, person) for one in invoices[:MOST]],
        "more_invoices": len(invoices) > MOST,
        "may_enter": keeps(person) and contract.state != "draft",
        "budget_form": BudgetForm(auto_id="budget-%s", initial=_next_year(budgets)),
        "invoice_form": InvoiceForm(auto_id="invoice-%s", initial={"received_on": localdate()}),
    }


def of_supplier(supplier: Supplier, *, person: Person) -> list[dict[str, Any]]:
    """List the budgets of today of a supplier's contracts, with what was spent of them."""
    today = localdate()
    rows = ContractBudget.objects.visible_to(person).filter(contract__supplier=supplier).overlapping(today, today)
    found = rows.with_actual().select_related("contract").order_by("contract__number")
    return [against(one) | {"contract": one.contract, "url": f"{page_of(one.contract)}#spending"} for one in found]


def waiting(person: Person) -> list[dict[str, Any]]:
    """List the invoices on which the person may decide now, those that came first above."""
    rows = SupplierInvoice.objects.decidable_by(person).select_related("contract", "supplier__organisation")
    return [
        {"row": one, "contract": one.contract, "amount": money(one.amount)}
        for one in rows.order_by("received_on", "pk")[:MOST]
    ]


def against(budget: Any) -> dict[str, Any]:
    """Lay out a budget that was read with what was spent of it, with the share, cut to whole per cents."""
    share = int(Fraction(budget.actual, budget.amount) * 100)
    return {
        "row": budget,
        "budget": money(budget.amount),
        "actual": money(budget.actual),
        "share": f"{share} %",
        "over": budget.actual > budget.amount,
    }


def _invoice(invoice: SupplierInvoice, contract: Contract, person: Person) -> dict[str, Any]:
    invoice.contract = contract
    tone, glyph = TONES[invoice.state]
    may = invoice.is_open and not objection(invoice, person)
    shown = {"row": invoice, "amount": money(invoice.amount), "tone": tone, "glyph": glyph}
    return shown | {"may_decide": may, "own": invoice.entered_by_id == person.pk}


def money(amount: int) -> str:
    """Write whole NT$."""
    return f"{'−' if amount < 0 else ''}NT${abs(amount):,}"


def _next_year(budgets: list[Any]) -> dict[str, date]:
    """Propose the year that follows the last budget, or this one."""
    year = max((one.ends_on.year + 1 for one in budgets), default=localdate().year)
    return {"starts_on": date(year, 1, 1), "ends_on": date(year, 12, 31)}


def lines(contract: Contract) -> Any:
    """Give a line for each budget and each invoice of a contract; an invoice is from and until its day."""
    for one in contract.budgets.select_related("set_by").order_by("starts_on"):
        yield [
            gettext("Budget"), "", one.starts_on.isoformat(), one.ends_on.isoformat(), "", one.amount, "", one.set_by.name, "", "", "",
            one.note,
        ]  # fmt: skip
    rows = contract.invoices.select_related("entered_by", "decided_by").order_by("issued_on", "pk")
    for row in rows.iterator():
        day, by = row.issued_on.isoformat(), row.decided_by.name if row.decided_by else ""
        yield [
            str(row.get_kind_display()), row.number, day, day, row.received_on.isoformat(), row.amount, str(row.get_state_display()),
            row.entered_by.name, by, row.decided_at, row.reason, row.note,
        ]  # fmt: skip


# ---- the journal ----------------------------------------------------------------------------
LABELS = {
    "set_budget": gettext_lazy("Budget from %(starts_on)s until %(ends_on)s: %(amount)s"),
    "change_budget": gettext_lazy("Budget changed, from %(starts_on)s until %(ends_on)s: %(amount)s"),
    "enter_invoice": gettext_lazy("Invoice %(number)s entered: %(amount)s"),
    "approve_invoice": gettext_lazy("Invoice %(number)s approved: %(amount)s"),
    "refuse_invoice": gettext_lazy("Invoice %(number)s refused: %(amount)s"),
}


def register() -> None:
    """Register how the journal tells of budgets and invoices."""
    for name, words in LABELS.items():
        add_label(name, partial(_label, words))


def _label(words: Any, event: Any) -> str:
    days = {name: kept_text(event.facts[name]) for name in ("starts_on", "ends_on") if name in event.facts}
    facts = event.facts | days | {"amount": money(event.facts["amount"])}
    return str(str(words) % facts)
