"""The register of actions over REST: the same rules as on its page."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from itsm.people.models import Person
from relationships.models import Complaint
from relationships.survey_models import ImprovementAction
from tests.fixtures import make_person
from tests.relationships.conftest import Walk

pytestmark = pytest.mark.django_db
JSON = "application/json"
AT = "/api/v1/improvement-actions"


@pytest.fixture
def colleague(db: None) -> Person:
    """Another engineer, whose action it is not."""
    return make_person("colleague", "engineer", name="同事")


def signed(person: Person) -> Client:
    """A program that acts for somebody."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(person)
    return client


@pytest.fixture
def action(walk: Walk, agent: Person, engineer: Person) -> dict[str, Any]:
    """An action of a complaint, noted over REST for an engineer."""
    record = walk("processing")
    body = {"text": "增派值班", "owner": engineer.username, "due_on": str(timezone.localdate() + timedelta(days=5))}
    made = signed(agent).post(f"/api/v1/complaints/{record.number}/actions", body, content_type=JSON)
    assert made.status_code == 201
    found: dict[str, Any] = made.json()
    return found


def test_it_is_noted_begun_put_off_and_done(action: dict[str, Any], engineer: Person, relations: Person) -> None:
    own, directing, one = signed(engineer), signed(relations), f"{AT}/{action['id']}"
    later = str(timezone.localdate() + timedelta(days=30))

    started = own.post(f"{one}/start")
    refused = own.post(f"{one}/postpone", {"due_on": later, "reason": "忙"}, content_type=JSON)
    moved = directing.post(f"{one}/postpone", {"due_on": later, "reason": "等預算"}, content_type=JSON)
    done = own.post(f"{one}/finish", {"result": "已增派", "evidence": "CHG-1"}, content_type=JSON)
    again = own.post(f"{one}/finish", {"result": "x"}, content_type=JSON)

    assert (action["record"], action["owner"]["username"]) == (Complaint.objects.get().number, engineer.username)
    assert (started.json()["state"], refused.status_code, moved.json()["due_on"]) == ("doing", 403, later)
    assert (done.json()["state"], done.json()["result"], again.status_code) == ("done", "已增派", 422)
    listed = {show: [row["id"] for row in own.get(AT, {"show": show}).json()] for show in ("open", "mine", "ended")}
    assert listed == {"open": [], "mine": [], "ended": [action["id"]]}


def test_it_is_given_up_with_the_reason(action: dict[str, Any], relations: Person) -> None:
    directing, one = signed(relations), f"{AT}/{action['id']}"

    assert directing.post(f"{one}/drop", {}, content_type=JSON).status_code == 400
    assert directing.post(f"{one}/drop", {"reason": "已無需要"}, content_type=JSON).json()["state"] == "dropped"
    assert directing.get(AT, {"show": "nonsense"}).status_code == 400


def test_who_may_not_know_of_it_does_not_reach_it(action: dict[str, Any], requester: Person, colleague: Person) -> None:
    one = f"{AT}/{action['id']}"

    assert signed(requester).get(AT).status_code == 403
    assert signed(requester).post(f"{one}/start").status_code == 403
    assert signed(colleague).post(f"{one}/start").status_code == 404
    assert ImprovementAction.objects.get().state == "planned"
