"""Clocks over REST."""

from __future__ import annotations

from typing import Any

import pytest

from itsm.people.models import Person
from itsm.records.perform import perform

pytestmark = pytest.mark.django_db


def test_a_case_tells_its_clocks_in_words(caller: Any, outage: Any, agent: Person, category: Any, service: Any) -> None:
    perform(outage, "classify", by=agent, service=service, category=category, impact="2", urgency="2")
    clocks = {row["metric"]: row for row in caller(agent).get(f"/api/v1/tickets/{outage.number}/clocks").json()}

    assert clocks["response"]["state"] == "met"
    assert clocks["resolution"]["state"] == "running"
    assert clocks["resolution"]["due_at"]
    assert clocks["resolution"]["ledger"][0]["label"]
    assert clocks["resolution"]["steps"]


def test_requesters_see_their_clocks_and_nobody_who_was_told(
    caller: Any, outage: Any, requester: Person, other_requester: Person
) -> None:
    mine = caller(requester)
    own = mine.get(f"/api/v1/tickets/{outage.number}/clocks").json()

    assert own
    assert all(row["steps"] == [] for row in own)
    assert {row["number"] for row in mine.get("/api/v1/clocks").json()["results"]} == {outage.number}
    assert caller(other_requester).get("/api/v1/clocks?state=running").json()["results"] == []
    assert caller(other_requester).get(f"/api/v1/tickets/{outage.number}/clocks").status_code == 404
