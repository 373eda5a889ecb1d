"""A problem, a change and a supplier case come of a case over REST, with what is known already filled in."""

from __future__ import annotations

from typing import Any

import pytest

from changes.models import Change
from changes.services import draft
from itsm.people.models import Person
from itsm.records.links import linked, linking
from itsm.records.models import LinkKind
from problems.models import Problem
from relationships.models import SupplierCase
from tests.api.conftest import caller as caller
from tests.api.conftest import order as order

pytestmark = pytest.mark.django_db


def problem_of(case: Any) -> str:
    return f"/api/v1/incidents/{case.number}/problem"


@pytest.mark.parametrize("interface", ["page", "api"])
def test_a_problem_is_raised_from_an_incident_with_what_is_known_of_it(
    interface: str, caller: Any, signed_in: Any, worked: Any, agent: Person
) -> None:
    words = {"title": worked.title, "description": worked.description}
    if interface == "page":
        signed_in(agent).post(f"/t/{worked.number}/problem", words | {"origin": "trend"})
    else:
        answer = caller(agent).post(problem_of(worked), {"origin": "trend"})
        assert answer.status_code == 201, answer.content
        assert answer["Location"] == f"/api/v1/problems/{answer.json()['number']}"

    made = Problem.objects.get()
    known = ("title", "description", "service_id", "category_id", "impact", "urgency", "priority")
    assert [getattr(made, name) for name in known] == [getattr(worked, name) for name in known]
    assert (made.origin, made.requester) == ("trend", agent)
    assert [row.pk for row in linked(worked, kind=LinkKind.ESCALATED_TO_PROBLEM).records] == [made.pk]


def test_own_words_of_a_problem_are_kept(caller: Any, worked: Any, agent: Person) -> None:
    body = {"origin": "proactive", "title": "每週一次", "description": ""}

    told = caller(agent).post(problem_of(worked), body).json()

    assert (told["title"], told["description"], told["origin"]) == ("每週一次", "", "proactive")


@pytest.mark.parametrize(
    "body", [{}, {"origin": "major_incident"}, {"origin": "trend", "title": ""}, {"origin": "trend", "service": "x"}]
)
def test_a_problem_that_is_not_well_said_is_refused(
    caller: Any, worked: Any, agent: Person, body: dict[str, str]
) -> None:
    answer = caller(agent).post(problem_of(worked), body)

    assert answer.status_code == 400
    assert answer.json()["errors"]
    assert not Problem.objects.exists()


def test_who_asked_raises_no_problem_and_others_do_not_know_of_the_incident(
    caller: Any, worked: Any, order: Any, agent: Person, requester: Person, other_requester: Person
) -> None:
    body = {"origin": "trend"}

    assert caller(requester).post(problem_of(worked), body).status_code == 403
    assert caller(other_requester).post(problem_of(worked), body).status_code == 404
    assert caller(agent).post(problem_of(order), body).status_code == 404
    assert not Problem.objects.exists()


@pytest.mark.parametrize("address", ["problem", "supplier"])
def test_the_same_request_with_a_key_makes_one(caller: Any, worked: Any, agent: Person, address: str) -> None:
    client, key = caller(agent), {"Idempotency-Key": "once"}
    asked = (problem_of(worked), {"origin": "trend"})
    if address == "supplier":
        asked = ("/api/v1/supplier-cases", {"case": worked.number})

    first, second = (client.post(*asked, headers=key) for _again in range(2))

    assert (first.status_code, second["Idempotency-Replayed"]) == (201, "true"), first.content
    assert first.json() == second.json()
    assert (Problem if address == "problem" else SupplierCase).objects.count() == 1


def test_a_supplier_case_has_the_words_of_the_case_that_waits(caller: Any, worked: Any, agent: Person) -> None:
    told = caller(agent).post("/api/v1/supplier-cases", {"case": worked.number}).json()

    assert (told["title"], told["description"]) == (worked.title, worked.description)
    assert [row.number for row in linked(worked, kind=LinkKind.SUPPLIER_CASE).records] == [told["number"]]


def test_a_change_has_the_words_of_the_incident_that_it_comes_of(caller: Any, worked: Any, agent: Person) -> None:
    told = caller(agent).post("/api/v1/changes", {"origin": worked.number}).json()

    assert (told["title"], told["description"]) == (worked.title, worked.description)
    assert (told["service"]["code"], told["justification"]) == ("documents", f"{worked.number} {worked.title}")
    assert [row.number for row in linking(worked, kind=LinkKind.FIXES_INCIDENT).records] == [told["number"]]


def test_a_change_of_its_own_needs_a_subject(caller: Any, agent: Person) -> None:
    answer = caller(agent).post("/api/v1/changes", {"description": "x"})

    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["title"])
    assert not Change.objects.exists()


def test_words_written_for_a_change_win_over_those_of_one_that_it_is_like(caller: Any, agent: Person) -> None:
    like = draft(title="舊案", description="舊的說明", by=agent)
    client = caller(agent)

    own = client.post("/api/v1/changes", {"title": "新案", "description": "新的說明", "similar": like.number}).json()
    copied = client.post("/api/v1/changes", {"title": "新案", "similar": like.number}).json()

    assert (own["description"], copied["description"]) == ("新的說明", "舊的說明")


def test_a_service_change_says_why_it_is_one_before_it_is_submitted(
    caller: Any, service: Any, engineer: Person
) -> None:
    client, words = caller(engineer), "Say why it is a service change."
    body = {"title": "服務終止", "service": "documents", "class_basis": ["service_change"]}
    bare = client.post("/api/v1/changes", body).json()["number"]
    told = client.post("/api/v1/changes", body | {"service_change_reason": "對外不再提供"}).json()

    without = client.post(f"/api/v1/changes/{bare}/transitions/submit", {})
    said = client.post(f"/api/v1/changes/{told['number']}/transitions/submit", {})

    assert (without.status_code, words in without.json()["reasons"]) == (422, True)
    assert told["service_change_reason"] == "對外不再提供"
    assert words not in said.json().get("reasons", [])
