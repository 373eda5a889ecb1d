"""A kept promise on the page of its agreement never stands alone: satisfaction and complaints of its users stand beside it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from itsm.people.models import Organisation
from relationships.complaints import raise_complaint
from relationships.survey_models import Answer
from sla import lived
from sla.agreement_page import shown
from tests.availability.conftest import taipei
from tests.relationships.surveys import answer, launch, make_version, plan
from tests.service_reports.conftest import agree as agree
from tests.service_reports.conftest import brm as brm
from tests.service_reports.conftest import customer as customer
from tests.service_reports.conftest import handled as handled
from tests.service_reports.conftest import sheet
from tests.service_reports.conftest import slm as slm

pytestmark = pytest.mark.django_db
AT = taipei(11, 29, 10)
RESPONSE = {"metric": "response", "op": "le", "seconds": 1800, "calendar": "always", "goal_percent": "95"}


def told(edition: Any) -> str:
    with override("en"):
        return render_to_string("agreement/promises.html", shown(edition, at=AT))


@pytest.fixture
def kept(agree: Any, service: Any, handled: Any, requester: Any, brm: Any) -> Any:
    """A response kept in November, one good mark of two, and a complaint."""
    edition = agree(sheet(service, promises=[RESPONSE])).editions.get()
    handled(taipei(11, 10, 10))
    version = make_version()
    campaign = launch(plan(version, owner=brm, min_interval_days=0, opens_on=date(2026, 11, 23)), by=brm)
    given = answer(campaign, requester, score=4)
    for question, value in zip(version.questions.filter(kind="scale").order_by("position"), (5, 2), strict=True):
        Answer.objects.create(response=given, question=question, service=service, value=value)
    raise_complaint(
        at=taipei(11, 17, 9), title="太慢", service=service, by=requester, complainant=requester, source="portal", description=""
    )  # fmt: skip
    return edition


def test_both_stand_beside_a_green_result(kept: Any) -> None:
    html = told(kept)

    assert "data-beside" in html
    assert "(1/2) · Complaints: 1" in html


def test_other_customers_say_nothing_of_it(kept: Any, service: Any) -> None:
    other = Organisation.objects.create(code="other", name_zh="他處", name_en="Other")
    span = {"start": taipei(11, 1), "end": AT}

    assert lived.by_service(other.pk, **span) == {}
    for unit in (kept.agreement.consumer_id, None):
        assert lived.by_service(unit, **span) == {service.pk: lived.Lived(pleased=1, answers=2, complaints=1)}


def test_a_missed_result_needs_none_and_asks_nothing(agree: Any, service: Any, handled: Any) -> None:
    edition = agree(sheet(service, promises=[RESPONSE])).editions.get()
    handled(taipei(11, 10, 10), answered=45)

    with CaptureQueriesContext(connection) as seen:
        html = told(edition)

    assert "data-beside" not in html
    assert not any("relationships_answer" in one["sql"] for one in seen.captured_queries)
