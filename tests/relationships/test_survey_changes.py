"""Changing an answer by the same link for seven days, and what cannot be changed any more."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from itsm.people.models import Person
from itsm.records.links import linking
from itsm.records.models import Event, LinkKind
from itsm.records.perform import perform
from relationships import survey_answering as answering
from relationships import survey_changes as changes
from relationships import survey_links as links
from relationships.models import Complaint
from relationships.survey_models import SurveyCampaign, SurveyResponse
from relationships.survey_sheet import items_of, read
from tests.fixtures import make_person
from tests.relationships.surveys import Sent, answer, invitation_of, launch, make_version, plan

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def brm(db: None) -> Person:
    """The relationship manager."""
    return make_person("brm", "brm")


@pytest.fixture
def running(brm: Person, requester: Person, other_requester: Person) -> SurveyCampaign:
    """A survey that runs now and asks everybody."""
    today = timezone.localdate()
    dates: dict[str, Any] = {"opens_on": today, "ends_on": today + 20 * DAY}
    made: SurveyCampaign = launch(
        plan(make_version(), owner=brm, at=timezone.now(), **dates), by=brm, at=timezone.now()
    )
    return made


def again(
    campaign: Any, person: Person, *, score: int, at: datetime, comment: str = "", complains: bool = False
) -> Any:
    """Answer anew."""
    invitation = invitation_of(campaign, person)
    assert invitation.campaign.questionnaire is not None
    items = items_of(invitation.campaign.questionnaire, invitation.campaign.services.all())
    given = read(items, Sent({items[0].name: str(score), items[-1].name: comment}))
    return changes.change(invitation, given, items, complains=complains, at=at)


def test_the_same_link_changes_the_answer(client: Client, running: SurveyCampaign, requester: Person) -> None:
    answer(running, requester, score=5, at=timezone.now())
    invitation = invitation_of(running, requester)
    path = links.path_of(invitation)
    items = items_of(invitation.campaign.questionnaire)  # type: ignore[arg-type]  # it has one

    page = client.get(path).content.decode()
    assert "您已回覆過" in page
    assert f'name="{items[0].name}" value="5" checked' in page
    sent = client.post(
        path, {"act": "send", "shown": [item.name for item in items], items[0].name: "2", items[-1].name: "後來又當機"}
    )

    assert "已收到您的回覆" in sent.content.decode()
    response = SurveyResponse.objects.get(invitation=invitation)
    assert (response.state, response.is_low, response.has_comment) == ("submitted", True, True)
    assert sorted(response.answers.values_list("value", flat=True), key=str) == [2, None]
    assert Event.objects.filter(record=response.pk, name="change_answers").count() == 1


def test_a_week_later_it_is_too_late(client: Client, running: SurveyCampaign, requester: Person) -> None:
    now = timezone.now()
    answer(running, requester, score=5, at=now)

    assert again(running, requester, score=4, at=now + 7 * DAY).state == "submitted"
    with pytest.raises(answering.Over):
        again(running, requester, score=1, at=now + 8 * DAY)
    SurveyResponse.objects.filter(invitation__person=requester).update(submitted_on=timezone.localdate() - 8 * DAY)
    assert "您已經填答過" in client.get(links.path_of(invitation_of(running, requester))).content.decode()


def test_what_somebody_has_looked_at_stays(running: SurveyCampaign, requester: Person, agent: Person) -> None:
    now = timezone.now()
    given = answer(running, requester, score=2, at=now, comment="太慢")
    perform(given, "register_feedback", by=agent, at=now, theme="speed", action="已說明")

    with pytest.raises(answering.Over):
        again(running, requester, score=5, at=now)


def test_what_is_anonymous_cannot_be_found_again(brm: Person, requester: Person) -> None:
    today, now = timezone.localdate(), timezone.now()
    secret = launch(
        plan(make_version(), owner=brm, at=now, anonymous=True, opens_on=today, ends_on=today + 9 * DAY), by=brm, at=now
    )
    answer(secret, requester, score=5, at=now)

    assert not changes.may_change(invitation_of(secret, requester), at=now)
    assert not SurveyResponse.objects.filter(campaign=secret, state="submitted").exists()


def test_a_change_may_become_a_complaint(running: SurveyCampaign, requester: Person) -> None:
    now = timezone.now()
    answer(running, requester, score=5, at=now)

    changed = again(running, requester, score=1, at=now, complains=True)
    assert changed.state == "complained"
    assert [row.kind for row in linking(changed, kind=LinkKind.FROM_SURVEY).records] == ["complaint"]
    assert Complaint.objects.get().requester == requester
    with pytest.raises(answering.Over):
        again(running, requester, score=5, at=now)


def test_another_link_changes_nothing_of_mine(
    running: SurveyCampaign, requester: Person, other_requester: Person
) -> None:
    now = timezone.now()
    mine = answer(running, requester, score=5, at=now)
    answer(running, other_requester, score=4, at=now)
    again(running, other_requester, score=1, at=now)

    assert list(mine.answers.values_list("value", flat=True)) == [5]
