"""The standing survey: who is asked after the closure of a case, how often, and by which lot."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from catalogue.models import Category, Service
from incidents import services
from itsm.notices.models import Outbox
from itsm.notices.outbox import quiet
from itsm.people.models import Person
from itsm.records.links import linked
from itsm.records.models import LinkKind
from itsm.records.perform import perform
from relationships import reminders, sampling, survey_months, survey_sending
from relationships.survey_models import Invitation, SurveyCampaign, SurveyResponse
from tests.fixtures import MONDAY, make_person
from tests.relationships.surveys import DAY, answer, launch, make_version, plan

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def brm(db: None) -> Person:
    """The owner of the process."""
    return make_person("brm", "brm", name="孫雅婷")


def standing(brm: Person, **fields: Any) -> SurveyCampaign:
    """A survey after the closure of every case."""
    facts: dict[str, Any] = {
        "mode": "transactional",
        "population": "",
        "sampling": "",
        "opens_on": None,
        "ends_on": None,
    }
    return launch(plan(make_version(), owner=brm, at=MONDAY - DAY, **facts | fields), by=brm, at=MONDAY - DAY)


@pytest.fixture
def close(requester: Person, service: Service, category: Category, agent: Person) -> Any:
    """Lead an incident to its closure."""

    def to_the_end(*, at: datetime = MONDAY) -> Any:
        case = services.raise_incident(by=requester, requester=requester, title="無法登入", service=service, at=at)
        case = perform(case, "classify", by=agent, at=at, service=service, category=category, impact="2", urgency="2")
        case = perform(case, "assign_first_line", by=agent, at=at, assignee=agent)
        case = perform(case, "resolve", by=agent, at=at + HOUR, resolution_code="fixed", resolution_note="已修復")
        return perform(case, "confirm_resolution", by=requester, at=at + 2 * HOUR, confirmation="portal")

    return to_the_end


def test_a_closed_case_asks_its_requester_and_the_answer_is_about_it(brm: Person, close: Any, service: Service) -> None:
    campaign = standing(brm)
    case = close()
    assert not Outbox.objects.filter(template="survey_asked").exists()  # the move writes one row; the round sends

    survey_sending.work(MONDAY + 3 * HOUR)

    invitation = Invitation.objects.get(campaign=campaign)
    assert invitation.response is not None
    assert invitation.response.service == service
    assert [record.pk for record in linked(invitation.response, kind=LinkKind.ABOUT).records] == [case.pk]
    assert Outbox.objects.get(template="survey_asked").facts["case"] == case.number


def test_nobody_is_asked_twice_within_the_interval(brm: Person, close: Any) -> None:
    campaign = standing(brm, min_interval_days=30)
    close()
    close(at=MONDAY + DAY)
    assert Invitation.objects.filter(campaign=campaign).count() == 1

    close(at=MONDAY + 31 * DAY)

    assert Invitation.objects.filter(campaign=campaign).count() == 2


def test_other_cases_and_imported_history_ask_nobody(brm: Person, close: Any, service: Service) -> None:
    standing(brm, case_kinds=["service_request"])
    close()
    with quiet():
        close(at=MONDAY + DAY)

    assert not Invitation.objects.exists()


def test_each_month_has_its_report_and_is_told_when_it_is_over(
    client: Client, brm: Person, close: Any, agent: Person, requester: Person
) -> None:
    campaign = standing(brm)
    close()
    survey_sending.work(MONDAY + 3 * HOUR)
    answer(campaign, requester, score=4, at=MONDAY + DAY, comment="快")

    (one,) = survey_months.slices(campaign)
    assert (one.code, one.invited, one.answered, one.comments, one.low) == ("2026-11", 1, 1, 1, 0)
    assert (one.rate, one.score.share) == (100.0, 100.0)
    reminders.remind(at=MONDAY + DAY)
    assert not Outbox.objects.filter(template="survey_month").exists()
    for day in (8, 9):
        reminders.remind(at=MONDAY + day * DAY)
    row = Outbox.objects.get(template="survey_month")
    assert (row.person, row.facts["month"]) == (brm, "2026-11")

    client.force_login(brm)
    assert "2026-11" in client.get(f"/surveys/{campaign.number}/results/").content.decode()
    paper = client.get(f"/surveys/{campaign.number}/months/2026-11.pdf")
    assert paper.content.startswith(b"%PDF-")
    assert client.get(f"/surveys/{campaign.number}/months/2020-01.pdf").status_code == 404
    client.force_login(agent)
    assert client.get(f"/surveys/{campaign.number}/months/2026-11.pdf").status_code == 403


def test_the_rate_is_kept_about_and_the_same_seed_draws_the_same_cases() -> None:
    drawn = [key for key in range(10_000) if sampling.falls_on(7, key, per_cent=30)]

    assert 2_850 < len(drawn) < 3_150
    assert drawn == [key for key in range(10_000) if sampling.falls_on(7, key, per_cent=30)]
    assert all(sampling.falls_on(7, key, per_cent=100) for key in range(100))


def test_an_answer_to_a_closed_survey_is_not_taken(brm: Person, close: Any, agent: Person, requester: Person) -> None:
    campaign = standing(brm)
    close()
    survey_sending.work(MONDAY + 3 * HOUR)

    answered = answer(campaign, requester)
    ended = perform(campaign, "close_collection", by=agent, at=MONDAY + 3 * DAY)
    survey_sending.work(MONDAY + 3 * DAY)
    answered = SurveyResponse.objects.get(pk=answered.pk)
    assert answered.state == "registered"
    assert (ended.invited_count, ended.answered_count) == (1, 1)


@pytest.mark.parametrize("size", [1, 3, 7, 50, 99, 100, 200])
def test_a_stratified_sample_has_its_size_and_gives_every_unit_its_share(size: int) -> None:
    members = [(key, 1 if key < 60 else 2 if key < 95 else 3) for key in range(100)]

    drawn = sampling.draw(members, method="stratified", size=size, seed=11)

    assert len(drawn) == len(set(drawn)) == min(size, 100)
    if size == 50:
        assert [sum(1 for key in drawn if members[key][1] == layer) for layer in (1, 2, 3)] == [30, 18, 2]
