"""Availability over REST: the figures of the pages, outages, exclusions, issues, and what monitors say."""

from __future__ import annotations

from typing import Any

import pytest

from catalogue.models import Service
from itsm.api.scopes import Scope
from itsm.hours.models import Calendar
from itsm.people.models import Person
from itsm.tickets.models import Outage
from sla.models import AvailabilityIssue, ExclusionClaim
from tests.availability.conftest import taipei
from tests.fixtures import make_person

pytestmark = pytest.mark.django_db
PERIOD = {"start": "2026-10-01T00:00:00+08:00", "end": "2026-11-01T00:00:00+08:00"}


@pytest.fixture
def always(service: Service) -> Service:
    """The service, promised around the clock."""
    service.hours = Calendar.objects.get(code="always")
    service.save()
    return service


@pytest.fixture
def slm(db: None) -> Person:
    """The service level manager."""
    return make_person("slm", "slm", name="吳服務")


def test_figures_are_those_of_the_pages(caller: Any, agent: Person, always: Service) -> None:
    Outage.objects.create(service=always, started_at=taipei(10, 10, 3), ended_at=taipei(10, 10, 4))

    answer = caller(agent).get(f"/api/v1/services/{always.code}/availability", PERIOD)

    told = answer.json()
    assert answer.status_code == 200
    assert (told["agreed_s"], told["down_s"], told["ratio"], told["shown"]) == (2_678_400, 3600, "743/744", "99.865%")
    assert sum(row["charged_s"] for row in told["outages"]) == told["down_s"]


@pytest.mark.parametrize("wrong", [{"mode": "both"}, {"end": "2026-09-01T00:00:00Z"}, {"start": ""}, {"other": "1"}])
def test_an_odd_period_is_refused(caller: Any, agent: Person, service: Service, wrong: dict[str, str]) -> None:
    answer = caller(agent).get(f"/api/v1/services/{service.code}/availability", PERIOD | wrong)

    assert answer.status_code == 400


def test_requesters_read_none_of_it(caller: Any, requester: Person, service: Service) -> None:
    client = caller(requester)

    assert client.get(f"/api/v1/services/{service.code}/availability", PERIOD).status_code == 403
    assert client.get("/api/v1/outages").status_code == 403
    assert client.get("/api/v1/exclusions").status_code == 403


def test_an_outage_is_recorded_once_corrected_and_struck_out(
    caller: Any, agent: Person, slm: Person, service: Service
) -> None:
    body = {"service": service.code, "started_at": "2026-10-10T03:00:00+08:00", "ended_at": "2026-10-10T04:00:00+08:00"}
    desk, manager = caller(agent), caller(slm)

    first = desk.post("/api/v1/outages", body, headers={"idempotency-key": "a"})
    again = desk.post("/api/v1/outages", body, headers={"idempotency-key": "a"})
    path = f"/api/v1/outages/{first.json()['id']}"
    later = {"ended_at": "2026-10-10T05:00:00+08:00", "reason": "監控紀錄"}

    assert (first.status_code, again.json()["id"]) == (201, first.json()["id"])
    assert desk.post(path, later).status_code == 403
    assert manager.post(path, later | {"reason": ""}).status_code == 400
    assert manager.post(path, later).json()["ended_at"].startswith("2026-10-10T0")
    assert manager.post(path, {"strike_out": True, "reason": "誤報"}).json()["struck_out_at"]
    assert [row["id"] for row in desk.get("/api/v1/outages", {"service": service.code}).json()["results"]] == [
        first.json()["id"]
    ]


def test_a_monitor_says_down_and_up(caller: Any, agent: Person, service: Service) -> None:
    client = caller(agent, Scope.MONITOR_INGEST)
    body = {"source": "zabbix", "key": "web/up", "state": "down", "service": service.code}

    words = [
        client.post("/api/v1/outages/signals", one).json()["outcome"]
        for one in (body, body, body | {"state": "up"}, body | {"state": "up"})
    ]

    assert words == ["opened", "standing", "ended", "ignored"]
    assert Outage.objects.get().source == "monitoring"
    assert client.post("/api/v1/outages/signals", body | {"service": "none"}).status_code == 400
    assert caller(agent, Scope.TICKETS_WRITE).post("/api/v1/outages/signals", body).status_code == 403


def test_an_exclusion_is_claimed_and_decided_by_another(
    caller: Any, agent: Person, slm: Person, service: Service
) -> None:
    body = {
        "service": service.code, "clause": "fixed_line", "started_at": "2026-10-10T03:00:00+08:00",
        "ended_at": "2026-10-10T05:00:00+08:00", "reason": "光纜中斷", "evidence": "障礙通知單",
    }  # fmt: skip
    desk = caller(agent)

    made = desk.post("/api/v1/exclusions", body)
    path = f"/api/v1/exclusions/{made.json()['id']}/decision"

    assert (made.status_code, made.json()["state"]) == (201, "claimed")
    assert desk.post("/api/v1/exclusions", body | {"clause": "nothing"}).status_code == 400
    assert desk.post(path, {"decision": "approve"}).status_code == 403
    assert caller(slm).post(path, {"decision": "reject"}).status_code == 422
    assert caller(slm).post(path, {"decision": "approve"}).json()["state"] == "approved"
    assert ExclusionClaim.objects.get().decided_by == slm


def test_figures_are_issued_and_listed(caller: Any, agent: Person, slm: Person, always: Service) -> None:
    path = f"/api/v1/services/{always.code}/availability/issues"

    assert caller(agent).post(path, {"month": "2026-10-01"}).status_code == 403
    assert caller(slm).post(path, {"month": "2026-10-01"}).json()["number"] == 1
    assert caller(slm).post(path, {"month": "2026-10-01", "reason": "again"}).status_code == 422
    assert [row["figures"]["shown"] for row in caller(agent).get(path).json()] == ["100.000%"]
    assert AvailabilityIssue.objects.count() == 1


def test_what_the_customer_holds_against_an_exclusion_is_kept_and_a_claim_is_taken_back_by_who_made_it(
    caller: Any, agent: Person, slm: Person, always: Service
) -> None:
    desk, keeper = caller(agent), caller(slm)
    body = {
        "service": always.code, "clause": "force_majeure", "started_at": "2026-10-20T00:00:00+08:00",
        "ended_at": "2026-10-20T06:00:00+08:00", "reason": "颱風",
    }  # fmt: skip
    path = f"/api/v1/exclusions/{desk.post('/api/v1/exclusions', body).json()['id']}"

    kept = keeper.post(f"{path}/objection", {"objection": "機房在另一縣市"})
    answers = [
        desk.post(f"{path}/objection", {"objection": "我也反對"}), keeper.post(f"{path}/objection", {"objection": " "}),
        keeper.post(f"{path}/withdrawal"), desk.post(f"{path}/withdrawal"), desk.post(f"{path}/withdrawal"),
    ]  # fmt: skip

    assert (kept.status_code, kept.json()["objection"]) == (200, "機房在另一縣市")
    assert [one.status_code for one in answers] == [403, 400, 403, 200, 422]
    assert ExclusionClaim.objects.get().state == "withdrawn"
