"""The registers of suppliers and customers, the pages of contracts and supplier cases, and REST."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from itsm.people.models import Organisation, Person
from itsm.records.perform import perform
from relationships import suppliers
from relationships.models import Contract, Customer, ServiceReview, Supplier, SupplierCase
from relationships.scores import scores
from tests.fixtures import MONDAY
from tests.relationships.conftest import HOUR
from tests.relationships.test_complaint_pages import signed_in
from tests.relationships.test_supplier_journeys import sent

pytestmark = pytest.mark.django_db
FIRM = {
    "code": "cooling", "name_zh": "冷卻工程", "name_en": "Cooling", "tier": "lead", "criticality": "1", "tax_id": "", "owner": "",
    "lead_supplier": "", "next_evaluation_on": "", "note": "",
}  # fmt: skip


@pytest.fixture
def closed(incident: Any, agent: Person, contract: Any) -> Any:
    """A supplier case that was answered within two hours, lunch among them, and closed."""
    case = sent(suppliers.open_case(incident, by=agent, at=MONDAY), agent, contract)
    case = perform(case, "record_answer", by=agent, at=MONDAY + 3 * HOUR, answer="已修復")
    return perform(case, "close", by=agent, at=MONDAY + 3 * HOUR, outcome="solved")


def test_the_register_shows_scores_from_the_clocks(closed: Any, agent: Person, supplier: Any, keeper: Person) -> None:
    found = scores([supplier.pk])[supplier.pk]
    assert (found.cases, found.met, found.missed, found.held_seconds, found.attainment) == (1, 1, 0, 3600, 1.0)

    page = signed_in(agent).get("/suppliers/").content.decode()
    assert "1/1" in page
    assert "骨幹線路維護" not in page  # contracts are not for agents
    assert "骨幹線路維護" in signed_in(keeper).get("/suppliers/").content.decode()


def test_a_supplier_is_added_by_who_keeps_the_register(keeper: Person, agent: Person, supplier: Any) -> None:
    assert signed_in(agent).post("/suppliers/new/", FIRM).status_code == 403
    client = signed_in(keeper)
    wrong = client.post("/suppliers/new/", FIRM | {"tier": "sub"})
    assert wrong.status_code == 422
    assert (
        client.post("/suppliers/new/", FIRM | {"tier": "sub", "lead_supplier": supplier.pk})["Location"]
        == "/suppliers/cooling/"
    )

    page = client.get("/suppliers/fibre/").content.decode()
    assert "Cooling" in page
    client.post("/suppliers/cooling/contacts/", {"name": "王工程師", "phone": "02-1234"})
    assert "王工程師" in client.get("/suppliers/cooling/").content.decode()
    client.post("/suppliers/cooling/edit/", FIRM | {"name_en": "Cold", "criticality": "3"})
    assert Supplier.objects.get(organisation__code="cooling").criticality == 3


def test_a_supplier_is_evaluated_and_disputed(keeper: Person, supplier: Any) -> None:
    client = signed_in(keeper)
    marks = {
        "quality": "5",
        "timeliness": "4",
        "cooperation": "4",
        "price": "3",
        "held_on": "2026-11-20",
        "next_on": "",
    }

    assert client.post("/suppliers/fibre/evaluations/", marks | {"minutes": ""}).status_code == 422
    client.post("/suppliers/fibre/evaluations/", marks | {"minutes": "表現良好"})
    assert client.post("/suppliers/fibre/disputes/", {"title": "違約金", "claim": ""}).status_code == 422
    made = client.post("/suppliers/fibre/disputes/", {"title": "違約金", "claim": "逾時三次"})

    assert "4.3" in client.get("/suppliers/fibre/").content.decode()
    assert "逾時三次" in client.get(made["Location"]).content.decode()


def test_a_contract_is_drafted_changed_and_put_in_force(keeper: Person, supplier: Any) -> None:
    client = signed_in(keeper)
    given = {
        "title": "線路維護",
        "starts_on": "2026-01-01",
        "ends_on": "2025-01-01",
        "notice_days": "90",
        "any_minutes": "240",
    }
    assert client.post("/suppliers/fibre/contracts/new/", given).status_code == 422
    made = client.post("/suppliers/fibre/contracts/new/", given | {"ends_on": "2027-01-01"})
    row = Contract.objects.get()

    page = client.get(made["Location"]).content.decode()
    assert "Still missing" in page
    client.post(
        f"/contracts/{row.number}/edit/", given | {"ends_on": "2028-01-01", "scope": "骨幹", "any_minutes": "60"}
    )
    client.post(f"/contracts/{row.number}/files/", {"files": SimpleUploadedFile("合約.txt", "條款".encode())})

    row = Contract.objects.get()
    assert (row.ends_on, row.scope, [target.minutes for target in row.targets.all()]) == (
        date(2028, 1, 1),
        "骨幹",
        [60],
    )
    attached = row.attachments.get()
    sent_back: Any = client.get(f"/contracts/{row.number}/files/{attached.pk}/")
    assert b"".join(sent_back.streaming_content).decode() == "條款"


def test_a_contract_in_force_is_not_written_over(contract: Any, keeper: Person, agent: Person) -> None:
    client = signed_in(keeper)
    before = contract.scope

    client.post(f"/contracts/{contract.number}/edit/", {"title": "x", "notice_days": "1", "scope": "改寫"})

    assert Contract.objects.get(pk=contract.pk).scope == before
    assert signed_in(agent).get(f"/contracts/{contract.number}/").status_code == 404
    assert client.get(f"/contracts/{contract.number}/").status_code == 200


def test_a_supplier_is_asked_from_the_page_of_a_case(incident: Any, agent: Person, contract: Any) -> None:
    client = signed_in(agent)
    assert "Ask a supplier" in client.get(f"/incidents/{incident.number}/").content.decode()

    opened = client.post(f"/supplier-cases/open/{incident.number}/")
    case = SupplierCase.objects.get()
    assert opened["Location"] == f"/supplier-cases/{case.number}/"
    given = {"contract": contract.number, "contact": "客服", "question": "請查修", "version": case.version}
    client.post(f"/t/{case.number}/do/send", given)

    page = client.get(opened["Location"]).content.decode()
    assert "請查修" in page
    assert incident.number in page
    assert str(case.number) in client.get("/supplier-cases/").content.decode()


def test_no_page_leads_to_a_chart_or_a_list_that_is_not_there(
    incident: Any, agent: Person, draft: Contract, keeper: Person
) -> None:
    case = suppliers.open_case(incident, by=agent, at=MONDAY)

    page = signed_in(agent).get(f"/supplier-cases/{case.number}/").content.decode()
    first = signed_in(keeper).get("/desk/").content.decode()

    assert f"/supplier-cases/{case.number}/flow/" not in page
    assert str(draft.number) in first
    assert 'href="/contracts/"' not in first


def test_customers_have_a_page_with_reviews(keeper: Person, unit: Organisation, agent: Person) -> None:
    client = signed_in(keeper)
    assert signed_in(agent).get("/customers/new/").status_code == 403
    made = client.post("/customers/new/", {"organisation": unit.pk, "needs": "開館系統"})
    assert made["Location"] == "/customers/library/"
    client.post("/customers/library/contacts/", {"kind": "representative", "name": "周主任"})
    given = {"title": "第四季", "planned_on": "2026-12-01", "period_start": "2026-09-01", "period_end": "2026-08-01"}
    assert client.post("/customers/library/reviews/", given).status_code == 422
    planned = client.post("/customers/library/reviews/", given | {"period_end": "2026-11-30"})

    assert "Agenda" in client.get(planned["Location"]).content.decode()
    page = client.get("/customers/library/").content.decode()
    assert ("周主任" in page, str(ServiceReview.objects.get().number) in page) == (True, True)
    assert Customer.objects.count() == 1


def test_requesters_see_no_register(requester: Person, supplier: Any) -> None:
    client = signed_in(requester)

    for place in ("/suppliers/", "/suppliers/fibre/", "/customers/", "/supplier-cases/"):
        assert client.get(place).status_code == 403


def test_supplier_cases_and_contracts_over_rest(
    incident: Any,
    agent: Person,
    contract: Any,
    keeper: Person,
    requester: Person,
) -> None:
    desk = signed_in(agent)
    made = desk.post("/api/v1/supplier-cases", {"case": incident.number}, content_type="application/json")
    number = made.json()["number"]
    moved = desk.post(
        f"/api/v1/supplier-cases/{number}/transitions/send", {"contract": contract.number, "contact": "客服", "question": "請查修"},
        content_type="application/json", headers={"if-match": made["ETag"]},
    )  # fmt: skip

    assert (made.status_code, moved.status_code) == (201, 200)
    assert moved.json()["contract"] == contract.number
    assert [row["number"] for row in desk.get("/api/v1/supplier-cases").json()["results"]] == [number]
    assert desk.get(f"/api/v1/contracts/{contract.number}").status_code == 404
    assert signed_in(keeper).get(f"/api/v1/contracts/{contract.number}").json()["supplier"]["code"] == "fibre"
    assert desk.get("/api/v1/suppliers").json()["results"][0]["organisation"]["code"] == "fibre"
    assert signed_in(requester).get("/api/v1/suppliers").json()["results"] == []
    for place in ("contracts", "supplier-disputes", "service-reviews", "customers"):
        assert signed_in(keeper).get(f"/api/v1/{place}").status_code == 200


@pytest.mark.parametrize("address", ["/complaints/?show=all", "/supplier-cases/?show=all", "/suppliers/"])
def test_lists_cost_the_same_however_long_they_are(
    address: str,
    agent: Person,
    requester: Person,
    incident: Any,
    contract: Any,
    keeper: Person,
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from relationships.complaints import raise_complaint

    client = signed_in(agent)

    def grow() -> int:
        for _again in range(3):
            raise_complaint(by=None, complainant=requester, at=MONDAY, source="phone", title="慢", description="")
            sent(suppliers.open_case(incident, by=agent, at=MONDAY), agent, contract)
        with CaptureQueriesContext(connection) as spent:
            client.get(address)
        return len(spent)

    client.get(address)
    assert grow() == grow()
