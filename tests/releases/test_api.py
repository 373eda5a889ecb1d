"""Releases and deployments over REST, with the same rules as the pages."""

from typing import Any

import pytest
from django.test import Client

from itsm.people.models import Person
from releases.models import Deployment, Release
from tests.releases.conftest import Walk

pytestmark = pytest.mark.django_db


def client_of(person: Person) -> Client:
    """A client signed in as ``person``."""
    client = Client()
    client.force_login(person)
    return client


def post(client: Client, path: str, body: dict[str, Any]) -> Any:
    """Send JSON."""
    return client.post(f"/api/v1/{path}", body, content_type="application/json")


def test_a_release_is_read_with_everything_that_hangs_on_it(walk: Walk, change: Any, release_manager: Person) -> None:
    record = walk("approved")
    client = client_of(release_manager)

    listed = client.get("/api/v1/releases?state=approved").json()["results"]
    whole = client.get(f"/api/v1/releases/{record.number}").json()

    assert [row["number"] for row in listed] == [record.number]
    assert (whole["changes"], whole["label"]) == ([change.number], "3.2.0")
    assert [row["result"] for row in whole["criteria"]] == ["passed", "passed"]
    assert all(gate["open"] for gate in whole["gates"])
    assert len(whole["deployments"]) == 3


def test_a_release_is_drafted_and_planned(change: Any, installer: Person, requester: Person) -> None:
    client = client_of(installer)
    assert post(client, "releases", {"title": "x", "changes": ["CHG-1"]}).status_code == 422
    assert post(client_of(requester), "releases", {"title": "x", "changes": [change.number]}).status_code == 403
    made = post(client, "releases", {"title": "公文 3.2.0", "changes": [change.number]})
    number = made.json()["number"]

    added = post(client, f"releases/{number}/contents", {"name": "主程式", "new": "3.2.0"})
    post(client, f"releases/{number}/criteria", {"text": "登入正常"})
    target = {"environment": "production", "target": "AP-1", "wave": 1}
    planned = post(client, f"releases/{number}/deployments", target)
    again = post(client, f"releases/{number}/deployments", target)

    assert (made.status_code, added.status_code, planned.status_code, again.status_code) == (201, 200, 200, 422)
    release = Release.objects.get()
    key = release.criteria.get().pk
    signed = post(client, f"releases/{number}/criteria/{key}/sign", {"result": "passed", "evidence": "報告"})
    removed = client.delete(f"/api/v1/releases/{number}/contents/{release.contents.get().pk}")
    assert (signed.json()["criteria"][0]["signed_by"]["username"], removed.status_code) == (installer.username, 204)


def test_a_target_is_deployed_step_by_step(walk: Walk, installer: Person, requester: Person) -> None:
    release = walk("deploying")
    client = client_of(installer)
    listed = client.get(f"/api/v1/deployments?release={release.number}&environment=test").json()["results"]
    number = listed[0]["number"]

    begun = post(client, f"deployments/{number}/transitions/begin", {})
    short = post(client, f"deployments/{number}/transitions/succeed", {"version_put": "3.2.0"})
    done = post(
        client,
        f"deployments/{number}/transitions/succeed",
        {"version_put": "3.2.0", "evidence": "畫面", "downtime_minutes": 2},
    )

    assert (begun.status_code, short.status_code, done.status_code) == (200, 422, 200)
    assert Deployment.objects.get(number=number).state == "succeeded"
    assert client_of(requester).get(f"/api/v1/deployments/{number}").status_code == 404
