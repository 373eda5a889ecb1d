"""The figures of surveys against numbers worked out by hand."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest

from itsm.people.models import Person
from itsm.records import register
from relationships import survey_figures as figures
from relationships import survey_kpis as kpis
from relationships import survey_sending
from tests.fixtures import MONDAY, make_person
from tests.relationships.surveys import DAY, answer, launch, make_version, plan


def test_satisfaction_is_the_share_of_four_and_five_with_its_interval() -> None:
    score = figures.csat({5: 6, 4: 2, 3: 1, 1: 1})

    assert (score.n, score.mean, score.share) == (10, 4.2, 80.0)
    assert (score.low, score.high) == (49.0, 94.3)
    assert score.few


def test_recommendation_is_promoters_less_detractors() -> None:
    assert figures.nps({10: 3, 9: 1, 8: 2, 7: 1, 6: 2, 0: 1}).share == 10.0
    assert figures.nps({6: 1}).share == -100.0


def test_nothing_gives_nothing() -> None:
    assert figures.csat({}) == figures.Score(0)
    assert figures.ces({}).mean is None


@pytest.mark.django_db
def test_figures_of_a_period_count_what_came_back_in_it(requester: Person, other_requester: Person) -> None:
    brm = make_person("brm", "brm")
    campaign = launch(plan(make_version(), owner=brm), by=brm)
    answer(campaign, requester, score=5)
    answer(campaign, other_requester, score=2)
    span = {"start": MONDAY - DAY, "end": MONDAY + 5 * DAY}

    found = {name: figure(**span) for name, figure in register.process("survey_campaign").figures.items()}

    assert found["csat"].ratio == Fraction(1, 2)
    assert found["csat_mean"].value == Fraction(7, 2)
    assert found["response_rate"].ratio == Fraction(2, Person.objects.active().count())
    assert str(found["nps"]) == "-"
    assert str(kpis.survey_complaints(**span)) == "0.00 %"
    assert [row.number for row in kpis.survey_reviews(**span)] == [campaign.number]
    assert kpis.csat(start=MONDAY - 9 * DAY, end=MONDAY).ratio is None
    survey_sending.work(MONDAY + 10 * DAY)
    assert kpis.feedback_registered(start=MONDAY, end=MONDAY + timedelta(days=15)).count() == 1
