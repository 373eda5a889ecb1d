"""A recorded miss is lifted by the service level manager alone, with a reason that the report shows (domain 4.3)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from incidents.models import Incident
from itsm.people.models import Person
from itsm.records.models import Event
from itsm.records.refusals import NotAllowed, Objected
from itsm.tickets.models import Ticket
from sla.clocks import ledger
from sla.lifting import lift
from sla.models import Clock
from sla.replay import drift
from tests.availability.conftest import taipei
from tests.fixtures import make_person
from tests.service_reports.conftest import AFTER
from tests.service_reports.test_figures import found

pytestmark = pytest.mark.django_db
WHY = "機房演練期間，客戶同意不計"


@pytest.fixture
def late(november: None) -> Any:
    """The case of November that missed its resolution and its response."""
    return Incident.objects.get(title="公文附件遺失")


def clock_of(case: Any, metric: str = "resolution") -> Clock:
    return Clock.objects.get(record=case.pk, metric=metric)


def test_a_lifted_miss_counts_neither_way_and_stands_among_the_exclusions(
    late: Any, slm: Person, calculated: Any
) -> None:
    lift(late, clock_of(late), reason=WHY, by=slm, at=taipei(12, 1, 9))

    issue = calculated()

    service = issue.figures["services"][0]
    figure = found(issue, "documents.resolution-3.result")
    assert (figure.total("part"), figure.total("whole")) == (3, 3)
    assert [row["metric"] for row in service["breaches"] if row["what"] == "case"] == ["response"]
    [row] = service["exclusions"]
    assert (row["number"], row["reason"], row["state"]) == (late.number, WHY, "approved")
    assert found(issue, row["figure"]).value == 3600


def test_what_was_lifted_is_journaled_explained_and_the_same_in_replay(late: Any, slm: Person) -> None:
    made = lift(late, clock_of(late), reason=WHY, by=slm, at=taipei(12, 1, 9))

    assert (made.state, made.breached_at, drift(Clock.objects.get(pk=made.pk))) == ("lifted", None, {})
    event = Event.objects.get(record=late.pk, name="clock_lifted")
    assert (event.actor, event.reason) == (slm, WHY)
    with override("en"):
        [shown] = [one for one in ledger(late, at=AFTER) if one.clock.pk == made.pk]
    assert any(line.label == "Miss lifted" and WHY in line.text for line in shown.rows)
    assert Ticket.objects.get(pk=late.pk).clock_state == "lifted"


@pytest.mark.parametrize("role", ["agent", "incident_manager", "auditor"])
def test_nobody_else_lifts_a_miss(late: Any, role: str) -> None:
    with pytest.raises(NotAllowed):
        lift(late, clock_of(late), reason=WHY, by=make_person("other", role), at=AFTER)

    assert clock_of(late).state == "missed"


@pytest.mark.parametrize("part", ["requester", "assignee"])
def test_a_service_level_manager_with_a_part_in_the_case_lifts_nothing(late: Any, slm: Person, part: str) -> None:
    Ticket.objects.filter(pk=late.pk).update(**{part: slm})

    with pytest.raises(NotAllowed):
        lift(Incident.objects.get(pk=late.pk), clock_of(late), reason=WHY, by=slm, at=AFTER)


def test_a_reason_and_a_settled_miss_are_needed(late: Any, slm: Person, handled: Any) -> None:
    met = handled(taipei(11, 17, 10))
    with override("en"):
        with pytest.raises(Objected):
            lift(late, clock_of(late), reason="  ", by=slm, at=AFTER)
        with pytest.raises(Objected, match="No miss is recorded here"):
            lift(met, clock_of(met), reason=WHY, by=slm, at=AFTER)
        lift(late, clock_of(late), reason=WHY, by=slm, at=AFTER)
        with pytest.raises(Objected, match="No miss is recorded here"):
            lift(late, clock_of(late), reason=WHY, by=slm, at=AFTER + timedelta(minutes=1))


def test_the_page_offers_it_to_the_manager_and_asks_why(late: Any, slm: Person, agent: Person, client: Client) -> None:
    address = reverse("record:lift_miss", args=(late.number, clock_of(late).pk))
    client.force_login(agent)
    assert address not in client.get(reverse("record:clocks", args=(late.number,))).content.decode()
    assert client.post(address, {"reason": WHY}).status_code == 403
    client.force_login(slm)
    assert address in client.get(reverse("record:clocks", args=(late.number,))).content.decode()
    assert client.post(address, {"reason": ""}).status_code == 422

    client.post(address, {"reason": WHY})

    assert clock_of(late).state == "lifted"
    assert address not in client.get(reverse("record:clocks", args=(late.number,))).content.decode()


def test_it_is_lifted_over_rest_too(late: Any, slm: Person, agent: Person, client: Client) -> None:
    address = f"/api/v1/tickets/{late.number}/clocks/resolution/1/lift"
    client.force_login(agent)
    assert client.post(address, {"reason": WHY}, content_type="application/json").status_code == 403
    client.force_login(slm)
    assert client.post(address, {"reason": "x"}, content_type="application/json").status_code == 422

    answer = client.post(address, {"reason": WHY}, content_type="application/json")

    assert (answer.status_code, answer.json()["state"], answer.json()["breached_at"]) == (200, "lifted", None)
