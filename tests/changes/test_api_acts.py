"""Acts of the pages of changes over REST: the same services, refusals and effects."""

from datetime import UTC, datetime
from typing import Any

import pytest
from rest_framework.test import APIClient

from catalogue.models import Service
from changes.models import Change, StandardTemplate
from itsm.people.models import Person
from tests.api.conftest import Caller
from tests.api.conftest import caller as caller
from tests.changes.conftest import Walk
from tests.changes.planning import freeze
from tests.changes.test_api import api, post
from tests.fixtures import MONDAY

pytestmark = pytest.mark.django_db


def said(answer: Any) -> str:
    """The reasons and the sentences of the fields in one text."""
    body = answer.json()
    return " ".join([*body["reasons"], *(text for texts in body.get("errors", {}).values() for text in texts)])


@pytest.fixture
def english(board_member: Person) -> APIClient:
    """A member of the board who reads English."""
    Person.objects.filter(pk=board_member.pk).update(language="en")
    client = api(Person.objects.get(pk=board_member.pk))
    client.credentials(HTTP_ACCEPT_LANGUAGE="en")
    return client


# ---- standard changes -----------------------------------------------------------------------
def test_a_standard_change_is_suspended_with_its_reason(english: APIClient, template: StandardTemplate) -> None:
    silent = post(english, "standard-changes/pool/suspension", {"reason": "  "})
    done = post(english, "standard-changes/pool/suspension", {"reason": "步驟過時"})

    assert silent.status_code == 422
    assert "Say why it is suspended." in said(silent)
    assert (done.status_code, done.json()["state"], done.json()["suspended_reason"]) == (200, "suspended", "步驟過時")
    assert not StandardTemplate.objects.usable(at=MONDAY).exists()


def test_a_standard_change_is_retired_for_good(english: APIClient, template: StandardTemplate) -> None:
    done = post(english, "standard-changes/pool/retirement", {})
    again = post(english, "standard-changes/pool/approval", {"valid_until": "2027-01-31", "note": "好"})

    assert (done.status_code, done.json()["state"]) == (200, "retired")
    assert again.status_code == 422
    assert "A retired standard change is proposed anew." in said(again)


@pytest.mark.parametrize("act", ["suspension", "retirement"])
def test_who_does_not_approve_standard_changes_neither_suspends_nor_retires(
    act: str, engineer: Person, requester: Person, template: StandardTemplate
) -> None:
    body = {"reason": "x"} if act == "suspension" else {}

    answers = [post(api(who), f"standard-changes/pool/{act}", body).status_code for who in (engineer, requester)]

    assert answers == [403, 403]
    assert post(api(engineer), f"standard-changes/none/{act}", body).status_code == 404
    kept = StandardTemplate.objects.get()
    assert (kept.suspended_at, kept.retired_at) == (None, None)


# ---- freezes --------------------------------------------------------------------------------
def test_a_freeze_is_waived_for_an_emergency(english: APIClient, emergency: Walk) -> None:
    one, made = emergency("emergency_authorization"), freeze()
    address = f"changes/{one.number}/freeze-waivers"

    silent = post(english, address, {"freeze": made.pk, "reason": " "})
    done = post(english, address, {"freeze": made.pk, "reason": "弱點遭利用"})

    assert silent.status_code == 422
    assert "Say why it cannot wait." in said(silent)
    assert (done.status_code, done.json()["freeze"], done.json()["approved_by"]["username"]) == (201, made.pk, "board")
    assert english.get(f"/api/v1/{address}").json() == [done.json()]
    assert made.waivers.get().change_id == one.pk
    assert one.events.filter(name="freeze_waived", reason="弱點遭利用").exists()


def test_a_freeze_is_not_waived_for_what_can_wait(english: APIClient, walk: Walk) -> None:
    usual, made = walk("scheduled"), freeze()
    address = f"changes/{usual.number}/freeze-waivers"

    usual_one = post(english, address, {"freeze": made.pk, "reason": "急"})
    unknown = post(english, address, {"freeze": made.pk + 1, "reason": "急"})

    assert (usual_one.status_code, unknown.status_code) == (422, 422)
    assert "A freeze is waived for an emergency change only; find another time." in said(usual_one)
    assert "There is nothing by this name" in said(unknown)
    assert not made.waivers.exists()


def test_neither_its_implementer_nor_a_program_waives_a_freeze(
    emergency: Walk, implementer: Person, board_member: Person, requester: Person, caller: Caller
) -> None:
    one, made = emergency("emergency_authorization"), freeze()
    address, body = f"changes/{one.number}/freeze-waivers", {"freeze": made.pk, "reason": "急"}

    by_others = [post(client, address, body).status_code for client in (api(implementer), api(requester))]
    by_program = caller(board_member).post(f"/api/v1/{address}", body)

    assert by_others == [403, 404]
    assert (by_program.status_code, by_program.json()["code"]) == (403, "only_in_person")
    assert not made.waivers.exists()


# ---- unauthorised changes -------------------------------------------------------------------
FOUND: dict[str, Any] = {
    "title": "防火牆多一條規則", "description": "多開 3389 埠", "found_how": "組態稽核", "service": "documents",
    "actual_start": "2026-11-23T01:30:00.25Z",
}  # fmt: skip


def test_a_change_that_nobody_authorised_is_reported(
    engineer: Person, implementer: Person, service: Service, caller: Caller
) -> None:
    client = caller(engineer)

    made = client.post("/api/v1/unauthorised-changes", FOUND | {"implementer": implementer.username})

    assert made.status_code == 201, made.json()
    body = made.json()
    assert (body["is_unauthorised"], body["state"]["code"], body["found_how"]) == (True, "draft", "組態稽核")
    assert (body["implementer"]["username"], body["service"]["code"]) == ("hands", "documents")
    assert client.get(made["Location"]).json()["number"] == body["number"]
    kept = Change.objects.get()
    assert kept.actual_start == datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
    assert (kept.channel, kept.events.filter(name="unauthorised", reason="組態稽核").count()) == ("api", 1)


def test_how_it_was_found_is_asked_with_the_sentence_of_the_page(
    engineer: Person, service: Service, caller: Caller
) -> None:
    client = caller(engineer)

    silent = client.post("/api/v1/unauthorised-changes", FOUND | {"found_how": " "})
    unknown = client.post("/api/v1/unauthorised-changes", FOUND | {"implementer": "nobody-here"})

    assert (silent.status_code, unknown.status_code) == (422, 422)
    assert silent.json()["errors"]["found_how"] == ["This is needed."]
    assert list(unknown.json()["errors"]) == ["implementer"]
    assert not Change.objects.exists()


def test_requesters_report_no_unauthorised_change(requester: Person) -> None:
    assert post(api(requester), "unauthorised-changes", FOUND).status_code == 403
    assert not Change.objects.exists()
