"""An anonymous answer cannot be traced back: not by keys, not by the journal, not by times, not by the rows' own age."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import FieldDoesNotExist
from django.db import IntegrityError, connection, models, transaction
from django.utils import translation

from itsm.notices.models import Outbox
from itsm.people.models import Person
from itsm.records.models import Event, Link
from itsm.records.perform import perform
from itsm.records.refusals import Objected
from relationships import survey_answering as answering
from relationships.survey_models import Answer, Invitation, SurveyCampaign, SurveyResponse
from sla.sweep import sweep
from tests.fixtures import MONDAY, make_person
from tests.relationships.surveys import DAY, answer, invitation_of, launch, make_version, plan


def anonymous_survey(brm: Person) -> SurveyCampaign:
    """A survey of ten people that keeps no names."""
    for number in range(10):
        make_person(f"asked{number}")
    return launch(plan(make_version(), owner=brm, anonymous=True, reminders=1), by=brm)


@pytest.fixture
def brm(db: None) -> Person:
    """The owner of the process."""
    return make_person("brm", "brm", name="孫雅婷")


@pytest.fixture
def campaign(brm: Person) -> SurveyCampaign:
    """An anonymous survey."""
    return anonymous_survey(brm)


def asked(number: int) -> Person:
    return Person.objects.get(username=f"asked{number}")


def keys_to_people(model: type[models.Model]) -> list[str]:
    """Name the foreign keys of a model that lead to a person or to an invitation."""
    found = [field for field in model._meta.get_fields() if isinstance(field, models.ForeignKey)]
    return [field.name for field in found if field.related_model in (Person, Invitation)]


def test_no_key_leads_from_an_answer_to_a_person() -> None:
    assert keys_to_people(SurveyResponse) == []
    assert keys_to_people(Answer) == []
    with pytest.raises(FieldDoesNotExist):
        SurveyResponse._meta.get_field("person")  # type: ignore[misc]  # the stubs know too that there is none


@pytest.mark.django_db
def test_the_database_refuses_whatever_would_lead_back(
    campaign: SurveyCampaign, requester: Person, brm: Person
) -> None:
    invitation = Invitation.objects.filter(campaign=campaign)[0]
    blank = SurveyResponse.objects.filter(campaign=campaign)[0]
    changes: tuple[Callable[[], Any], ...] = (
        lambda: Invitation.objects.filter(pk=invitation.pk).update(response=blank),
        lambda: Invitation.objects.filter(pk=invitation.pk).update(anonymous=False, response=blank),
        lambda: SurveyResponse.objects.filter(pk=blank.pk).update(unit=requester.unit_id),
        lambda: SurveyResponse.objects.filter(pk=blank.pk).update(draft={"q1": "3"}),
        lambda: SurveyResponse.objects.filter(pk=blank.pk).update(anonymous=False),
        lambda: SurveyCampaign.objects.filter(pk=campaign.pk).update(anonymous=False),
    )
    for change in changes:
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


@pytest.mark.django_db
def test_the_journal_of_an_anonymous_answer_names_nobody_and_only_the_day(campaign: SurveyCampaign) -> None:
    moment = MONDAY + DAY
    answered = answer(campaign, asked(3), score=1, comment="慢", at=moment)

    events = list(Event.objects.filter(record=answered.pk))
    assert {event.actor_id for event in events} == {None}
    assert {event.on_behalf_of_id for event in events} == {None}
    assert all(event.at.date() <= moment.date() and event.at != moment for event in events)
    assert str(asked(3).pk) not in str([event.facts for event in events])
    assert not Link.objects.filter(source=answered.pk).exists()
    assert not Outbox.objects.filter(record=answered.pk).exists()


@pytest.mark.django_db
def test_an_anonymous_answer_lies_on_a_blank_drawn_by_lot(brm: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = anonymous_survey(brm)
    blanks = list(SurveyResponse.objects.filter(campaign=campaign).order_by("pk").values_list("pk", flat=True))
    monkeypatch.setattr(answering.LOT, "choice", max)

    answered = answer(campaign, asked(0))

    assert answered.pk == blanks[-1]
    assert answered.draft == {}


@pytest.mark.django_db
def test_reminders_of_an_anonymous_survey_go_to_everybody(campaign: SurveyCampaign) -> None:
    answer(campaign, asked(1))

    sweep(at=MONDAY + 6 * DAY)

    people = Invitation.objects.filter(campaign=campaign).count()
    assert Outbox.objects.filter(template="survey_again").count() == people
    assert set(Invitation.objects.filter(campaign=campaign).values_list("reminded", flat=True)) == {1}


@pytest.mark.django_db
def test_drafts_of_an_anonymous_survey_are_not_kept_here(campaign: SurveyCampaign) -> None:
    answering.keep_draft(invitation_of(campaign, asked(2)), {"q1": "3"})

    assert not SurveyResponse.objects.filter(campaign=campaign).exclude(draft={}).exists()


@pytest.mark.django_db
def test_an_anonymous_low_score_becomes_no_complaint_without_a_name(campaign: SurveyCampaign, agent: Person) -> None:
    answered = answer(campaign, asked(4), score=1)
    assert answered.state == "submitted"

    with translation.override("en"), pytest.raises(Objected) as refusal:
        perform(answered, "make_complaint", by=agent, at=MONDAY + 2 * DAY)

    assert "anonymous" in refusal.value.reasons[0]


@pytest.mark.django_db(transaction=True)
def test_not_even_the_age_of_the_rows_tells_who_answered(desk: Any) -> None:
    campaign = anonymous_survey(make_person("brm", "brm"))
    for number in (2, 5, 7):
        answer(campaign, asked(number), score=number % 5 + 1)

    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT xmin::text FROM relationships_invitation WHERE campaign_id = %s", [campaign.pk])
        marks = [row[0] for row in cursor.fetchall()]
    assert len(marks) == 1  # each answer writes the rows of all who were asked anew
    assert Invitation.objects.filter(campaign=campaign, used=True).count() == 3
