"""What suppliers are asked by mail, what somebody is reminded of, and what service reviews bring."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from catalogue.models import Service
from itsm.notices.models import Notification, Outbox
from itsm.notices.rendering import letter
from itsm.people.models import Organisation, Person
from itsm.records.perform import open_record, perform
from itsm.records.refusals import NotAllowed, Objected
from relationships import action_register as reviewing
from relationships import reminders, suppliers
from relationships.models import Customer, ServiceReview, Supplier, SupplierCase, SupplierContact
from relationships.survey_models import ImprovementAction
from sla.sweep import sweep
from tests.fixtures import MONDAY
from tests.relationships.conftest import DAY, HOUR

pytestmark = pytest.mark.django_db
#: Ten in the morning, as Monday's start is.
MORNING = MONDAY
TODAY = MONDAY.date()


# ---- questions ------------------------------------------------------------------------------
def _send(incident: Any, agent: Person, contract: Any, contact: str) -> SupplierCase:
    case = suppliers.open_case(incident, by=agent, at=MONDAY)
    given = {"contract": contract, "contact": contact, "reference": "F-1", "question": "請更換光模組"}
    sent: SupplierCase = perform(case, "send", by=agent, at=MONDAY + HOUR, **given)
    return sent


@pytest.mark.parametrize("contact", ["林工程師", "客服 <support@fibre.example>", "support@fibre.example"])
def test_a_question_goes_to_the_supplier_by_mail(
    incident: Any, agent: Person, contract: Any, supplier: Supplier, contact: str
) -> None:
    SupplierContact.objects.create(supplier=supplier, name="林工程師", email="support@fibre.example")
    case = _send(incident, agent, contract, contact)

    row = Outbox.objects.get(template="supplier_question")
    assert row.email == "support@fibre.example"
    said = letter(row)
    for words in ("請更換光模組", str(case.number), "F-1", contract.title):
        assert words in said.body
    assert "/t/" not in said.body
    assert incident.number not in said.body + said.subject
    case = perform(case, "record_answer", by=agent, at=MONDAY + 2 * HOUR, answer="哪一個？")
    perform(case, "ask_again", by=agent, at=MONDAY + 3 * HOUR, missing="第二埠的模組")
    again = Outbox.objects.filter(template="supplier_question").latest("pk")
    assert "第二埠的模組" in letter(again).body


def test_who_was_called_gets_no_mail(incident: Any, agent: Person, contract: Any) -> None:
    case = _send(incident, agent, contract, "客服專線")

    assert not Outbox.objects.filter(template="supplier_question").exists()
    assert case.exchanges.get().mailed_to == ""


# ---- reminders ------------------------------------------------------------------------------
def told(template: str) -> set[str]:
    """Name who was told by a template."""
    return set(Notification.objects.filter(template=template).values_list("person__username", flat=True))


def test_evaluations_are_reminded_of_before_on_and_after_their_day(supplier: Supplier, keeper: Person) -> None:
    Supplier.objects.update(next_evaluation_on=TODAY)

    def count(at: datetime) -> int:
        reminders.remind(at=at)
        return Notification.objects.filter(template="evaluation_due").count()

    assert count(MORNING - 8 * DAY) == 0
    assert count(MORNING - 7 * DAY) == 1
    assert count(MORNING - 3 * DAY) == 1
    assert count(MORNING) == 2
    assert count(MORNING + 6 * DAY) == 2
    assert count(MORNING + 7 * DAY) == 3
    assert told("evaluation_due") == {keeper.username}


def test_nobody_is_reminded_at_night(supplier: Supplier) -> None:
    Supplier.objects.update(next_evaluation_on=TODAY)

    assert reminders.remind(at=MORNING - 8 * HOUR) == 0


def test_a_contract_that_is_due_for_review_is_named(contract: Any, keeper: Person) -> None:
    sweep(at=datetime(2026, 12, 15, 2, tzinfo=MONDAY.tzinfo))

    row = Outbox.objects.get(template="contract_look", person=keeper)
    assert contract.number in letter(row).subject
    assert f"/contracts/{contract.number}/" in letter(row).body


@pytest.fixture
def review(keeper: Person, service: Service) -> Any:
    """A service review with the library, planned for in three days."""
    unit, _new = Organisation.objects.get_or_create(code="library", defaults={"name_zh": "圖書館"})
    customer = Customer.objects.create(organisation=unit, account_owner=keeper)
    customer.services.add(service)
    return open_record(
        ServiceReview, by=keeper, at=MONDAY, title="圖書館服務審查", customer=customer, planned_on=TODAY + 3 * DAY,
        period_start=date(2026, 8, 1), period_end=date(2026, 10, 31),
    )  # fmt: skip


def hold(review: Any, keeper: Person) -> Any:
    """Hold it."""
    given: dict[str, Any] = {"attendees": "何館長", "minutes": "檢討三個月", "decisions": "延長開館時間支援"}
    return perform(review, "hold_review", by=keeper, at=MONDAY + 3 * DAY, **given)


def test_planned_reviews_and_customers_without_one_are_reminded_of(review: Any, keeper: Person) -> None:
    Customer.objects.update(next_review_on=TODAY)
    reminders.remind(at=MORNING)
    assert (told("review_planned"), told("customer_review_due")) == ({keeper.username}, set())

    hold(review, keeper)
    reminders.remind(at=MORNING + DAY)
    assert told("customer_review_due") == {keeper.username}


def test_actions_of_a_review_are_noted_told_reminded_of_and_stand_on_the_first_page(
    client: Client, review: Any, keeper: Person, agent: Person, engineer: Person
) -> None:
    client.force_login(keeper)
    at = f"/reviews/{review.number}/actions/new/"
    given = {"text": "增設週末值班", "owner": engineer.pk, "due_on": (timezone.localdate() + 2 * DAY).isoformat()}
    early = client.post(at, given)
    assert early.status_code == 422
    hold(review, keeper)
    assert client.post(at, given).status_code == 303
    action = ImprovementAction.objects.get()
    assert told("action_given") == {engineer.username}
    assert "增設週末值班" in client.get(f"/reviews/{review.number}/").content.decode()

    reminders.remind(at=timezone.now().replace(hour=2))
    assert told("action_due") == {engineer.username}
    client.force_login(engineer)
    assert "增設週末值班" in client.get("/desk/").content.decode()
    assert "增設週末值班" in client.get("/surveys/actions/").content.decode()
    assert client.post(f"/surveys/actions/{action.pk}/done/", {"result": "已排班"}).status_code == 303
    assert "增設週末值班" not in client.get("/desk/").content.decode()


def test_who_does_not_keep_the_relationship_notes_no_action(review: Any, keeper: Person, agent: Person) -> None:
    held = hold(review, keeper)
    soon = TODAY + timedelta(days=9)

    with pytest.raises(NotAllowed):
        reviewing.agree(held, text="x", owner=agent, due_on=soon, by=agent, at=MONDAY)
    with pytest.raises(Objected):
        reviewing.agree(held, text="x", owner=agent, due_on=None, by=keeper, at=MONDAY)


def test_others_do_not_see_or_end_actions_that_are_not_theirs(
    client: Client, review: Any, keeper: Person, engineer: Person
) -> None:
    held = hold(review, keeper)
    action = reviewing.agree(held, text="保密事項", owner=keeper, due_on=TODAY + 9 * DAY, by=keeper, at=MONDAY)
    client.force_login(engineer)

    assert "保密事項" not in client.get("/surveys/actions/").content.decode()
    assert client.post(f"/surveys/actions/{action.pk}/done/", {"result": "x"}).status_code == 404


@pytest.mark.parametrize("language", ["zh-hant", "en"])
def test_the_minutes_of_a_review_are_a_document(client: Client, review: Any, keeper: Person, language: str) -> None:
    hold(review, keeper)
    client.force_login(keeper)
    client.cookies["django_language"] = language

    answer = client.get(f"/reviews/{review.number}/minutes.pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert len(answer.content) > 3000
