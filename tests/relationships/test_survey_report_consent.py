"""The relationship report says with whose consent complaints were closed, and lists apart those closed without it."""

from typing import Any

import pytest
from django.test import Client

from catalogue.models import Service
from itsm.people.models import Person
from itsm.records.perform import perform
from relationships import survey_paper
from relationships import survey_report as reports
from relationships import survey_shown as shown
from relationships.complaints import note_attempt, raise_complaint
from relationships.survey_models import RelationshipReport, SurveyCampaign
from tests.fixtures import MONDAY
from tests.relationships.conftest import DAY, HOUR, Walk
from tests.relationships.surveys import make_version, plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def agreed(walk: Walk) -> Any:
    """A complaint that was closed with consent."""
    return walk("closed")


@pytest.fixture
def decided(agreed: Any, agent: Person, requester: Person, service: Service, relations: Person) -> Any:
    """Another, closed by a decision after three days of attempts."""
    made = raise_complaint(
        by=None, complainant=requester, at=MONDAY, source="phone", title="收費不符", description="", service=service
    )
    asked: dict[str, Any] = {
        "nature": "price",
        "service": service,
        "severity": "2",
        "requester": requester,
        "origin": "phone",
    }
    made = perform(made, "register", by=agent, at=MONDAY + HOUR, assignee=agent, **asked)
    made = perform(made, "escalate", by=agent, at=MONDAY + 2 * HOUR, reason="無法聯繫")
    for days in range(3):
        note_attempt(made, by=relations, way="phone", note="未接", at=MONDAY + days * DAY)
    return perform(
        made, "close_by_decision", by=relations, at=MONDAY + 2 * DAY + HOUR, reason="三次未果", decided_by=relations
    )


@pytest.fixture
def withdrawn(requester: Person, service: Service) -> Any:
    """A third, which was taken back."""
    made = raise_complaint(
        by=None, complainant=requester, at=MONDAY, source="phone", title="誤會", description="", service=service
    )
    return perform(made, "withdraw", by=requester, at=MONDAY + HOUR, reason="已釐清")


def reported(owner: Person) -> RelationshipReport:
    """Begin the report of a survey of those weeks."""
    campaign: SurveyCampaign = plan(make_version(), owner=owner)
    SurveyCampaign.objects.filter(pk=campaign.pk).update(launched_at=MONDAY)
    return reports.draft(campaign, at=MONDAY + 3 * DAY)


def test_it_lists_apart_what_was_closed_without_consent(
    agreed: Any, decided: Any, withdrawn: Any, relations: Person
) -> None:
    found = reported(relations)

    assert found.figures["complaints"] == {"received": 3, "closed": 2, "from_survey": 0}
    assert found.figures["consent"] == {"consented": 1, "decided": [decided.number]}
    rows = [row[2] for row in shown.report_rows(found)]
    assert decided.number in rows
    assert agreed.number not in rows
    assert survey_paper.report(found.campaign, found).startswith(b"%PDF")


def test_the_page_says_so(decided: Any, relations: Person, client: Client) -> None:
    found = reported(relations)
    client.force_login(relations)

    page = client.get(f"/surveys/{found.campaign.number}/report/").content.decode()

    assert f"未經同意之裁決結案：{decided.number}" in page


def test_a_report_from_before_is_shown_as_it_is(relations: Person, client: Client) -> None:
    found = reported(relations)
    del found.figures["consent"]
    found.save()
    client.force_login(relations)

    assert client.get(f"/surveys/{found.campaign.number}/report/").status_code == 200
    assert list(shown.report_rows(found))
