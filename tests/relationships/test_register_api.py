"""The registers, contracts, disputes and reviews written over REST: the same forms, rules and roles as on the pages."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from catalogue.models import Service
from itsm.people.models import Organisation, Person
from itsm.records.perform import perform
from relationships.models import Contract, Customer, ServiceReview, Supplier, SupplierDispute
from relationships.supplier_guards import CONTENTS
from tests.fixtures import MONDAY
from tests.relationships.conftest import DAY

pytestmark = pytest.mark.django_db
Send = Callable[..., Any]


@pytest.fixture
def send(client: Client) -> Send:
    """Send JSON as somebody who is signed in."""

    def go(person: Person, method: str, path: str, body: Any = None, **headers: str) -> Any:
        client.force_login(person)
        return getattr(client, method)(
            f"/api/v1/{path}", data=body or {}, content_type="application/json", headers=headers
        )

    return go


def test_a_supplier_is_added_changed_and_given_a_contact(send: Send, keeper: Person, supplier: Supplier) -> None:
    body = {"code": "cooling", "name_zh": "冷卻工程", "tier": "sub", "lead_supplier": "fibre", "owner": "keeper"}
    made = send(keeper, "post", "suppliers", body)
    assert (made.status_code, made.json()["lead_supplier"]["code"]) == (201, "fibre")
    assert made.headers["Location"] == "/api/v1/suppliers/cooling"
    again = send(keeper, "post", "suppliers", body)
    assert (again.status_code, list(again.json()["errors"])) == (422, ["code"])

    changed = send(keeper, "patch", "suppliers/cooling", {"criticality": 1, "name_en": "Cooling"})
    assert (changed.json()["criticality"], changed.json()["tier"]) == (1, "sub")
    assert send(keeper, "patch", "suppliers/cooling", {"code": "other"}).status_code == 422
    lost = send(keeper, "patch", "suppliers/cooling", {"lead_supplier": ""})
    assert list(lost.json()["errors"]) == ["lead_supplier"]
    contact = send(keeper, "post", "suppliers/cooling/contacts", {"name": "羅技師", "email": "lo@cooling.example"})
    assert contact.json()["contacts"] == [{"name": "羅技師", "role": "", "phone": "", "email": "lo@cooling.example"}]
    assert Organisation.objects.get(code="cooling").name_en == "Cooling"


def test_an_evaluation_is_kept_and_read_only_by_who_reads_contracts(
    send: Send, keeper: Person, supplier: Supplier, agent: Person
) -> None:
    marks = {"quality": 4, "timeliness": 3, "cooperation": 5, "price": 4}
    body = {"held_on": "2026-11-20", "minutes": "報告遲交", "next_on": "2027-05-20", **marks}

    assert send(agent, "post", "suppliers/fibre/evaluations", body).status_code == 403
    kept = send(keeper, "post", "suppliers/fibre/evaluations", body)
    assert (kept.status_code, kept.json()["evaluations"][0]["score"]) == (201, 3.9)
    assert send(agent, "get", "suppliers/fibre").json()["evaluations"] == []


@pytest.mark.parametrize(
    ("method", "path"),
    [("post", "suppliers"), ("patch", "suppliers/fibre"), ("post", "suppliers/fibre/contacts"), ("post", "customers"),
     ("post", "contracts"), ("post", "supplier-disputes"), ("post", "service-reviews")],
)  # fmt: skip
def test_only_keepers_write(
    send: Send, supplier: Supplier, agent: Person, requester: Person, method: str, path: str
) -> None:
    body: dict[str, Any] = {"name": "x"} if path.endswith("contacts") else {}
    assert send(agent, method, path, body).status_code == 403
    assert send(requester, method, path, body).status_code in (403, 404)


def test_a_customer_is_added_with_services_and_who_speaks_for_it(send: Send, keeper: Person, service: Service) -> None:
    Organisation.objects.create(code="archive", name_zh="檔案館")
    body = {"organisation": "archive", "account_owner": "keeper", "services": [service.code], "needs": "晚間開館"}
    made = send(keeper, "post", "customers", body)
    assert (made.status_code, made.json()["services"][0]["code"]) == (201, service.code)
    assert send(keeper, "post", "customers", body).status_code == 422

    changed = send(keeper, "patch", "customers/archive", {"needs": "週末開館"})
    assert (changed.json()["needs"], changed.json()["account_owner"]["username"]) == ("週末開館", "keeper")
    spoken = send(keeper, "post", "customers/archive/contacts", {"name": "何館長", "kind": "user"})
    assert spoken.json()["contacts"][0]["kind"] == "user"


def test_a_contract_is_drafted_put_in_force_and_kept_from_changes(
    send: Send, keeper: Person, supplier: Supplier, service: Service
) -> None:
    body = {
        "supplier": "fibre", "title": "機房線路", "services": [service.code], "starts_on": "2026-01-01", "ends_on": "2027-12-31",
        "review_on": "2999-01-01", "hours": "taiwan-office", "targets": [{"minutes": 240}, {"priority": 2, "minutes": 90}],
        **dict.fromkeys(CONTENTS[1:], "如附件"),
    }  # fmt: skip
    made = send(keeper, "post", "contracts", body)
    assert made.status_code == 201, made.content
    number = made.json()["number"]
    assert made.json()["targets"] == [{"priority": 2, "minutes": 90}, {"priority": None, "minutes": 240}]
    at = f"contracts/{number}"
    incomplete = send(keeper, "post", f"{at}/transitions/put_in_force")
    assert incomplete.status_code == 422

    assert send(keeper, "patch", at, {"scope": "線路維護"}).status_code == 428
    changed = send(keeper, "patch", at, {"scope": "線路維護"}, **{"If-Match": made.headers["ETag"]})
    assert (changed.status_code, changed.json()["scope"], len(changed.json()["targets"])) == (200, "線路維護", 2)
    assert send(keeper, "patch", at, {"scope": "x"}, **{"If-Match": made.headers["ETag"]}).status_code == 412
    assert send(keeper, "post", f"{at}/transitions/put_in_force").status_code == 200
    closed = send(keeper, "patch", at, {"scope": "又改"}, **{"If-Match": "*"})
    assert closed.status_code == 422
    assert Contract.objects.get(number=number).scope == "線路維護"


def test_targets_that_the_page_does_not_show_stay(client: Client, keeper: Person, draft: Contract) -> None:
    draft.targets.create(priority=2, minutes=90)
    client.force_login(keeper)
    form = {"title": draft.title, "notice_days": "90", "any_minutes": "300", "p1_minutes": ""}

    assert client.post(f"/contracts/{draft.number}/edit/", form).status_code == 303
    assert sorted(draft.targets.values_list("minutes", flat=True)) == [90, 300]


def test_a_dispute_is_raised_about_a_contract(send: Send, keeper: Person, contract: Any) -> None:
    made = send(keeper, "post", "supplier-disputes", {"title": "遲延", "claim": "扣罰", "contract": contract.number})
    assert (made.status_code, made.json()["supplier"]["code"]) == (201, "fibre")
    nobody = send(keeper, "post", "supplier-disputes", {"title": "遲延", "claim": "扣罰"})
    assert list(nobody.json()["errors"]) == ["supplier"]
    assert SupplierDispute.objects.count() == 1


def test_a_review_is_planned_held_and_gives_actions(send: Send, keeper: Person, engineer: Person) -> None:
    unit = Organisation.objects.create(code="archive", name_zh="檔案館")
    Customer.objects.create(organisation=unit, account_owner=keeper)
    body = {"customer": "archive", "title": "季審查", "planned_on": "2026-12-01", "period_start": "2026-08-01"}
    backwards = send(keeper, "post", "service-reviews", body | {"period_end": "2026-07-01"})
    assert list(backwards.json()["errors"]) == ["period_end"]
    made = send(keeper, "post", "service-reviews", body | {"period_end": "2026-10-31"})
    assert made.status_code == 201
    at = f"service-reviews/{made.json()['number']}/actions"
    action = {"text": "增設值班", "owner": engineer.username, "due_on": (timezone.localdate() + DAY).isoformat()}
    assert send(keeper, "post", at, action).status_code == 422

    review = ServiceReview.objects.get()
    perform(review, "hold_review", by=keeper, at=MONDAY, attendees="館長", minutes="檢討", decisions="增班")
    noted = send(keeper, "post", at, action)
    assert (noted.status_code, noted.json()["actions"][0]["owner"]["username"]) == (201, engineer.username)
