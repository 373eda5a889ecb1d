"""The design of a service drafts its agreements where it is new, and names those and the contracts that it concerns otherwise."""

from datetime import date
from typing import Any

import pytest

from catalogue.models import Service
from itsm.hours.models import Calendar
from itsm.people.models import Organisation, Person
from itsm.records.links import linked
from itsm.records.models import LinkKind
from itsm.records.perform import perform
from relationships import suppliers
from relationships.models import Supplier
from sla import agreement_writing
from sla.models import ServiceAgreement
from tests.catalogue.conftest import DESIGN, Walk
from tests.fixtures import MONDAY, make_person
from tests.notices import told

pytestmark = pytest.mark.django_db
SIGNED: dict[str, Any] = {"customer_signer": "林館長", "customer_title": "館長", "how": "paper", "edition": "01.00"}


@pytest.fixture
def keeper(db: None) -> Person:
    """Who keeps agreements and contracts."""
    return make_person("keeper", "slm", name="吳服務")


@pytest.fixture
def in_force(keeper: Person, service: Service, unit: Organisation) -> ServiceAgreement:
    """An SLA in force that promises something of the service."""
    promise = {"metric": "response", "op": "le", "seconds": 3600, "calendar": "always"}
    sheet = {
        "valid_from": "2026-11-20", "valid_to": "2027-11-19", "next_review_on": "2027-10-01", "hours": "always",
        "workload_zh": "不限", "exceptions_zh": "無",
        "rows": [{"service": service.code, "availability_zh": "98%", "promises": [promise]}],
    }  # fmt: skip
    ours = Organisation.objects.create(code="it", name_zh="資訊處")
    parties: dict[str, Any] = {"type": "sla", "level": "service", "provider": ours, "consumer": unit}
    made = agreement_writing.draft(by=keeper, at=MONDAY, title="公文 SLA", sheet=sheet, **parties)
    made = perform(made, "open_negotiation", by=keeper, at=MONDAY)
    made = perform(made, "sign", by=keeper, at=MONDAY, provider_signer=keeper, **SIGNED)
    found: ServiceAgreement = perform(made, "activate", by=keeper, at=MONDAY, effective_on=date(2026, 11, 20))
    return found


@pytest.fixture
def contract(keeper: Person, service: Service) -> Any:
    """A contract that names the service."""
    firm = Organisation.objects.create(code="fibre", name_zh="光纖電信", kind="supplier")
    made = suppliers.open_contract(
        by=keeper, supplier=Supplier.objects.create(organisation=firm, owner=keeper), title="線路維護", at=MONDAY,
        hours=Calendar.objects.get(code="always"),
    )  # fmt: skip
    made.services.add(service)
    return made


def related(record: Any) -> set[str]:
    """Name the agreements and contracts that the transition is linked with."""
    return {str(row.number) for row in linked(record, kind=LinkKind.RELATED_TO).records}


def test_a_new_service_gets_drafts_of_its_agreements_once(
    walk: Walk, service: Service, keeper: Person, transition_manager: Person
) -> None:
    record = walk("acceptance", kind="new")

    promised, beneath = ServiceAgreement.objects.order_by("pk")
    assert [(row.type, row.state, row.owner) for row in (promised, beneath)] == [
        ("sla", "draft", service.owner),
        ("ola", "draft", service.owner),
    ]
    assert list(beneath.underpins.all()) == [promised]
    assert [row.service for row in promised.editions.get().rows.all()] == [record.service]
    assert related(record) == {promised.number, beneath.number}

    back = perform(
        record, "fail_acceptance", by=service.owner, at=MONDAY, failed_criteria="登入", failure_decision="重來"
    )
    perform(back, "finish_design", by=service.owner, at=MONDAY, **DESIGN)
    assert ServiceAgreement.objects.count() == 2


@pytest.mark.parametrize("kind", ["change", "remove"])
def test_a_service_that_changes_names_what_was_agreed_about_it(
    walk: Walk, service: Service, in_force: ServiceAgreement, contract: Any, keeper: Person, kind: str
) -> None:
    record = walk("designing", kind=kind)
    told.silence()

    record = perform(record, "finish_design", by=service.owner, at=MONDAY, **DESIGN)

    assert related(record) == {in_force.number, contract.number}
    assert ServiceAgreement.objects.count() == 1
    assert {("transition_agreements", "keeper"), ("transition_contract", "keeper")} <= told.heard()
