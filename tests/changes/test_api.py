"""Changes over REST: the same rules as on the pages."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils.dateparse import parse_datetime
from rest_framework.test import APIClient

from catalogue.models import Service
from changes.guards import in_window
from changes.models import Change, StandardTemplate
from itsm.flow import Move
from itsm.people.models import Person
from tests.changes.conftest import Walk
from tests.fixtures import make_person

pytestmark = pytest.mark.django_db


def api(person: Person) -> APIClient:
    """A client of somebody."""
    client = APIClient()
    client.force_authenticate(person)
    return client


def post(client: APIClient, path: str, body: dict[str, Any]) -> Any:
    """Send a body."""
    return client.post(f"/api/v1/{path}", body, format="json")


def test_a_change_is_drafted_read_and_edited(engineer: Person, service: Service) -> None:
    client = api(engineer)

    made = post(
        client,
        "changes",
        {"title": "加大連線池", "service": "documents", "plan": "一", "risk_answers": {"risk_tests": 3}},
    )
    assert made.status_code == 201, made.json()
    number, tag = made.json()["number"], made["ETag"]
    edited = client.patch(
        f"/api/v1/changes/{number}", {"plan": "二", "backout_tested": True}, format="json", HTTP_IF_MATCH=tag
    )

    assert edited.status_code == 200, edited.json()
    assert (edited.json()["plan"], edited.json()["backout_tested"]) == ("二", True)
    assert client.get("/api/v1/changes?state=draft").json()["results"][0]["number"] == number


def test_unknown_questions_and_fields_are_refused(engineer: Person) -> None:
    assert post(api(engineer), "changes", {"title": "x", "risk_answers": {"risk_luck": 1}}).status_code == 400
    assert post(api(engineer), "changes", {"title": "x", "authoriser": "me"}).status_code == 400


def test_requesters_of_the_portal_draft_nothing(requester: Person) -> None:
    assert post(api(requester), "changes", {"title": "x"}).status_code == 403
    assert api(requester).get("/api/v1/standard-changes").status_code == 403


def test_what_is_authorised_is_not_edited_over_rest(walk: Walk, change_manager: Person) -> None:
    change = walk("scheduled")
    client = api(change_manager)
    tag = client.get(f"/api/v1/changes/{change.number}")["ETag"]

    answer = client.patch(f"/api/v1/changes/{change.number}", {"plan": "別的"}, format="json", HTTP_IF_MATCH=tag)

    assert answer.status_code == 422
    assert Change.objects.get().plan != "別的"


def test_nobody_authorises_their_own_over_rest(drafted: Walk, walk: Walk, implementer: Person) -> None:
    change = walk("implementation_review")
    Change.objects.filter(pk=change.pk).update(implementer=None)
    asker = change.requester
    asker.grants.create(role="change_manager")
    body = {"window_start": "2026-11-23T04:00:00Z", "window_end": "2026-11-23T06:00:00Z", "implementer": implementer.username,
            "communication_plan": "x", "backout_plan": "x", "test_result": "x"}  # fmt: skip

    answer = post(
        api(Person.objects.get(pk=asker.pk)), f"changes/{change.number}/transitions/approve_implementation", body
    )

    assert answer.status_code == 422
    assert "職務區隔" in str(answer.json()) or "Separation" in str(answer.json())


def test_steps_are_listed_added_and_marked(walk: Walk, implementer: Person, handler: Person) -> None:
    change = walk("scheduled")
    client = api(implementer)
    path = f"changes/{change.number}/steps"

    assert post(client, path, {"title": "通知", "kind": "notice", "minutes": 3}).status_code == 201
    rows = client.get(f"/api/v1/{path}").json()
    assert [row["title"] for row in rows] == ["還原參數", "備份設定", "調整參數", "通知"]
    assert post(client, f"{path}/{rows[1]['id']}", {"state": "done"}).status_code == 422
    assert api(handler).get(f"/api/v1/{path}").status_code == 404


def test_a_running_step_is_done_over_rest(walk: Walk, implementer: Person) -> None:
    change = walk("implementing")
    step = change.steps.filter(path="plan").first()

    answer = post(api(implementer), f"changes/{change.number}/steps/{step.pk}", {"state": "done", "note": "好"})

    assert answer.status_code == 200, answer.json()
    assert (answer.json()["state"], answer.json()["done_by"]["username"]) == ("done", "hands")


def test_a_template_is_proposed_and_not_approved_by_its_proposer(
    change_manager: Person, walk: Walk, template: StandardTemplate
) -> None:
    client = api(change_manager)
    body = {"code": "cert", "name": "更換憑證", "steps": "換", "backout_plan": "還原", "max_minutes": 30}

    assert post(client, "standard-changes", body).status_code == 201
    assert post(client, "standard-changes", body).status_code == 422
    answer = post(client, "standard-changes/cert/approval", {"valid_until": "2026-12-31"})
    assert answer.status_code == 422
    assert {row["code"] for row in client.get("/api/v1/standard-changes").json()} == {"cert", "pool"}
    assert (
        post(
            api(make_person("x", "agent")), "standard-changes/pool/approval", {"valid_until": "2026-12-31"}
        ).status_code
        == 403
    )


def test_the_window_of_an_authorised_change_is_extended(
    walk: Walk, change_manager: Person, implementer: Person
) -> None:
    change = walk("scheduled")
    later = change.window_end + timedelta(hours=1)
    body = {"until": later.isoformat(), "reason": "備份較久"}
    where = f"changes/{change.number}/extension"

    by_doer = post(api(implementer), where, body)
    backwards = post(api(change_manager), where, body | {"until": change.window_start.isoformat()})
    done = post(api(change_manager), where, body)

    assert (by_doer.status_code, backwards.status_code, done.status_code) == (403, 422, 200)
    assert Change.objects.get().window_end == later
    assert parse_datetime(done.json()["window_end"]) == later


@pytest.mark.parametrize(("grace", "inside"), [(timedelta(0), False), (timedelta(minutes=30), True)])
def test_how_far_beside_its_window_a_change_may_begin_is_a_setting(
    walk: Walk, settings: Any, grace: timedelta, inside: bool
) -> None:
    change = walk("scheduled")
    settings.WINDOW_GRACE = grace

    assert in_window(change, Move("start_implementation", None, change.window_start - timedelta(minutes=20))) is inside
