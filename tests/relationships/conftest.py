"""What tests of relationships share: the owner of the process, and a complaint led to each of its states."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from catalogue.models import Category, Service
from incidents import services
from itsm.hours.models import Calendar
from itsm.people.models import Organisation, Person
from itsm.records.perform import perform
from relationships import suppliers
from relationships.complaints import raise_complaint
from relationships.models import Contract, Supplier
from relationships.supplier_guards import CONTENTS
from tests.fixtures import MONDAY, make_person

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
Walk = Callable[..., Any]
PERIOD: dict[str, Any] = {
    "starts_on": date(2026, 1, 1), "ends_on": date(2027, 6, 30), "review_on": date(2026, 12, 15),
}  # fmt: skip


@pytest.fixture
def relations(db: None) -> Person:
    """The owner of the process."""
    return make_person("relations", "brm", name="許關係")


@pytest.fixture
def top(db: None) -> Person:
    """The management representative."""
    return make_person("top", "management_rep", name="鄭代表")


@pytest.fixture
def complaint(requester: Person, service: Service, agent: Person) -> Any:
    """A complaint about a slow answer."""
    return raise_complaint(
        by=requester, complainant=requester, at=MONDAY, source="portal", title="等了三天沒有人回覆", description="打了兩次電話",
        service=service, wish="請說明原因",
    )  # fmt: skip


def registration(requester: Person, service: Service, owner: Person, **more: Any) -> dict[str, Any]:
    """Everything that registering asks for."""
    return {
        "nature": "timeliness", "service": service, "severity": "2", "requester": requester, "assignee": owner, "origin": "portal",
        **more,
    }  # fmt: skip


@pytest.fixture
def walk(complaint: Any, requester: Person, service: Service, agent: Person) -> Walk:
    """Lead the complaint to a state along the usual way, one hour for each step."""
    given: dict[str, tuple[Person, dict[str, Any]]] = {
        "register": (agent, registration(requester, service, agent)),
        "start_processing": (agent, {"plan": "調閱通話紀錄"}),
        "report_result": (agent, {"answer": "當日人力不足，致歉", "actions": "增派一名值班"}),
        "agree_to_close": (requester, {"consent_way": "portal"}),
    }
    way = ["submitted", "registered", "processing", "awaiting_consent", "closed"]

    def to(state: str, *, start: datetime = MONDAY) -> Any:
        record = complaint
        for number, name in enumerate(list(given)[: way.index(state)], 1):
            by, inputs = given[name]
            record = perform(record, name, by=by, at=start + number * HOUR, **inputs)
        assert record.state == state
        return record

    return to


# ---- suppliers ------------------------------------------------------------------------------
@pytest.fixture
def keeper(db: None) -> Person:
    """The service level manager, who keeps contracts."""
    return make_person("keeper", "slm", name="吳服務")


@pytest.fixture
def supplier(keeper: Person) -> Supplier:
    """A supplier of our network."""
    made = Organisation.objects.create(code="fibre", name_zh="光纖電信", name_en="Fibre Telecom", kind="supplier")
    found: Supplier = Supplier.objects.create(organisation=made, owner=keeper, tax_id="12345678")
    return found


@pytest.fixture
def draft(supplier: Supplier, keeper: Person) -> Contract:
    """A contract with all that it must say: four hours for any case, one for the highest priority."""
    return suppliers.open_contract(
        by=keeper, supplier=supplier, title="骨幹線路維護", at=MONDAY, targets={None: 240, 1: 60},
        hours=Calendar.objects.get(code="taiwan-office"), **PERIOD, **dict.fromkeys(CONTENTS, "如附件"),
    )  # fmt: skip


@pytest.fixture
def contract(draft: Contract, keeper: Person) -> Any:
    """The contract in force."""
    return perform(draft, "put_in_force", by=keeper, at=MONDAY)


@pytest.fixture
def incident(requester: Person, service: Service, category: Category, agent: Person) -> Any:
    """An incident that the agent works on."""
    made = services.raise_incident(by=requester, requester=requester, title="對外線路中斷", service=service, at=MONDAY)
    made = perform(made, "classify", by=agent, at=MONDAY, service=service, category=category, impact="2", urgency="2")
    return perform(made, "assign_first_line", by=agent, at=MONDAY, assignee=agent)
