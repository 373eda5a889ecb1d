"""The page of one answer: who reads what of it."""

from typing import Any

import pytest
from django.test import Client

from itsm.people.models import Person
from itsm.records.perform import perform
from relationships.models import Complaint
from relationships.survey_models import SurveyResponse
from tests.fixtures import MONDAY, make_person
from tests.relationships.surveys import DAY, answer, launch, make_version, plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def brm(db: None) -> Person:
    """The owner of the process."""
    return make_person("brm", "brm", name="孫雅婷")


def page(person: Person, response: Any) -> str:
    Person.objects.filter(pk=person.pk).update(language="en")
    client = Client()
    client.force_login(person)
    answered = client.get(f"/survey-responses/{response.number}/")
    return str(answered.content.decode()) if answered.status_code == 200 else str(answered.status_code)


def test_the_desk_reads_what_is_to_be_registered_without_a_name(
    brm: Person, requester: Person, agent: Person, engineer: Person
) -> None:
    low = answer(launch(plan(make_version(), owner=brm), by=brm), requester, score=1, comment="等了三天")
    waiting, named = page(agent, low), page(brm, low)

    assert [text in waiting for text in ("等了三天", requester.name, "To register")] == [True, False, True]
    assert [text in named for text in ("等了三天", requester.name)] == [True, True]
    assert [page(person, low) for person in (requester, engineer)] == ["403", "403"]
    perform(low, "register_feedback", by=agent, at=MONDAY + DAY, theme="speed", action="轉達")
    assert page(agent, low) == "404"


def test_it_names_the_complaint_that_came_of_it(brm: Person, requester: Person) -> None:
    answered = answer(launch(plan(make_version(), owner=brm), by=brm), requester, score=1, complains=True)
    text = page(brm, answered)

    assert str(Complaint.objects.get()).split()[0] in text
    assert "became the complaint" in text


def test_of_few_anonymous_answers_nothing_is_shown(brm: Person, requester: Person) -> None:
    campaign = launch(plan(make_version(), owner=brm, anonymous=True), by=brm)
    answer(campaign, requester, score=1, comment="等了三天")
    (one,) = SurveyResponse.objects.filter(campaign=campaign).answered()
    text = page(brm, one)

    assert [found in text for found in ("等了三天", requester.name, "Fewer than 5 anonymous answers")] == [
        False,
        False,
        True,
    ]
