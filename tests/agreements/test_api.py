"""Agreements over REST: what is read, drafted, written, moved, and which applies."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from incidents import services
from itsm.people.models import Person
from sla.models import ServiceAgreement
from tests.agreements.conftest import Draft, clock_promise, sheet
from tests.fixtures import MONDAY

Call = Callable[..., Any]


@pytest.fixture
def call() -> Call:
    """Call the interface as somebody who is signed in."""

    def made(person: Person, method: str, path: str, body: Any = None, **headers: str) -> Any:
        client = Client()
        client.force_login(person)
        return client.generic(
            method, f"/api/v1/{path}", data=__import__("json").dumps(body) if body is not None else "",
            content_type="application/json", headers=headers,
        )  # fmt: skip

    return made


def test_an_agreement_is_read_with_its_edition_and_contents(put_in_force: Draft, agent: Person, call: Call) -> None:
    made = put_in_force()

    [row] = call(agent, "GET", "agreements?type=sla&running=true").json()["results"]
    body = call(agent, "GET", f"agreements/{made.number}").json()

    assert (row["number"], row["state"]["code"]) == (made.number, "active")
    [edition] = body["editions"]
    assert (edition["edition"], edition["contents"]["rows"][0]["availability_zh"]) == ("01.00", "98%以上")
    assert [one["name"] for one in edition["signatories"]] == ["周服務", "林館長"]


def test_what_was_read_can_be_written_back(draft: Draft, slm: Person, call: Call) -> None:
    made = draft()
    answer = call(slm, "GET", f"agreements/{made.number}")
    contents = answer.json()["editions"][0]["contents"]
    contents["rows"][0]["promises"][0]["seconds"] = 1800

    saved = call(slm, "PATCH", f"agreements/{made.number}", {"contents": contents}, **{"If-Match": answer["ETag"]})

    assert saved.status_code == 200, saved.content.decode()
    assert saved.json()["editions"][0]["contents"] == contents


def test_an_agreement_is_drafted_and_moved(slm: Person, service: Any, unit: Any, call: Call) -> None:
    contents = sheet(service.code, clock_promise("resolution", 3600))
    body = {"title": "公文 SLA", "type": "sla", "provider": None, "consumer": unit.code, "contents": contents}

    made = call(slm, "POST", "agreements", body)
    number = made.json()["number"]
    moved = call(slm, "POST", f"agreements/{number}/transitions/open_negotiation", {})

    assert (made.status_code, moved.status_code) == (201, 200), moved.content.decode()
    assert ServiceAgreement.objects.get().state == "negotiating"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"title": "x", "consumer": "nowhere"}, 422),
        ({"title": "x", "color": "red"}, 422),
        ({"title": ""}, 422),
        ({"title": "x", "type": "ola"}, 422),
        ({"title": "x", "contents": {"rows": [{"promises": [{"metric": "resolution"}]}]}}, 422),
        ({"title": "x", "contents": {"rows": [{"service": "nowhere"}]}}, 422),
    ],
)
def test_a_wrong_body_is_refused_and_makes_nothing(slm: Person, call: Call, body: Any, status: int) -> None:
    answer = call(slm, "POST", "agreements", body)

    assert answer.status_code in (400, status), answer.content.decode()
    assert not ServiceAgreement.objects.exists()


def test_only_keepers_write_and_requesters_see_nothing(
    put_in_force: Draft, agent: Person, requester: Person, call: Call
) -> None:
    made = put_in_force()

    assert call(agent, "POST", "agreements", {"title": "x"}).status_code == 403
    assert call(requester, "GET", f"agreements/{made.number}").status_code == 404


def test_a_case_tells_which_agreement_applies_and_why(
    put_in_force: Draft, agent: Person, requester: Person, service: Any, call: Call
) -> None:
    case = services.raise_incident(by=requester, requester=requester, title="x", service=service, at=MONDAY)
    before = call(agent, "GET", f"tickets/{case.number}/agreement").json()
    made = put_in_force()

    after = call(agent, "GET", f"tickets/{case.number}/agreement").json()

    assert before["agreement"] is None
    assert (after["agreement"], after["edition"]) == (made.number, "01.00")
    assert "電子公文" in after["reason"]


def test_an_ola_says_which_sla_it_stands_under(
    put_in_force: Draft, slm: Person, network_team: Any, service: Any, call: Call
) -> None:
    above = put_in_force()
    contents = sheet(service.code, clock_promise("handling", 3600))
    body = {"title": "OLA", "type": "ola", "provider_team": network_team.code, "contents": contents}

    made = call(slm, "POST", "agreements", body | {"underpins": [above.number]})
    path, mark = f"agreements/{made.json()['number']}", {"If-Match": made["ETag"]}
    wrong = call(slm, "PATCH", path, {"underpins": ["SLA-202611-99999"]}, **mark)
    kept = call(slm, "PATCH", path, {"title": "網路組 OLA"}, **mark)
    freed = call(slm, "PATCH", path, {"underpins": []}, **{"If-Match": kept["ETag"]})

    assert (made.status_code, made.json()["underpins"]) == (201, [above.number]), made.content.decode()
    assert (wrong.status_code, "SLA-202611-99999" in wrong.content.decode()) == (422, True)
    assert (kept.json()["underpins"], freed.json()["underpins"]) == ([above.number], [])
