"""What contracts cost: budgets, invoices, who decides on them, and what the database itself holds of it."""

from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from itsm.people.models import Organisation, Person
from itsm.records.models import Event
from itsm.records.refusals import MovedOn, NotAllowed, Objected
from relationships import spending, suppliers
from relationships.models import Contract, ContractBudget, Supplier, SupplierInvoice
from tests.fixtures import MONDAY, make_person
from tests.relationships.conftest import DAY, HOUR
from tests.relationships.test_complaint_pages import signed_in

pytestmark = pytest.mark.django_db
YEAR: dict[str, Any] = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}
PAPER: dict[str, Any] = {"number": "AB-1001", "issued_on": date(2026, 11, 5), "received_on": date(2026, 11, 9)}


@pytest.fixture
def budget(contract: Any, keeper: Person) -> ContractBudget:
    """365,000 for 2026: a thousand for each day."""
    return spending.set_budget(contract, by=keeper, amount=365_000, at=MONDAY, **YEAR)


@pytest.fixture
def invoice(contract: Any, keeper: Person) -> SupplierInvoice:
    """An invoice of November that the keeper has entered."""
    return spending.enter_invoice(contract, by=keeper, amount=90_000, at=MONDAY, **PAPER)


@pytest.fixture
def other_keeper(db: None) -> Person:
    """Somebody else who keeps contracts."""
    return make_person("other-keeper", "slm", name="宋服務")


def posted(**more: Any) -> dict[str, Any]:
    """What the form of an invoice sends."""
    return {
        "kind": "invoice",
        "number": "AB-1001",
        "issued_on": "2026-11-05",
        "received_on": "2026-11-09",
        "amount": "90000",
        **more,
    }


# ---- budgets --------------------------------------------------------------------------------
def test_no_day_has_two_budgets(contract: Any, keeper: Person, budget: ContractBudget) -> None:
    with pytest.raises(Objected) as refused:
        spending.set_budget(contract, by=keeper, starts_on=date(2026, 12, 31), ends_on=date(2027, 12, 30), amount=1)
    assert list(refused.value.fields) == ["starts_on"]

    spending.set_budget(contract, by=keeper, starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31), amount=1)
    spending.set_budget(contract, by=keeper, amount=400_000, budget=budget, **YEAR)

    assert list(ContractBudget.objects.order_by("starts_on").values_list("amount", flat=True)) == [400_000, 1]
    names = list(Event.objects.filter(record=contract.pk, kind="edited").order_by("pk").values_list("name", flat=True))
    assert names == ["set_budget", "set_budget", "change_budget"]
    assert Event.objects.get(record=contract.pk, name="change_budget").facts["before"]["amount"] == 365_000


def test_what_a_budget_was_is_journaled_as_it_stood_not_as_somebody_read_it(
    contract: Any, keeper: Person, budget: ContractBudget
) -> None:
    read_before = ContractBudget.objects.get(pk=budget.pk)
    spending.set_budget(contract, by=keeper, amount=400_000, budget=budget, **YEAR)

    changed = spending.set_budget(contract, by=keeper, amount=500_000, budget=read_before, **YEAR)

    told = Event.objects.filter(record=contract.pk, name="change_budget").latest("pk")
    assert (told.facts["before"]["amount"], told.facts["amount"], changed.amount) == (400_000, 500_000, 500_000)


def test_the_database_refuses_a_second_budget_for_a_day(contract: Any, keeper: Person, budget: ContractBudget) -> None:
    row = {"contract": contract, "set_by": keeper, "set_at": MONDAY, "amount": 5}

    with pytest.raises(IntegrityError, match="budget_once_a_day"), transaction.atomic():
        ContractBudget.objects.create(starts_on=date(2026, 6, 1), ends_on=date(2026, 6, 1), **row)
    other = suppliers.open_contract(by=keeper, supplier=contract.supplier, title="另一份", at=MONDAY)
    ContractBudget.objects.create(starts_on=date(2026, 6, 1), ends_on=date(2026, 6, 1), **{**row, "contract": other})


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ({"ends_on": date(2025, 12, 31)}, "ends_on"),
        ({"amount": 0}, "amount"),
        ({"amount": 10**12 + 1}, "amount"),
        ({"starts_on": date(1, 1, 1)}, "starts_on"),
    ],
)
def test_a_budget_must_be_one(contract: Any, keeper: Person, more: dict[str, Any], fault: str) -> None:
    with pytest.raises(Objected) as refused:
        spending.set_budget(contract, by=keeper, **({"amount": 10, **YEAR} | more))

    assert fault in refused.value.fields


