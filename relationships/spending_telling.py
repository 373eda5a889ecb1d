"""Who is told that an invoice waits for a decision, at once and every week, and what became of it; what waits for whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext, gettext_lazy

from itsm.flow.roles import STAFF
from itsm.notices import audience
from itsm.notices.outbox import Notice, is_quiet, put_many
from itsm.notices.templates import add_template
from itsm.people.models import Person
from itsm.ui import duties
from relationships.spending_models import SupplierInvoice
from relationships.spending_querysets import DECIDERS

#: Who decides is reminded of an invoice that has waited so long, and every week from then on.
PATIENCE = timedelta(days=7)
#: So many stand on the first page of a person.
MOST = 20
TEMPLATES = (
    ("invoice_waits", gettext_lazy("An invoice waits for your decision: %(name)s"), "agenda"),
    ("invoice_waits_long", gettext_lazy("An invoice has waited for your decision since %(day)s: %(name)s"), "agenda"),
    ("invoice_approved", gettext_lazy("An invoice that you entered was approved: %(name)s"), "agenda"),
    ("invoice_refused", gettext_lazy("An invoice that you entered was refused: %(name)s"), "edition"),
)


def register() -> None:
    """Register the words and what waits for whom on the first page."""
    for name, headline, body in TEMPLATES:
        add_template(name, headline=headline, body=body)
    duties.offer("invoices", to_decide)


def told(invoice: SupplierInvoice, *, owners: set[int], others: set[int]) -> set[int]:
    """Collect who is told that it waits: who answers for the contract, else who decides on every one; never who entered it."""
    found = owners & {invoice.contract.owner_id or 0}
    return found - {invoice.entered_by_id} or others - {invoice.entered_by_id}


def entered(invoice: SupplierInvoice, *, by: Person, at: datetime) -> None:
    """Tell who decides that an invoice waits for it; who entered it is never asked."""
    if is_quiet():
        return
    people = told(invoice, owners=_owners([invoice]), others=_everybody())
    _put(invoice, "invoice_waits", people, by=by, at=at)


def decided(invoice: SupplierInvoice, *, by: Person, at: datetime) -> None:
    """Tell who entered an invoice what became of it."""
    if not is_quiet():
        _put(invoice, f"invoice_{invoice.state}", {invoice.entered_by_id}, by=by, at=at, reason=invoice.reason)


def _owners(invoices: Iterable[SupplierInvoice]) -> set[int]:
    """Collect who answers for their contracts, of those who work here still."""
    keys = {row.contract.owner_id or 0 for row in invoices}
    workers = Person.objects.active().filter(pk__in=keys, grants__role__in=STAFF)
    return set(workers.values_list("pk", flat=True))


def _everybody() -> set[int]:
    return audience.holders(*sorted(DECIDERS), process="contract")


def _put(
    invoice: SupplierInvoice, template: str, people: Iterable[int], *, by: Person, at: datetime, **facts: Any
) -> None:
    put_many(
        Notice(
            dedupe_key=f"invoice:{invoice.pk}:{template}:{person}", event="approval", template=template, at=at, person_id=person,
            facts={**_facts(invoice), **facts, "actor": by.name},
        )
        for person in audience.without(people, actor=by)
    )  # fmt: skip


def _facts(invoice: SupplierInvoice) -> dict[str, Any]:
    """Name the invoice and its supplier, in both languages, and where it is decided on."""
    firm = invoice.supplier.organisation
    names = {"zh_hant": firm.name_zh, "en": firm.name_en or firm.name_zh}
    return {
        "name": {language: f"{invoice.number} · {name}" for language, name in names.items()},
        "url": f"{settings.SITE_URL}{place(invoice)}",
    }


def place(invoice: SupplierInvoice) -> str:
    """Give the page on which it is decided on."""
    return reverse("relationships:invoice", args=[invoice.contract.number, invoice.pk])


def reminders(*, today: date, at: datetime) -> Iterator[Notice]:
    """Remind who decides of the invoices that have waited for a week, and every week from then on."""
    rows = SupplierInvoice.objects.waiting().select_related("contract", "supplier__organisation").order_by("pk")
    since = {row: localdate(row.entered_at) for row in rows}
    old = [row for row, day in since.items() if day + PATIENCE <= today]
    owners, others = (_owners(old), _everybody()) if old else (set(), set())
    for row in old:
        turn = (today - since[row]).days // PATIENCE.days
        for person in sorted(told(row, owners=owners, others=others)):
            yield Notice(
                dedupe_key=f"invoice_waits_long:{row.pk}:{turn}:{person}", event="reminder", template="invoice_waits_long", at=at,
                person_id=person, facts={**_facts(row), "day": since[row].isoformat()},
            )  # fmt: skip


def to_decide(person: Any, at: datetime) -> list[duties.Duty]:
    """List the invoices that wait for the yes or no of ``person``, for the first page."""
    rows = SupplierInvoice.objects.decidable_by(person).select_related("contract", "supplier__organisation")
    return [
        duties.Duty(f"{row.number} · {row.supplier} · NT${row.amount:,}", place(row), gettext("Invoice to decide on"))
        for row in rows.order_by("received_on", "pk")[:MOST]
    ]
