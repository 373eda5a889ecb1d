"""Calendars and turns of maintenance over REST: the same services, and the clocks that a change moves shown first."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from incidents import upkeep
from itsm.hours.models import Calendar, CalendarVersion
from itsm.people.models import Person
from itsm.tickets.models import Outage
from sla.models import MaintenanceTurn
from tests.availability.conftest import slm as slm
from tests.availability.conftest import taipei
from tests.availability.test_maintenance import plan
from tests.availability.test_maintenance import row as row
from tests.fixtures import make_person

pytestmark = pytest.mark.django_db
AT = "/api/v1/calendars"
WEEK = {str(day): [["08:00", "12:00"], ["13:00", "17:00"]] for day in range(5)}


@pytest.fixture
def keeper(db: None) -> Person:
    """An administrator."""
    return make_person("keeper", is_staff=True)


def as_(person: Person) -> Client:
    """Sign somebody in."""
    client = Client()
    client.force_login(person)
    return client


def send(person: Person, path: str, body: dict[str, Any]) -> Any:
    """Post a body."""
    return as_(person).post(path, json.dumps(body), content_type="application/json")


def office() -> Calendar:
    """The hours of the office."""
    return Calendar.objects.with_current().get(code="taiwan-office")


def test_hours_are_previewed_and_only_then_published(keeper: Person, outage: Any) -> None:
    before, body = office().current, {"weekly": WEEK, "reason": "夏令時間"}
    assert before is not None

    seen = send(keeper, f"{AT}/taiwan-office/hours", body | {"preview": True}).json()
    assert (seen["calendars"], office().current) == ([], before)
    assert seen["preview"]["counted"] >= seen["preview"]["moved"] >= 0

    made = send(keeper, f"{AT}/taiwan-office/hours", body).json()
    (now,) = made["calendars"]
    assert (made["preview"], now["version"], now["weekly"]) == (None, before.number + 1, WEEK)
    assert now["exceptions"] == before.exceptions  # holidays stay
    assert CalendarVersion.objects.latest("pk").created_by_name == keeper.name
    assert send(keeper, f"{AT}/taiwan-office/hours", body).status_code == 422  # in force already


def test_a_closure_names_the_clocks_that_it_moves(keeper: Person, outage: Any) -> None:
    """The outage was reported on a Monday morning; its clocks count by the hours of its service."""
    body = {"on": "2026-11-23", "start": "12:00", "name_zh": "颱風", "reason": "停班", "preview": True}

    seen = send(keeper, f"{AT}/taiwan-office/closures", body).json()["preview"]

    for clock in seen["clocks"]:
        assert clock["record"] == outage.number
        assert clock["after"] != clock["before"]
    answer = send(keeper, f"{AT}/taiwan-office/closures", body | {"preview": False, "end": "11:00"})
    assert answer.status_code == 422


def test_days_of_a_file_are_taken_whole_or_not_at_all(keeper: Person) -> None:
    head, before = "date,windows,kind,name_zh,name_en\n", office().current
    good, bad = "2028-02-12,09:00-12:00,makeup,補行上班,Make-up day\n", "2028-13-40,,holiday,x,x\n"

    assert send(keeper, f"{AT}/taiwan-office/days", {"text": head + good + bad, "reason": "x"}).status_code == 422
    assert (
        send(keeper, f"{AT}/taiwan-office/days", {"text": head + bad, "reason": "x", "preview": True}).status_code
        == 422
    )
    assert office().current == before
    made = send(keeper, f"{AT}/taiwan-office/days", {"text": head + good, "reason": "2028"})
    assert made.json()["calendars"][0]["exceptions"]["2028-02-12"]["name_zh"] == "補行上班"


def test_a_county_closes_every_calendar_of_it(keeper: Person) -> None:
    Calendar.objects.filter(code="taiwan-office").update(county="臺北市")
    body = {"county": "臺北市", "on": "2026-11-24", "name_zh": "颱風", "reason": "停班公告"}

    assert send(keeper, f"{AT}/closures", body | {"preview": True}).json()["calendars"] == []
    made = send(keeper, f"{AT}/closures", body).json()["calendars"]
    assert [one["code"] for one in made] == ["taiwan-office"]
    assert made[0]["exceptions"]["2026-11-24"]["county"] == "臺北市"
    assert send(keeper, f"{AT}/closures", body | {"preview": True}).status_code == 422  # closed already


def test_only_administrators_read_and_write_calendars(keeper: Person, agent: Person) -> None:
    assert "taiwan-office" in {one["code"] for one in as_(keeper).get(AT).json()}
    assert as_(keeper).get(f"{AT}/taiwan-office").json()["weekly"]
    assert as_(keeper).get(f"{AT}/nowhere").status_code == 404
    assert as_(agent).get(AT).status_code == 403
    assert send(agent, f"{AT}/taiwan-office/hours", {"weekly": WEEK, "reason": "x"}).status_code == 403
    assert send(keeper, f"{AT}/taiwan-office/hours", {"weekly": {"0": [["9"]]}, "reason": "x"}).status_code == 400


def test_turns_are_listed_read_and_noted_as_done(row: Any, agent: Person, engineer: Person, requester: Person) -> None:
    plan(row)
    upkeep.tend(taipei(11, 1, 9))
    turn = MaintenanceTurn.objects.select_related("record").get()
    assert turn.record is not None
    one = f"/api/v1/maintenance-turns/{turn.pk}"

    (listed,) = as_(agent).get("/api/v1/maintenance-turns?waiting=true").json()["results"]
    assert (listed["service"], listed["ticket"], listed["done_at"]) == (row.service.code, turn.record.number, None)
    assert as_(agent).get(one).json() == listed
    assert as_(requester).get(one).status_code == 403
    assert send(engineer, f"{one}/done", {}).status_code == 422  # it interrupts: from when to when
    times = {"started_at": "2026-11-09T18:00:00+08:00", "ended_at": "2026-11-09T19:00:00+08:00", "note": "完成"}
    done = send(engineer, f"{one}/done", times)
    assert (done.status_code, done.json()["note"]) == (200, "完成")
    assert Outage.objects.get().is_forecast is False
    assert send(engineer, f"{one}/done", times).status_code == 422