@pytest.mark.parametrize("amount", [1, 10, 364, 365, 100_000, 999_999])
def test_the_months_of_a_budget_make_the_whole(amount: int) -> None:
    budget = ContractBudget(amount=amount, **YEAR)
    firsts = [date(2026, month, 1) for month in range(1, 13)] + [date(2027, 1, 1)]

    parts = [budget.part(first, after - DAY) for first, after in pairwise(firsts)]

    assert sum(parts) == amount == budget.part(date(2020, 1, 1), date(9999, 12, 31))
    assert min(parts) >= amount * 28 // 365
    assert budget.part(date(2027, 1, 1), date(2027, 12, 31)) == budget.part(date(2025, 1, 1), date(2025, 12, 31)) == 0


# ---- invoices -------------------------------------------------------------------------------
def test_who_enters_an_invoice_does_not_decide_on_it(invoice: Any, keeper: Person, other_keeper: Person) -> None:
    with pytest.raises(Objected):
        spending.decide(invoice, approve=True, by=keeper, at=MONDAY)

    decided = spending.decide(invoice, approve=True, by=other_keeper, at=MONDAY + HOUR)

    assert (decided.state, decided.decided_by, decided.decided_at) == ("approved", other_keeper, MONDAY + HOUR)
    with pytest.raises(MovedOn):
        spending.decide(invoice, approve=False, reason="晚了", by=other_keeper, at=MONDAY + HOUR)
    events = Event.objects.filter(record=invoice.contract_id, kind="edited").order_by("pk")
    assert [one.name for one in events] == ["enter_invoice", "approve_invoice"]


def test_the_representative_and_who_answers_for_the_contract_decide_too(
    contract: Any, keeper: Person, invoice: Any, top: Person, engineer: Person, agent: Person
) -> None:
    Contract.objects.filter(pk=contract.pk).update(owner=engineer)
    second = spending.enter_invoice(contract, by=keeper, amount=5, at=MONDAY, **{**PAPER, "number": "AB-1002"})

    assert spending.decide(SupplierInvoice.objects.get(pk=invoice.pk), approve=True, by=top).state == "approved"
    assert spending.decide(SupplierInvoice.objects.get(pk=second.pk), approve=True, by=engineer).state == "approved"
    with pytest.raises(NotAllowed):
        spending.decide(second, approve=True, by=agent)
    with pytest.raises(NotAllowed):
        spending.enter_invoice(contract, by=top, amount=5, **{**PAPER, "number": "AB-1003"})


def test_a_refusal_says_why_and_frees_the_number(contract: Any, invoice: Any, keeper: Person, top: Person) -> None:
    with pytest.raises(Objected) as refused:
        spending.decide(invoice, approve=False, by=top, reason="  ")
    assert list(refused.value.fields) == ["reason"]
    with pytest.raises(Objected) as twice:
        spending.enter_invoice(contract, by=keeper, amount=1, at=MONDAY, **{**PAPER, "number": " ab-1001 "})
    assert list(twice.value.fields) == ["number"]

    spending.decide(invoice, approve=False, by=top, reason="金額有誤")
    again = spending.enter_invoice(contract, by=keeper, amount=80_000, at=MONDAY, **PAPER)

    assert (again.number, again.state) == ("AB-1001", "received")


def test_a_number_is_the_suppliers_over_all_contracts(contract: Any, invoice: Any, keeper: Person) -> None:
    firm = Organisation.objects.create(code="wire", name_zh="銅線", kind="supplier")
    elsewhere = Supplier.objects.create(organisation=firm)
    values = {
        name: getattr(invoice, name) for name in ("kind", "number", "issued_on", "received_on", "amount", "entered_at")
    }
    row = {"contract": contract, "supplier": contract.supplier, "entered_by": keeper, **values}

    with pytest.raises(IntegrityError, match="invoice_number_once"), transaction.atomic():
        SupplierInvoice.objects.create(**row)
    with pytest.raises(IntegrityError, match="invoice_supplier_of_contract"), transaction.atomic():
        SupplierInvoice.objects.create(**row | {"supplier": elsewhere})


