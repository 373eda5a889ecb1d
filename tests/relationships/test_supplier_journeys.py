"""Supplier cases by the clock of their contract, contracts and their dates, disputes, evaluations and reviews."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from incidents.models import Incident
from itsm.notices.models import Notification
from itsm.people.models import Organisation, Person
from itsm.records.links import linked
from itsm.records.models import LinkKind
from itsm.records.perform import open_record, perform
from itsm.records.refusals import NotAllowed, Objected
from itsm.tickets.models import HoldReason
from relationships import suppliers
from relationships.models import Contract, Customer, ServiceReview, Supplier, SupplierCase, SupplierDispute
from relationships.supplier_figures import evaluation_rows, supplier_score
from sla.models import Clock
from sla.sweep import sweep
from tests.fixtures import MONDAY
from tests.relationships.conftest import DAY, HOUR, PERIOD, Walk

pytestmark = pytest.mark.django_db


def hold(incident: Any, agent: Person) -> Any:
    """Let the incident wait for its supplier."""
    why = HoldReason.objects.get(code="awaiting_supplier")
    return perform(incident, "hold", by=agent, at=MONDAY, hold_reason=why, follow_up_at=MONDAY + 30 * DAY)


def sent(case: Any, agent: Person, contract: Any, **more: Any) -> Any:
    """Send the case to its supplier."""
    given = {"contract": contract, "contact": "客服專線", "question": "請查修"} | more
    return perform(case, "send", by=agent, at=MONDAY + HOUR, **given)


def told(person: Person) -> set[str]:
    """Name the templates of what a person was told."""
    return set(Notification.objects.filter(person=person).values_list("template", flat=True))


# ---- supplier cases -------------------------------------------------------------------------
def test_holding_for_a_supplier_opens_a_case_and_the_answer_lets_it_go_on(
    incident: Any, agent: Person, contract: Any
) -> None:
    held = hold(incident, agent)

    (row,) = linked(held, kind=LinkKind.SUPPLIER_CASE).records
    case = sent(SupplierCase.objects.get(pk=row.pk), agent, contract)
    assert (case.title, case.priority, case.state) == (incident.title, incident.priority, "waiting")
    perform(case, "record_answer", by=agent, at=MONDAY + 2 * HOUR, answer="已更換模組")

    assert Incident.objects.get(pk=incident.pk).state == "l1_processing"


def test_holding_twice_opens_one_case(incident: Any, agent: Person) -> None:
    held = hold(incident, agent)
    again = perform(held, "resume", by=agent, at=MONDAY + HOUR)
    hold(again, agent)

    assert SupplierCase.objects.count() == 1


def test_the_incident_waits_until_every_supplier_has_answered(incident: Any, agent: Person, contract: Any) -> None:
    hold(incident, agent)
    first = sent(SupplierCase.objects.get(), agent, contract)
    other = sent(suppliers.open_case(incident, by=agent, at=MONDAY), agent, contract)

    perform(first, "record_answer", by=agent, at=MONDAY + 2 * HOUR, answer="無異常")
    assert Incident.objects.get(pk=incident.pk).state == "on_hold"
    perform(other, "record_answer", by=agent, at=MONDAY + 3 * HOUR, answer="已修復")

    assert Incident.objects.get(pk=incident.pk).state == "l1_processing"


@pytest.mark.parametrize(("priority", "minutes"), [(1, 60), (3, 240)])
def test_the_contract_sets_the_target_of_the_clock(
    incident: Any, agent: Person, contract: Any, priority: int, minutes: int
) -> None:
    Incident.objects.filter(pk=incident.pk).update(priority=priority)
    case = suppliers.open_case(incident, by=agent, at=MONDAY)
    assert not Clock.objects.filter(record_id=case.pk).agreed().exists()

    case = sent(case, agent, contract)

    clock = Clock.objects.agreed().get(record_id=case.pk)
    assert (clock.target_seconds, clock.started_at, case.due_at) == (minutes * 60, MONDAY + HOUR, clock.due_at)


def test_the_clock_rests_while_the_answer_is_looked_at(incident: Any, agent: Person, contract: Any) -> None:
    case = sent(suppliers.open_case(incident, by=agent, at=MONDAY), agent, contract)
    case = perform(case, "record_answer", by=agent, at=MONDAY + 2 * HOUR, answer="請重開機")
    assert Clock.objects.agreed().get(record_id=case.pk).state == "soft"

    case = perform(case, "ask_again", by=agent, at=MONDAY + 6 * HOUR, missing="重開無效")
    assert [row.answer for row in case.exchanges.all()] == ["請重開機", ""]
    case = perform(case, "record_answer", by=agent, at=MONDAY + 7 * HOUR, answer="派員到場")
    case = perform(case, "close", by=agent, at=MONDAY + 7 * HOUR, outcome="solved")

    clock = Clock.objects.agreed().get(record_id=case.pk)
    assert (clock.state, clock.elapsed_seconds) == ("met", 2 * 3600)


def test_a_silent_supplier_is_told_to_who_waits_and_who_keeps_the_contract(
    incident: Any, agent: Person, contract: Any, keeper: Person
) -> None:
    hold(incident, agent)
    sent(SupplierCase.objects.get(), agent, contract)
    sweep(at=MONDAY + 3 * HOUR)
    assert "supplier_silent" not in told(keeper)

    sweep(at=MONDAY + DAY)

    assert "supplier_silent" in told(keeper) & told(agent)


def test_sending_needs_a_contract_in_force_and_somebody_to_ask(incident: Any, agent: Person, contract: Any) -> None:
    case = suppliers.open_case(incident, by=agent, at=MONDAY)

    with translation.override("en"), pytest.raises(Objected) as refusal:
        sent(case, agent, contract, contact="")
    assert "reference or a contact" in " ".join(map(str, refusal.value.reasons))
    assert list(Contract.objects.usable_by(agent)) == [contract]
    assert not Contract.objects.visible_to(agent).exists()


def test_only_who_works_on_a_case_asks_a_supplier_about_it(incident: Any, other_requester: Person) -> None:
    with pytest.raises(NotAllowed):
        suppliers.open_case(incident, by=other_requester, at=MONDAY)


# ---- contracts ------------------------------------------------------------------------------
def test_a_contract_is_in_force_only_when_it_says_everything(supplier: Supplier, keeper: Person) -> None:
    thin = suppliers.open_contract(by=keeper, supplier=supplier, title="線路", at=MONDAY, **PERIOD)

    with pytest.raises(Objected):
        perform(thin, "put_in_force", by=keeper, at=MONDAY)


def test_the_end_of_a_contract_is_told_and_then_comes(contract: Any, keeper: Person) -> None:
    end = contract.ends_on
    for days, name in ((181, ""), (179, "contract_ends"), (89, "contract_notice"), (-1, "contract_over")):
        sweep(at=MONDAY + timedelta(days=(end - MONDAY.date()).days - days))
        assert not name or name in told(keeper)

    assert Contract.objects.get(pk=contract.pk).state == "expired"


def test_a_contract_is_reviewed_and_renewed(contract: Any, keeper: Person) -> None:
    sweep(at=MONDAY + 23 * DAY)
    assert "contract_look" in told(keeper)
    reviewing = perform(contract, "begin_review", by=keeper, at=MONDAY)
    with pytest.raises(Objected):
        perform(reviewing, "finish_review", by=keeper, at=MONDAY, minutes="照舊", review_on=date(2026, 1, 1))

    renewed = perform(
        reviewing,
        "renew",
        by=keeper,
        at=MONDAY,
        minutes="續約一年",
        ends_on=date(2028, 6, 30),
        review_on=date(2027, 6, 1),
    )

    assert (renewed.state, renewed.ends_on) == ("in_force", date(2028, 6, 30))


def test_agents_draft_no_contracts(supplier: Supplier, agent: Person) -> None:
    with pytest.raises(NotAllowed):
        suppliers.open_contract(by=agent, supplier=supplier, title="線路")


def test_a_subcontractor_has_a_lead(supplier: Supplier, db: None) -> None:
    other = Organisation.objects.create(code="cable", name_zh="纜線工程", kind="supplier")
    with pytest.raises(IntegrityError), transaction.atomic():
        Supplier.objects.create(organisation=other, tier="sub")

    Supplier.objects.create(organisation=other, tier="sub", lead_supplier=supplier)
    assert supplier.subcontractors.count() == 1


# ---- disputes, evaluations, reviews ---------------------------------------------------------
def test_a_complaint_may_become_a_dispute_and_returns_when_it_is_settled(
    walk: Walk, agent: Person, keeper: Person, contract: Any
) -> None:
    complaint = perform(
        walk("processing"), "refer_to_process", by=agent, at=MONDAY + 4 * HOUR, process="supplier_dispute"
    )
    dispute = SupplierDispute.objects.get()
    dispute = perform(dispute, "negotiate", by=keeper, at=MONDAY + 5 * HOUR, contract=contract, step="去函說明")
    assert dispute.supplier == contract.supplier
    perform(dispute, "settle", by=keeper, at=MONDAY + DAY, result="扣罰違約金", favour="ours")

    complaint.refresh_from_db(fields=["phase"])
    assert type(complaint).objects.get(pk=complaint.pk).state == "processing"


def test_a_score_is_the_weighted_mean_of_the_marks(supplier: Supplier, keeper: Person, agent: Person) -> None:
    marks = {"quality": 5, "timeliness": 3, "cooperation": 4, "price": 2}
    made = suppliers.evaluate(
        supplier, by=keeper, held_on=date(2026, 11, 20), minutes="良好", next_on=date(2027, 5, 20), marks=marks
    )

    assert made.score == pytest.approx((4 * 5 + 3 * 3 + 2 * 4 + 1 * 2) / 10)
    with pytest.raises(Objected):
        suppliers.evaluate(
            supplier, by=keeper, held_on=date(2026, 11, 20), minutes="", next_on=None, marks=marks | {"price": 6}
        )
    with pytest.raises(NotAllowed):
        suppliers.evaluate(supplier, by=agent, held_on=date(2026, 11, 20), minutes="x", next_on=None, marks=marks)


def test_what_was_held_today_counts_in_a_period_that_still_runs(supplier: Supplier, keeper: Person) -> None:
    """The period ends now, at seven in the morning of the 21st in Taipei, which is the 20th in UTC."""
    marks = {"quality": 4, "timeliness": 4, "cooperation": 4, "price": 4}
    for day in (20, 21, 22):
        suppliers.evaluate(supplier, by=keeper, held_on=date(2026, 11, day), minutes="良好", next_on=None, marks=marks)
    midnight, now = datetime(2026, 11, 20, 16, tzinfo=UTC), datetime(2026, 11, 20, 23, tzinfo=UTC)

    assert supplier_score(start=midnight - DAY, end=now).count == 2
    assert supplier_score(start=midnight - DAY, end=midnight).count == 1
    assert [row.held_on.day for row in evaluation_rows(start=midnight, end=now)] == [21]


def test_a_review_with_a_customer_is_held_signed_and_planned_anew(unit: Organisation, keeper: Person) -> None:
    customer = Customer.objects.create(organisation=unit, account_owner=keeper)
    review = open_record(
        ServiceReview, by=keeper, at=MONDAY, title="第四季審查", customer=customer, planned_on=date(2026, 12, 1),
        period_start=date(2026, 9, 1), period_end=date(2026, 11, 30),
    )  # fmt: skip
    held = perform(
        review, "hold_review", by=keeper, at=MONDAY, attendees="雙方", minutes="檢視指標", decisions="增設窗口"
    )
    perform(held, "sign_review", by=keeper, at=MONDAY, signed_by="周主任", next_on=date(2027, 3, 1))

    assert Customer.objects.get(pk=customer.pk).next_review_on == date(2027, 3, 1)
