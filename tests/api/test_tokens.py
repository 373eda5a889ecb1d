"""Tokens: made in the profile, shown once, good for their scopes until they end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from itsm.api import tokens
from itsm.api.models import Token
from itsm.api.scopes import Scope
from itsm.people.models import Person

pytestmark = pytest.mark.django_db
PAGE, ME = "/me/tokens/", "/api/v1/me"


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def made(person: Person, *scopes: Scope, days: int = 1) -> tuple[Token, str]:
    now = timezone.now()
    return tokens.issue(
        person, name="test", scopes=scopes or (Scope.TICKETS_READ,), expires_at=now + timedelta(days=days), at=now
    )


def test_a_token_is_made_in_the_profile_and_its_secret_shown_once(client: Any, requester: Person) -> None:
    client.force_login(requester)
    page = client.post(PAGE, {"name": "Script", "scopes": ["tickets:read"], "days": "90"})
    secret = page.context["secret"]
    again = client.get(PAGE)

    assert secret in page.content.decode()
    assert secret not in again.content.decode()
    assert "Script" in again.content.decode()
    assert secret not in str(Token.objects.values())
    assert client.get(ME, headers=bearer(secret)).json()["scopes"] == ["tickets:read"]


def test_a_form_that_lacks_something_says_so(client: Any, requester: Person) -> None:
    client.force_login(requester)
    page = client.post(PAGE, {"name": ""})

    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"name", "scopes", "days"}


def test_requesters_cannot_give_away_what_only_workers_have(client: Any, requester: Person) -> None:
    client.force_login(requester)
    client.post(PAGE, {"name": "x", "scopes": ["internal:read", "monitor:ingest"], "days": "30"})

    assert not Token.objects.exists()


def test_a_revoked_token_is_refused_at_once_and_only_the_owner_revokes(
    client: Any, requester: Person, agent: Person
) -> None:
    token, secret = made(requester)
    client.force_login(agent)
    foreign = client.post(f"{PAGE}{token.pk}/revoke/")
    client.force_login(requester)
    client.post(f"{PAGE}{token.pk}/revoke/")
    refused = client.get(ME, headers=bearer(secret))

    assert (foreign.status_code, refused.status_code) == (404, 401)
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")
    assert refused.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("damage", ["expired", "left", "wrong", "empty", "basic", "case"])
def test_a_token_that_is_not_good_is_refused(damage: str, client: Any, requester: Person) -> None:
    _token, secret = made(requester)
    if damage == "expired":
        Token.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    if damage == "left":
        Person.objects.filter(pk=requester.pk).update(is_active=False)
    header = {
        "wrong": f"Bearer {secret[:-1]}!", "empty": "Bearer ", "basic": "Basic YTpi", "case": f"Bearer {secret.swapcase()}",
    }.get(damage, f"Bearer {secret}")  # fmt: skip

    assert client.get(ME, headers={"Authorization": header}).status_code == 401


def test_a_call_without_anybody_is_refused_everywhere(client: Any) -> None:
    for path in ("me", "tickets", "people", "schema/", "nothing/at/all"):
        assert client.get(f"/api/v1/{path}").status_code == 401


@pytest.mark.parametrize(
    ("path", "scope"),
    [("tickets", Scope.TICKETS_READ), ("incidents", Scope.TICKETS_READ), ("service-requests", Scope.TICKETS_READ),
     ("problems", Scope.TICKETS_READ), ("known-errors", Scope.TICKETS_READ),
     ("services", Scope.TICKETS_READ), ("request-items", Scope.TICKETS_READ),
     ("categories", Scope.TICKETS_READ), ("people", Scope.PEOPLE_READ), ("teams", Scope.PEOPLE_READ)],
)  # fmt: skip
def test_each_list_wants_its_scope(path: str, scope: Scope, client: Any, agent: Person) -> None:
    with_it, without = made(agent, scope)[1], made(agent, *(set(Scope) - {scope}))[1]

    assert client.get(f"/api/v1/{path}", headers=bearer(with_it)).status_code == 200
    assert client.get(f"/api/v1/{path}", headers=bearer(without)).status_code == 403


def test_a_token_follows_its_owner_down(client: Any, agent: Person, requester: Person) -> None:
    _token, secret = made(agent, Scope.PEOPLE_READ)
    before = len(client.get("/api/v1/people", headers=bearer(secret)).json()["results"])
    agent.grants.all().delete()
    after = client.get("/api/v1/people", headers=bearer(secret)).json()["results"]

    assert before > 1
    assert [row["username"] for row in after] == ["agent"]


def test_the_use_of_a_token_is_noted_to_the_minute(
    client: Any, requester: Person, django_assert_max_num_queries: Any
) -> None:
    token, secret = made(requester)
    client.get(ME, headers=bearer(secret))
    token.refresh_from_db()

    assert token.last_used_at is not None
    with django_assert_max_num_queries(2):
        client.get(ME, headers=bearer(secret))


def test_the_browsers_session_reads_freely_and_writes_with_the_csrf_token(requester: Person) -> None:
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(requester)

    assert client.get(ME).json()["scopes"] is None
    assert client.post("/api/v1/incidents", {"title": "x"}, content_type="application/json").status_code == 403


def test_what_is_no_address_is_a_problem_document(client: Any, requester: Person) -> None:
    response = client.get("/api/v1/nothing/at/all", headers=bearer(made(requester)[1]))

    assert (response.status_code, response.headers["Content-Type"]) == (404, "application/problem+json")


def test_the_document_and_its_page_are_there(client: Any, requester: Person) -> None:
    client.force_login(requester)
    document = client.get("/api/v1/schema/", headers={"Accept": "application/vnd.oai.openapi+json"}).json()
    page = client.get("/api/v1/docs/").content.decode()
    script = client.get("/api/v1/docs/?script=")

    assert "/api/v1/incidents/{number}/transitions/classify" in document["paths"]
    assert "<script>" not in page
    assert "<style" not in page
    assert script.headers["Content-Type"] == "application/javascript"