def test_a_credit_note_counts_below_zero(contract: Any, keeper: Person) -> None:
    made = spending.enter_invoice(contract, by=keeper, kind="credit", amount=3_000, at=MONDAY, **PAPER)

    assert made.amount == -3_000


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ({"number": " "}, "number"),
        ({"number": "9" * 41}, "number"),
        ({"amount": 0}, "amount"),
        ({"received_on": date(2026, 11, 24)}, "received_on"),
        ({"issued_on": date(1026, 11, 5)}, "issued_on"),
    ],
)
def test_an_invoice_must_be_one(contract: Any, keeper: Person, more: dict[str, Any], fault: str) -> None:
    with pytest.raises(Objected) as refused:
        spending.enter_invoice(contract, by=keeper, at=MONDAY, **({"amount": 10, **PAPER} | more))

    assert list(refused.value.fields) == [fault]


def test_nothing_is_paid_under_a_draft(draft: Contract, keeper: Person) -> None:
    with pytest.raises(Objected):
        spending.enter_invoice(draft, by=keeper, amount=10, at=MONDAY, **PAPER)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ("amount = -1", "invoice_stays"),
        ("number = 'X'", "invoice_stays"),
        ("entered_by_id = {other}", "invoice_stays"),
        ("state = 'approved'", "invoice_decided_by_somebody"),
        ("state = 'approved', decided_at = now(), decided_by_id = {keeper}", "invoice_decided_by_another"),
        ("state = 'refused', decided_at = now(), decided_by_id = {other}", "invoice_refused_with_reason"),
    ],
)
def test_raw_sql_is_held_too(invoice: Any, keeper: Person, other_keeper: Person, change: str, name: str) -> None:
    said = change.format(keeper=keeper.pk, other=other_keeper.pk)

    with pytest.raises(IntegrityError, match=name), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE relationships_supplierinvoice SET {said} WHERE id = %s", [invoice.pk])


