"""The figure of spending, counted by hand, with the rows that make it; and spending over REST."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from itsm.people.models import Person
from itsm.records import kpis
from itsm.records.figures import PART, WHOLE
from itsm.reporting import unmeasured
from itsm.reporting.listing import listed
from relationships import spending
from relationships.models import ContractBudget, SupplierInvoice
from relationships.spending_figures import invoice_rows
from relationships.spending_figures import spending as figure
from tests.fixtures import MONDAY
from tests.relationships.conftest import DAY
from tests.relationships.test_complaint_pages import signed_in
from tests.relationships.test_register_api import send as send

pytestmark = pytest.mark.django_db
TAIPEI = ZoneInfo("Asia/Taipei")
Send = Callable[..., Any]


def at(year: int, month: int, day: int) -> datetime:
    """Midnight in Taipei."""
    return datetime(year, month, day, tzinfo=TAIPEI)


def over(start: datetime, end: datetime) -> tuple[int, int]:
    """Part and whole of the figure."""
    found = figure(start=start, end=end)
    return found.part, found.whole


@pytest.fixture
def bills(contract: Any, keeper: Person, top: Person) -> dict[str, SupplierInvoice]:
    """A budget of a thousand a day; three approved papers around November, one refused and one that waits."""
    spending.set_budget(
        contract, by=keeper, starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31), amount=365_000, at=MONDAY
    )
    made = {}
    for number, kind, day, amount, decision in (
        ("first", "invoice", date(2026, 11, 1), 20_000, True),
        ("last", "invoice", date(2026, 11, 20), 5_500, True),
        ("back", "credit", date(2026, 11, 20), 500, True),
        ("before", "invoice", date(2026, 10, 31), 7_777, True),
        ("wrong", "invoice", date(2026, 11, 10), 9_999, False),
        ("waits", "invoice", date(2026, 11, 11), 8_888, None),
    ):
        paper: dict[str, Any] = {"number": number, "kind": kind, "issued_on": day, "received_on": date(2026, 11, 20)}
        row = spending.enter_invoice(contract, by=keeper, amount=amount, at=MONDAY, **paper)
        if decision is not None:
            row = spending.decide(row, approve=decision, reason="有誤", by=top, at=MONDAY)
        made[number] = row
    return made


def test_november_by_hand(bills: dict[str, SupplierInvoice]) -> None:
    found = figure(start=at(2026, 11, 1), end=at(2026, 12, 1))

    assert (found.part, found.whole) == (25_000, 30_000)
    assert found.ratio == Fraction(5, 6)
    wanted = {(bills["first"].pk, 20_000), (bills["last"].pk, 5_500), (bills["back"].pk, -500)}
    assert set(found.sides[PART].pairs()) == wanted
    assert found.sides[WHOLE].pairs() == [(ContractBudget.objects.get().pk, 30_000)]


def test_a_period_that_runs_counts_its_last_day_whole(bills: dict[str, SupplierInvoice]) -> None:
    noon = at(2026, 11, 20) + timedelta(hours=12)

    assert over(at(2026, 11, 1), noon) == (25_000, 20_000)
    assert over(at(2026, 11, 1), at(2026, 11, 20)) == (20_000, 19_000)


def test_without_a_budget_there_is_a_dash(bills: dict[str, SupplierInvoice]) -> None:
    ContractBudget.objects.all().delete()

    found = figure(start=at(2026, 11, 1), end=at(2026, 12, 1))

    assert (found.part, found.ratio, str(found)) == (25_000, None, "-")
    assert str(figure(start=at(2030, 1, 1), end=at(2030, 2, 1))) == "-"


def test_a_budget_that_reaches_over_the_period_gives_its_days(contract: Any, keeper: Person) -> None:
    spending.set_budget(contract, by=keeper, starts_on=date(2026, 10, 30), ends_on=date(2026, 11, 1), amount=100)

    months = [over(at(2026, 10, 1), at(2026, 11, 1)), over(at(2026, 11, 1), at(2026, 12, 1))]

    assert months == [(0, 66), (0, 34)]


def test_its_rows_are_opened_and_add_up(bills: dict[str, SupplierInvoice], keeper: Person, agent: Person) -> None:
    found = figure(start=at(2026, 11, 1), end=at(2026, 12, 1))
    for side, number in ((PART, 25_000), (WHOLE, 30_000)):
        seen, unseen = (listed(found.sides[side], person=who) for who in (keeper, agent))
        assert sum(line["amount"] for line in seen.lines) == seen.total == number
        assert (unseen.lines, unseen.hidden, unseen.total) == ([], seen.count, number)


def test_its_pages_lead_to_the_contract(contract: Any, keeper: Person, top: Person) -> None:
    today = timezone.localdate()
    spending.set_budget(contract, by=keeper, starts_on=today - 9 * DAY, ends_on=today, amount=1_234_567)
    paper: dict[str, Any] = {"number": "AB-9", "issued_on": today - DAY, "received_on": today}
    spending.decide(spending.enter_invoice(contract, by=keeper, amount=345_678, **paper), approve=True, by=top)
    place = f"/reports/figures/contract.spending/?from={today - 9 * DAY}&to={today}"

    whole, part = (signed_in(keeper).get(place + side).content.decode() for side in ("", "&side=part"))

    assert f'href="/contracts/{contract.number}/#spending"' in whole
    assert ("1,234,567" in whole, "345,678" in part, "AB-9" in part) == (True, True, True)


def test_it_stands_in_the_dictionary_and_is_measured() -> None:
    kpi = kpis.find("contract.spending")

    assert kpi is not None
    assert (kpi.unit, kpi.good, kpi.owner, kpi.target) == ("share", "down", "slm", Fraction(1))
    assert str(kpi.label) not in {str(one.label) for one in unmeasured.FIGURES}


def test_decided_invoices_are_evidence(bills: dict[str, SupplierInvoice]) -> None:
    rows = invoice_rows(start=at(2026, 11, 1), end=at(2026, 12, 1))

    assert [row.number for row in rows] == ["first", "last", "back", "before", "wrong"]
    assert all(row.entered_by != row.decided_by for row in rows)


# ---- REST -----------------------------------------------------------------------------------
PAPER = {"number": "AB-1", "issued_on": "2026-11-05", "received_on": "2026-11-09", "amount": 90_000}
YEAR = {"starts_on": "2026-01-01", "ends_on": "2026-12-31", "amount": 365_000}


def test_invoices_are_entered_and_decided_on_over_rest(send: Send, contract: Any, keeper: Person, top: Person) -> None:
    place = f"contracts/{contract.number}/invoices"
    wrong = send(keeper, "post", place, PAPER | {"amount": -1})
    assert (wrong.status_code, list(wrong.json()["errors"])) == (400, ["amount"])
    made = send(keeper, "post", place, PAPER | {"kind": "credit"})
    assert (made.status_code, made.json()["amount"], made.json()["state"]) == (201, -90_000, "received")
    assert list(send(keeper, "post", place, PAPER).json()["errors"]) == ["number"]

    decision = f"{place}/{made.json()['id']}/decision"
    own = send(keeper, "post", decision, {"decision": "approve"})
    assert (own.status_code, SupplierInvoice.objects.get().state) == (422, "received")
    assert list(send(top, "post", decision, {"decision": "refuse"}).json()["errors"]) == ["reason"]
    approved = send(top, "post", decision, {"decision": "approve"})
    assert (approved.status_code, approved.json()["decided_by"]["username"]) == (200, "top")
    assert send(top, "post", decision, {"decision": "approve"}).status_code == 409
    assert [row["number"] for row in send(top, "get", place).json()["results"]] == ["AB-1"]
    assert send(top, "post", f"{place}/987654321/decision", {"decision": "approve"}).status_code == 404


def test_budgets_are_set_and_changed_over_rest(
    send: Send, contract: Any, keeper: Person, top: Person, bills: dict[str, SupplierInvoice]
) -> None:
    place = f"contracts/{contract.number}/budgets"
    assert list(send(keeper, "post", place, YEAR).json()["errors"]) == ["starts_on"]
    (row,) = send(top, "get", place).json()["results"]
    assert (row["amount"], row["actual"], row["set_by"]["username"]) == (365_000, 32_777, "keeper")

    changed = send(keeper, "put", f"{place}/{row['id']}", YEAR | {"amount": 1_000_000})
    assert (changed.status_code, changed.json()["amount"]) == (200, 1_000_000)
    assert send(top, "put", f"{place}/{row['id']}", YEAR).status_code == 403
    assert send(top, "post", place, YEAR).status_code == 403
    assert send(keeper, "put", f"{place}/987654321", YEAR).status_code == 404


def test_over_rest_only_readers_of_contracts_know_of_it(
    send: Send, contract: Any, bills: dict[str, SupplierInvoice], requester: Person, agent: Person, client: Client
) -> None:
    place = f"contracts/{contract.number}"
    for who in (requester, agent):
        for path in ("budgets", "invoices"):
            assert send(who, "get", f"{place}/{path}").status_code == 404
            assert send(who, "post", f"{place}/{path}", PAPER).status_code == 404
        decision = f"{place}/invoices/{bills['waits'].pk}/decision"
        assert send(who, "post", decision, {"decision": "approve"}).status_code == 404
    client.logout()
    assert client.get(f"/api/v1/{place}/invoices").status_code == 401
