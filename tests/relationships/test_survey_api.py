"""Surveys over REST: the same rules as on the pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from itsm.people.models import Person
from relationships.survey_models import SurveyCampaign, SurveyResponse
from tests.fixtures import make_person
from tests.relationships.surveys import answer, launch, make_version, plan

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture
def brm(db: None) -> Person:
    """The owner of the process."""
    return make_person("brm", "brm", name="孫雅婷", language="en")


def signed(person: Person) -> Client:
    """A program that acts for somebody."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(person)
    return client


def running(brm: Person, **fields: Any) -> SurveyCampaign:
    """A survey that runs now."""
    today, now = timezone.localdate(), timezone.now()
    made = plan(make_version(), owner=brm, at=now, opens_on=today, ends_on=today + timedelta(days=9), **fields)
    return launch(made, by=brm, at=now)


def test_a_survey_is_planned_edited_and_launched(brm: Person, requester: Person) -> None:
    program, version, today = signed(brm), make_version(), timezone.localdate()
    body = {
        "title": "Autumn", "questionnaire": version.pk, "opens_on": str(today), "ends_on": str(today + timedelta(days=5)),
        "population": "everyone", "sampling": "all",
    }  # fmt: skip
    made = program.post("/api/v1/surveys", body, content_type=JSON)
    assert made.status_code == 201
    number, tag = made.json()["number"], made.headers["ETag"]
    wrong = program.post("/api/v1/surveys", body | {"services": ["nowhere"]}, content_type=JSON)
    assert wrong.status_code == 422

    edited = program.patch(
        f"/api/v1/surveys/{number}", {"title": "Winter"}, content_type=JSON, headers={"if-match": tag}
    )
    assert edited.json()["title"] == "Winter"
    moved = program.post(
        f"/api/v1/surveys/{number}/transitions/launch", {"population": "everyone", "sampling": "all"}, content_type=JSON
    )

    assert moved.json()["state"]["code"] == "running"
    assert (
        program.get("/api/v1/surveys?state=running").json()["results"][0]["frame_size"]
        == Person.objects.active().count()
    )


def test_rules_hold_as_on_the_pages(brm: Person, requester: Person, agent: Person) -> None:
    campaign = running(brm)
    for person, status in ((requester, 404), (agent, 403)):
        answered = signed(person).post(
            f"/api/v1/surveys/{campaign.number}/transitions/cancel_survey", {"reason": "x"}, content_type=JSON
        )
        assert answered.status_code == status
    assert signed(agent).get(f"/api/v1/surveys/{campaign.number}/results").status_code == 403
    assert signed(brm).get(f"/api/v1/surveys/{campaign.number}/results").json()["answered"] == 0
    assert signed(agent).post("/api/v1/surveys", {"title": "x"}, content_type=JSON).status_code == 403


def test_feedback_is_registered_by_its_key(
    brm: Person, requester: Person, other_requester: Person, agent: Person
) -> None:
    campaign = running(brm)
    first = answer(campaign, requester, score=5, comment="很好", at=timezone.now())
    second = answer(campaign, other_requester, score=1, at=timezone.now())
    desk, base = signed(agent), "/api/v1/survey-responses"
    listed = desk.get(f"/api/v1/surveys/{campaign.number}/responses").json()
    assert [row["person"] for row in listed] == [None, None]

    missing = desk.post(f"{base}/{first.pk}/transitions/register_feedback", {"theme": "praise"}, content_type=JSON)
    done = desk.post(
        f"{base}/{first.pk}/transitions/register_feedback", {"theme": "praise", "action": "轉達"}, content_type=JSON
    )
    complained = desk.post(f"{base}/{second.pk}/transitions/make_complaint", {}, content_type=JSON)

    assert missing.status_code == 422
    assert done.json()["state"]["code"] == "registered"
    assert complained.json()["state"]["code"] == "complained"
    assert desk.get(f"/api/v1/surveys/{campaign.number}/responses").json() == []
    named = signed(brm).get(f"/api/v1/surveys/{campaign.number}/responses").json()
    assert {row["person"]["username"] for row in named} == {"requester", "stranger"}


def test_single_answers_of_a_small_anonymous_survey_are_not_told(brm: Person, requester: Person) -> None:
    campaign = running(brm, anonymous=True)
    answer(campaign, requester, score=1, comment="慢", at=timezone.now())

    assert signed(brm).get(f"/api/v1/surveys/{campaign.number}/responses").json() == []
    assert SurveyResponse.objects.filter(campaign=campaign, state="submitted").count() == 1
    results = signed(brm).get(f"/api/v1/surveys/{campaign.number}/results").json()
    assert results["scores"]["scale"] == {"n": 1, "mean": None, "share": None, "low": None, "high": None}


def test_a_standing_survey_says_after_which_cases_it_asks(brm: Person) -> None:
    program, body = signed(brm), {"title": "After closure", "mode": "transactional"}

    made = program.post("/api/v1/surveys", body | {"case_kinds": ["service_request"]}, content_type=JSON)
    wrong = program.post("/api/v1/surveys", body | {"case_kinds": ["agreement"]}, content_type=JSON)

    assert made.json()["case_kinds"] == ["service_request"]
    assert wrong.status_code == 400
