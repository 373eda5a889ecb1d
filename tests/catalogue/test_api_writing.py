"""Editions, request items and the gates of a transition over REST: the same rules as on the pages."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from catalogue.editions import services as editions
from catalogue.models import RequestItem, Service, ServiceEdition
from itsm.api import tokens
from itsm.api.scopes import Scope
from itsm.people.models import Person
from tests.catalogue.conftest import DAY, Walk, full_content
from tests.catalogue.test_items import FORM
from tests.fixtures import MONDAY, make_person

pytestmark = pytest.mark.django_db
BASE = "/api/v1/services/documents/editions"
Send = Callable[..., Any]


@pytest.fixture
def send(client: Client) -> Send:
    """Send JSON as somebody who is signed in."""

    def go(person: Person, method: str, path: str, body: Any = None, **headers: str) -> Any:
        client.force_login(person)
        return getattr(client, method)(path, data=body or {}, content_type="application/json", headers=headers)

    return go


def test_an_edition_goes_from_draft_to_approval_over_rest(send: Send, service: Service, level_manager: Person) -> None:
    begun = send(service.owner, "post", BASE)
    assert (begun.status_code, begun.json()["state"]) == (201, "draft")
    one = f"{BASE}/{begun.json()['number']}"
    assert send(service.owner, "patch", one, {"price": 3}).status_code == 428
    wrote = send(service.owner, "patch", one, full_content() | {"reason": "改"}, **{"If-Match": begun.headers["ETag"]})
    assert (wrote.status_code, wrote.json()["complete_fields"], wrote.json()["missing"]) == (200, 8, [])
    stale = send(service.owner, "patch", one, {"price": 3}, **{"If-Match": begun.headers["ETag"]})
    assert stale.status_code == 412

    assert send(service.owner, "post", f"{one}/submit").json()["state"] == "submitted"
    assert send(service.owner, "post", f"{one}/approve", {"effective_on": "2999-01-01"}).status_code == 403
    back = send(level_manager, "post", f"{one}/return", {"reason": "價格？"})
    assert (back.json()["state"], back.json()["returned"]) == ("draft", "價格？")
    send(service.owner, "post", f"{one}/submit")
    done = send(level_manager, "post", f"{one}/approve", {"effective_on": "2999-01-01"})
    assert (done.status_code, done.json()["state"], done.json()["approved_by"]["username"]) == (
        200,
        "approved",
        "levels",
    )
    assert send(service.owner, "delete", one).status_code == 422


def test_no_token_approves_an_edition(client: Client, service: Service, level_manager: Person) -> None:
    draft = editions.begin_draft(service, by=service.owner, at=MONDAY)
    draft = editions.write_draft(draft, full_content(), reason="", by=service.owner, version=draft.version, at=MONDAY)
    editions.submit_draft(draft, by=service.owner, at=MONDAY)
    now = timezone.now()
    _token, secret = tokens.issue(level_manager, name="t", scopes=tuple(Scope), expires_at=now + DAY, at=now)

    answer = client.post(
        f"{BASE}/{draft.number}/approve", {"effective_on": "2999-01-01"}, content_type="application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )  # fmt: skip
    assert (answer.status_code, answer.json()["code"]) == (403, "only_in_person")
    assert ServiceEdition.objects.get().approved_at is None


def test_drafts_and_names_are_not_for_requesters(send: Send, service: Service, requester: Person) -> None:
    begun = send(service.owner, "post", BASE).json()

    assert send(requester, "get", BASE).json() == []
    assert send(requester, "get", f"{BASE}/{begun['number']}").status_code == 404
    assert send(requester, "post", BASE).status_code == 403


def test_content_that_is_not_offered_is_refused(send: Send, service: Service) -> None:
    begun = send(service.owner, "post", BASE)
    one = f"{BASE}/{begun.json()['number']}"

    answer = send(service.owner, "patch", one, {"hours": "nowhere"}, **{"If-Match": "*"})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["hours"])
    odd = send(service.owner, "patch", one, {"colour": "red"}, **{"If-Match": "*"})
    assert odd.status_code in (400, 422)


def test_an_item_is_begun_built_and_offered_over_rest(send: Send, service: Service, agent: Person) -> None:
    body = {"service": service.code, "code": "big-host", "name_zh": "大主機"}
    assert send(agent, "post", "/api/v1/request-items", body).status_code == 403
    made = send(service.owner, "post", "/api/v1/request-items", body)
    assert (made.status_code, made.json()["is_active"]) == (201, False)
    assert send(service.owner, "post", "/api/v1/request-items", body).status_code == 422

    fields = [{**{k: v for k, v in row.items() if k not in ("when",)},
               **({"only_when": {"field": row["when"]["field"], "values": row["when"]["is"]}} if "when" in row else {})}
              for row in FORM]  # fmt: skip
    tasks = [{"zh": "建立", "step": 1, "target_seconds": 3600}, {"zh": "交付", "step": 2}]
    at = "/api/v1/request-items/big-host/building"
    built = send(service.owner, "patch", at, {"form": fields, "tasks": tasks, "is_active": True})
    assert built.status_code == 200, built.content
    kept = RequestItem.objects.get(code="big-host")
    assert kept.is_active
    assert kept.form_fields[1].when_values == ("large",)
    assert [task.step for task in kept.plan] == [1, 2]
    assert send(service.owner, "get", at).json() == built.json()

    lost = send(service.owner, "patch", at, {"form": fields[1:]})
    assert (lost.status_code, "永遠不會出現" in lost.json()["detail"]) == (422, True)
    few = send(service.owner, "patch", at, {"approval": "policy", "approval_rule": "all"})
    assert few.status_code == 422


def test_criteria_are_signed_and_the_checklist_is_answered_over_rest(
    send: Send, walk: Walk, service: Service, transition_manager: Person
) -> None:
    record = walk("acceptance", "remove")
    at = f"/api/v1/service-transitions/{record.number}"

    refused = send(transition_manager, "post", f"{at}/criteria/1", {"result": "passed", "evidence": "報告"})
    assert refused.status_code == 403
    signed = send(service.owner, "post", f"{at}/criteria/1", {"result": "passed", "evidence": "報告"})
    assert signed.json()["criteria"][0]["signed_by"]["username"] == service.owner.username
    assert send(service.owner, "post", f"{at}/criteria/9", {"result": "passed", "evidence": "x"}).status_code == 404
    bad = send(service.owner, "post", f"{at}/checklist/data", {"answer": "封存", "choice": "burn"})
    assert bad.status_code == 422
    answered = send(service.owner, "post", f"{at}/checklist/data", {"answer": "移至檔案館", "choice": "move"})
    row = next(one for one in answered.json()["checklist"] if one["code"] == "data")
    assert (row["answer"], row["answered_by"]["username"]) == ("移至檔案館", service.owner.username)


def test_the_page_begins_an_item_as_a_copy(client: Client, service: Service) -> None:
    like = RequestItem.objects.create(
        service=service, code="host", name_zh="主機", target_seconds=7200, form=FORM, approval="unit_lead"
    )
    client.force_login(service.owner)
    address = f"/catalogue/{service.code}/items/new/"
    assert client.get(address).status_code == 200
    wrong = client.post(address, {"code": "host", "name_zh": "又一台"})
    assert (wrong.status_code, "已有" in wrong.content.decode()) == (422, True)
    right = client.post(address, {"code": "host-2", "name_zh": "大主機", "like": like.pk})

    assert right["Location"].endswith("/catalogue/items/host-2/")
    made = RequestItem.objects.get(code="host-2")
    assert (made.form, made.approval, made.target_seconds, made.is_active) == (FORM, "unit_lead", 7200, False)


def test_only_keepers_begin_items(client: Client, service: Service, agent: Person) -> None:
    client.force_login(agent)
    assert client.get(f"/catalogue/{service.code}/items/new/").status_code == 403
    client.force_login(make_person("keeper2", "slm"))
    assert client.get(f"/catalogue/{service.code}/items/new/").status_code == 200