def test_what_was_decided_stands(invoice: Any, other_keeper: Person) -> None:
    spending.decide(invoice, approve=True, by=other_keeper)

    for statement in (
        "UPDATE relationships_supplierinvoice SET state = 'received', decided_by_id = NULL, decided_at = NULL",
        "UPDATE relationships_supplierinvoice SET reason = 'x'",
        "DELETE FROM relationships_supplierinvoice",
    ):
        with (
            pytest.raises(IntegrityError, match="stays as it was"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


# ---- pages ----------------------------------------------------------------------------------
def test_an_invoice_is_entered_and_approved_on_the_pages(
    contract: Any, keeper: Person, budget: Any, top: Person
) -> None:
    place, client = f"/contracts/{contract.number}/", signed_in(keeper)
    wrong = client.post(f"{place}invoices/new/", posted(amount="-5"))
    assert (wrong.status_code, "AB-1001" in wrong.content.decode()) == (422, True)
    made = client.post(f"{place}invoices/new/", posted())
    assert made["Location"] == f"{place}#spending"
    row = SupplierInvoice.objects.get()

    own = client.post(f"{place}invoices/{row.pk}/", {"decision": "approve"})
    assert (own.status_code, "somebody else decides" in own.content.decode()) == (422, True)
    director = signed_in(top)
    assert f"/contracts/{contract.number}/invoices/{row.pk}/" in director.get("/suppliers/").content.decode()
    assert director.post(f"{place}invoices/{row.pk}/", {"decision": "refuse", "reason": ""}).status_code == 422
    assert director.post(f"{place}invoices/{row.pk}/", {"decision": "approve"}).status_code == 303

    page = client.get(place).content.decode()
    assert "NT$365,000" in page
    assert "24 %" in page  # 90,000 of 365,000
    assert "Invoice AB-1001 approved: NT$90,000" in page


def test_the_page_of_a_supplier_shows_the_budgets_of_today(contract: Any, keeper: Person, top: Person) -> None:
    today = timezone.localdate()
    spending.set_budget(contract, by=keeper, starts_on=today, ends_on=today + DAY, amount=400)
    spending.set_budget(contract, by=keeper, starts_on=today + 2 * DAY, ends_on=today + 3 * DAY, amount=77)
    for number, amount, day in (("A", 300, today), ("B", 200, today), ("C", 999, today - DAY)):
        paper: dict[str, Any] = {"number": number, "issued_on": day, "received_on": today}
        spending.decide(spending.enter_invoice(contract, by=keeper, amount=amount, **paper), approve=True, by=top)

    page = signed_in(keeper).get("/suppliers/fibre/").content.decode()

    assert ("NT$400" in page, "NT$500" in page, "125 %" in page, "NT$77" in page) == (True, True, True, False)
    assert "NT$999" in signed_in(top).get(f"/contracts/{contract.number}/").content.decode()  # no budget has its day


def test_a_budget_is_set_and_changed_on_the_pages(contract: Any, keeper: Person, budget: Any) -> None:
    place, client = f"/contracts/{contract.number}/budgets/", signed_in(keeper)
    given = {"starts_on": "2026-07-01", "ends_on": "2027-06-30", "amount": "1000"}

    taken = client.post(f"{place}new/", given)
    assert (taken.status_code, "already" in taken.content.decode()) == (422, True)
    assert "365000" in client.get(f"{place}{budget.pk}/").content.decode()
    assert client.post(f"{place}{budget.pk}/", given).status_code == 303

    budget.refresh_from_db()
    assert (budget.amount, budget.starts_on) == (1000, date(2026, 7, 1))


def test_the_file_has_every_row(contract: Any, keeper: Person, budget: Any, invoice: Any) -> None:
    spending.enter_invoice(contract, by=keeper, amount=7, at=MONDAY, **{**PAPER, "number": "=1+1"})

    found = signed_in(keeper).get(f"/contracts/{contract.number}/spending.csv")

    lines = found.content.decode("utf-8-sig").splitlines()
    assert (len(lines), found["Content-Type"]) == (4, "text/csv; charset=utf-8")
    assert '"365000"' in lines[1]
    assert '"\'=1+1"' in lines[3]


def test_only_those_who_read_contracts_see_what_they_cost(
    contract: Any, invoice: Any, budget: Any, requester: Person, agent: Person, top: Person
) -> None:
    place = f"/contracts/{contract.number}/"
    outside = make_person("firm", unit=contract.supplier.organisation, name="光纖業務")
    for path in ("spending.csv", f"invoices/{invoice.pk}/"):
        assert [signed_in(who).get(place + path).status_code for who in (requester, outside, agent, top)] == [
            403,
            403,
            404,
            200,
        ]
    for path in ("invoices/new/", "budgets/new/", f"budgets/{budget.pk}/"):
        assert [
            signed_in(who).post(place + path, posted()).status_code for who in (requester, outside, agent, top)
        ] == [403] * 4
    assert signed_in(agent).post(f"{place}invoices/{invoice.pk}/", {"decision": "approve"}).status_code == 404
    assert "AB-1001" not in signed_in(agent).get("/suppliers/fibre/").content.decode()


def test_an_auditor_reads_and_decides_nothing(contract: Any, invoice: Any) -> None:
    auditor = signed_in(make_person("audit", "auditor", name="鄭稽核"))
    place = f"/contracts/{contract.number}/invoices/{invoice.pk}/"

    assert 'name="decision"' not in auditor.get(place).content.decode()
    assert auditor.post(place, {"decision": "approve"}).status_code == 403


def test_the_page_costs_the_same_however_many_invoices_there_are(contract: Any, keeper: Person, budget: Any) -> None:
    client, place = signed_in(keeper), f"/contracts/{contract.number}/"

    def grow(start: int) -> int:
        for number in range(start, start + 3):
            spending.enter_invoice(contract, by=keeper, amount=7, at=MONDAY, **{**PAPER, "number": f"N{number}"})
        with CaptureQueriesContext(connection) as spent:
            client.get(place)
        return len(spent)

    client.get(place)
    assert grow(0) == grow(3)
