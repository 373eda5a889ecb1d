"""The weekly sample of judgements: drawn once by a seed, checked once by somebody else, counted."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from catalogue.models import Service
from incidents import figures, judgements, services
from incidents.models import JudgementCheck, JudgementSample
from itsm.people.models import Person
from itsm.records.perform import perform
from itsm.records.refusals import NotAllowed, Objected
from itsm.tickets.models import Ticket
from tests.fixtures import MONDAY
from tests.record.conftest import signed_in as signed_in

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


@pytest.fixture
def judged(requester: Person, service: Service, category: Any, agent: Person) -> list[Any]:
    """Twenty-five incidents that an agent judged in the week of MONDAY, and one that is kept secret."""
    made: list[Any] = []
    terms = {"service": service, "category": category, "impact": "3", "urgency": "3"}
    for number in range(26):
        case = services.raise_incident(
            by=requester, requester=requester, title=f"故障 {number}", service=service, at=MONDAY
        )
        made.append(perform(case, "classify", by=agent, at=MONDAY, **terms))
    Ticket.objects.filter(pk=made[25].pk).update(confidential=True)
    return made


def test_a_sample_of_the_week_is_drawn_once_and_anybody_can_draw_the_same(judged: list[Any]) -> None:
    assert judgements.draw(MONDAY) == 0  # the week before: nobody judged anything
    assert judgements.draw(MONDAY + WEEK) == 20
    assert judgements.draw(MONDAY + WEEK) == 0

    sample = JudgementSample.objects.get(population=25)
    drawn = set(sample.checks.values_list("ticket", flat=True))
    assert sample.week == MONDAY.date()
    assert len(drawn) == 20
    assert judged[25].pk not in drawn
    sample.delete()
    judgements.draw(MONDAY + WEEK)
    assert set(JudgementCheck.objects.values_list("ticket", flat=True)) == drawn


def test_somebody_else_checks_once_and_says_why_it_is_something_else(
    judged: list[Any], agent: Person, incident_manager: Person
) -> None:
    judgements.draw(MONDAY + WEEK)
    right, wrong, *_rest = JudgementCheck.objects.order_by("pk")
    at = MONDAY + WEEK

    with pytest.raises(NotAllowed):
        judgements.check(right, found="incident", note="", by=agent, at=at)
    with pytest.raises(Objected) as refusal:
        judgements.check(wrong, found="service_request", note=" ", by=incident_manager, at=at)
    assert set(refusal.value.fields) == {"note"}
    with pytest.raises(Objected):
        judgements.check(wrong, found="change", note="x", by=incident_manager, at=at)
    judgements.check(right, found="incident", note="", by=incident_manager, at=at)
    judgements.check(wrong, found="service_request", note="目錄裡有", by=incident_manager, at=at)
    with pytest.raises(Objected):
        judgements.check(right, found="problem", note="x", by=incident_manager, at=at)

    found = figures.sampled_wrong(start=at, end=at + WEEK)
    assert (found.part, found.whole) == (1, 2)
    assert [key for key, _amount in found.rows["part"].pairs()] == [wrong.ticket_id]


def test_who_judged_does_not_check_not_even_in_sql(judged: list[Any], incident_manager: Person) -> None:
    judgements.draw(MONDAY + WEEK)
    line = JudgementCheck.objects.order_by("pk")[0]
    JudgementCheck.objects.filter(pk=line.pk).update(judged_by=incident_manager)

    with pytest.raises(Objected) as refusal:
        judgements.check(line, found="incident", note="", by=incident_manager, at=MONDAY + WEEK)

    assert set(refusal.value.fields) == {"found"}
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE incidents_judgementcheck SET found = judged, checked_by_id = judged_by_id, checked_at = now() WHERE id = %s",
            [line.pk],
        )


def test_the_page_takes_a_finding_and_keeps_what_was_typed(
    judged: list[Any], incident_manager: Person, agent: Person, signed_in: Any, django_assert_max_num_queries: Any
) -> None:
    judgements.draw(MONDAY + WEEK)
    line = JudgementCheck.objects.order_by("pk")[0]
    client: Client = signed_in(incident_manager)
    client.get("/judgements/")
    with django_assert_max_num_queries(8):
        page = client.get("/judgements/").content.decode()
    assert page.count('name="found"') == 20
    assert str(line.ticket.number) in page

    address = f"/judgements/{line.pk}/check"
    refused = client.post(address, {"found": "problem", "note": ""})
    assert refused.status_code == 422
    assert 'value="problem" selected' in refused.content.decode()
    assert client.post(address, {"found": "problem", "note": "三次了"}).status_code == 303
    line.refresh_from_db()
    assert (line.found, line.note, line.checked_by) == ("problem", "三次了", incident_manager)
    assert signed_in(agent).get("/judgements/").status_code == 403
    assert signed_in(agent).post(address, {"found": "incident"}).status_code == 403


def test_over_rest(judged: list[Any], incident_manager: Person, agent: Person, signed_in: Any) -> None:
    judgements.draw(MONDAY + WEEK)
    client: Client = signed_in(incident_manager)
    told = client.get("/api/v1/judgement-samples").json()
    assert (told[0]["population"], len(told[0]["checks"])) == (25, 20)
    line = told[0]["checks"][0]

    address = f"/api/v1/judgement-checks/{line['id']}"
    assert client.post(address, {"found": "complaint"}, content_type="application/json").status_code == 422
    answer = client.post(address, {"found": "complaint", "note": "不滿"}, content_type="application/json")
    assert (answer.status_code, answer.json()["found"]) == (200, "complaint")
    assert signed_in(agent).get("/api/v1/judgement-samples").status_code == 403


def test_weeks_are_those_of_the_organisation_and_not_of_greenwich(judged: list[Any]) -> None:
    start = datetime.fromisoformat(f"{MONDAY.date()}T00:00:00+08:00")

    assert judgements.draw(start + WEEK - timedelta(seconds=1)) == 0
    assert judgements.draw(start + WEEK) == 20
