"""Who is told that an invoice waits for a decision, what became of it, and on whose first page it stands."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from itsm.notices.models import Outbox
from itsm.notices.outbox import quiet
from itsm.people.models import Person
from itsm.ui import duties
from relationships import spending
from relationships.models import Contract, SupplierInvoice
from relationships.reminders import remind
from tests.fixtures import MONDAY, make_person
from tests.relationships.conftest import DAY
from tests.relationships.test_complaint_pages import signed_in

pytestmark = pytest.mark.django_db
PAPER: dict[str, Any] = {"issued_on": date(2026, 11, 5), "received_on": date(2026, 11, 9)}
NOON = MONDAY + timedelta(hours=3)


def enter(contract: Any, by: Person, number: str = "AB-1001") -> SupplierInvoice:
    return spending.enter_invoice(contract, by=by, number=number, amount=90_000, at=MONDAY, **PAPER)


def told(template: str) -> list[str]:
    """Name who was told so, each once."""
    rows = Outbox.objects.filter(template=template).values_list("person__username", flat=True)
    return sorted(set(rows))


def waiting(person: Person) -> list[str]:
    """Give the links of the invoices on the first page of a person."""
    return [one.url for one in duties.of(Person.objects.get(pk=person.pk), at=MONDAY) if "/invoices/" in one.url]


def test_who_answers_for_the_contract_is_told_with_a_link_to_the_invoice(
    contract: Any, keeper: Person, top: Person, engineer: Person
) -> None:
    Contract.objects.filter(pk=contract.pk).update(owner=engineer)

    made = enter(contract, keeper)

    assert told("invoice_waits") == [engineer.username]
    facts = Outbox.objects.filter(template="invoice_waits")[0].facts
    assert facts["url"].endswith(f"/contracts/{contract.number}/invoices/{made.pk}/")
    assert "AB-1001" in facts["name"]["zh_hant"]


def test_where_that_is_who_entered_it_everybody_else_who_decides_is_told(
    contract: Any, keeper: Person, top: Person, agent: Person
) -> None:
    Contract.objects.filter(pk=contract.pk).update(owner=keeper)
    make_person("other-keeper", "brm")

    enter(contract, keeper)

    assert told("invoice_waits") == ["other-keeper", "top"]


def test_an_owner_who_works_here_no_longer_is_not_told(contract: Any, keeper: Person, top: Person) -> None:
    left = make_person("left", "engineer")
    Contract.objects.filter(pk=contract.pk).update(owner=left)
    Person.objects.filter(pk=left.pk).update(is_active=False)

    enter(contract, keeper)

    assert told("invoice_waits") == ["top"]


def test_who_entered_it_hears_what_became_of_it(contract: Any, keeper: Person, top: Person) -> None:
    first, second = enter(contract, keeper), enter(contract, keeper, "AB-1002")

    spending.decide(first, approve=True, by=top, at=MONDAY)
    spending.decide(second, approve=False, reason="金額有誤", by=top, at=MONDAY)

    assert (told("invoice_approved"), told("invoice_refused")) == (["keeper"], ["keeper"])
    assert Outbox.objects.filter(template="invoice_refused")[0].facts["reason"] == "金額有誤"


def test_made_up_history_tells_nobody(contract: Any, keeper: Person, top: Person) -> None:
    with quiet():
        spending.decide(enter(contract, keeper), approve=True, by=top, at=MONDAY)

    assert not Outbox.objects.filter(template__startswith="invoice").exists()


def test_after_a_week_and_every_week_who_decides_is_reminded_once(contract: Any, keeper: Person, top: Person) -> None:
    enter(contract, keeper)
    spending.decide(enter(contract, keeper, "AB-1002"), approve=True, by=top, at=MONDAY)

    def reminded(days: int) -> int:
        remind(at=NOON + days * DAY)
        return Outbox.objects.filter(template="invoice_waits_long").count()

    assert [reminded(days) for days in (6, 7, 7, 13, 14)] == [0, 1, 1, 1, 2]
    assert told("invoice_waits_long") == ["top"]


def test_reminding_of_many_invoices_asks_no_more(contract: Any, keeper: Person, top: Person) -> None:
    def statements(weeks: int) -> int:
        with CaptureQueriesContext(connection) as asked:
            remind(at=NOON + 7 * weeks * DAY)
        return len(asked)

    enter(contract, keeper)
    statements(1)
    few = statements(2)
    for number in range(12):
        enter(contract, keeper, f"N-{number}")

    assert statements(3) == few


def test_it_stands_on_the_first_page_of_who_decides_until_it_is_decided(
    contract: Any, keeper: Person, top: Person, engineer: Person, agent: Person
) -> None:
    Contract.objects.filter(pk=contract.pk).update(owner=engineer)
    made = enter(contract, keeper)
    page = f"/contracts/{contract.number}/invoices/{made.pk}/"

    assert [waiting(one) for one in (top, engineer, keeper, agent)] == [[page], [page], [], []]
    assert page in signed_in(engineer).get("/suppliers/").content.decode()

    spending.decide(made, approve=True, by=engineer, at=MONDAY)

    assert [waiting(one) for one in (top, engineer)] == [[], []]
