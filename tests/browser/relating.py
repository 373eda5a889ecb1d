"""What the pages of relationships show: a complaint, a supplier with a contract and a case, a customer with a review."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from catalogue.models import Service
from incidents.models import Incident
from itsm.hours.models import Calendar
from itsm.people.models import Organisation, Person
from itsm.records.perform import open_record, perform
from relationships import spending, suppliers
from relationships.complaints import give_feedback, note_attempt, raise_complaint
from relationships.models import Contract, Customer, ServiceReview, Supplier
from relationships.supplier_guards import CONTENTS


def related(keeper: Person, agent: Person, requester: Person, service: Service, worked: str) -> dict[str, str]:
    """Make them; gives the numbers that stand in addresses."""
    now = timezone.now()
    complaint = raise_complaint(
        by=requester,
        complainant=requester,
        at=now,
        source="portal",
        title="沒有人回電",
        description="等了三天",
        service=service,
    )
    note_attempt(complaint, by=keeper, way="phone", note="未接")
    give_feedback(kind="suggestion", by=requester, title="可以存草稿", text="常被打斷", at=now)
    firm = Organisation.objects.create(code="fibre", name_zh="光纖電信", name_en="Fibre Telecom", kind="supplier")
    supplier = Supplier.objects.create(organisation=firm, owner=keeper)
    today = timezone.localdate()
    contents: dict[str, Any] = dict.fromkeys(CONTENTS, "如附件")
    contract = suppliers.open_contract(
        by=keeper, supplier=supplier, title="線路維護", targets={None: 240}, hours=Calendar.objects.get(code="taiwan-office"),
        starts_on=today, ends_on=today + timedelta(days=60), review_on=today + timedelta(days=30), **contents,
    )  # fmt: skip
    contract = perform(contract, "put_in_force", by=keeper)
    asked = suppliers.open_case(Incident.objects.get(number=worked), by=agent)
    asked = perform(asked, "send", by=agent, contract=contract, contact="客服", question="請查修")
    contract = perform(contract, "begin_review", by=keeper)
    customer = Customer.objects.create(organisation=Organisation.objects.get(code="library"), account_owner=keeper)
    review = open_record(
        ServiceReview,
        by=keeper,
        title="第四季審查",
        customer=customer,
        planned_on=today,
        period_start=today,
        period_end=today,
    )
    records: dict[str, Any] = {"complaint": complaint, "contract": contract, "asked": asked, "review": review}
    numbers = {name: str(record.number) for name, record in records.items()}
    return numbers | costing(contract, keeper)


def costing(contract: Contract, keeper: Person) -> dict[str, str]:
    """Set a budget of the contract and enter an invoice; gives their keys."""
    today = timezone.localdate()
    budget = spending.set_budget(
        contract, by=keeper, starts_on=today, ends_on=today + timedelta(days=364), amount=1_200_000
    )
    paper: dict[str, Any] = {"issued_on": today, "received_on": today, "note": "第一季維護費"}
    bill = spending.enter_invoice(contract, by=keeper, number="UP-31045117", amount=300_000, **paper)
    return {"budget": str(budget.pk), "bill": str(bill.pk)}
