"""What is done with a report on its pages can be done over REST, by the same people under the same rules."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from itsm.service_reports import work
from itsm.service_reports.models import ReportIssue
from tests.service_reports.conftest import AFTER

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]
AT = "/api/v1/sla-reports"


def send(client: Client, path: str, body: Any = None) -> Any:
    """Post a body."""
    return client.post(path, json.dumps(body if body is not None else {}), content_type="application/json")


def as_(person: Any) -> Client:
    """Sign somebody in."""
    client = Client()
    client.force_login(person)
    return client


def test_a_report_is_led_from_its_preparation_to_the_signature(
    customer: Any, service: Any, slm: Any, brm: Any, owner: Any, speaker: Any, time_machine: Any
) -> None:
    time_machine.move_to(AFTER, tick=False)
    keeper, body = as_(slm), {"customer": customer.code, "month": "2026-11", "years": "minguo"}
    made = send(keeper, AT, body)
    assert (made.status_code, made.json()["state"]) == (201, "prepared")
    assert send(keeper, AT, body).json()["id"] == made.json()["id"]  # one in preparation is given back
    work.go_on(timezone.now())
    one = f"{AT}/{made.json()['id']}"

    said = send(as_(owner), f"{one}/comments/{service.code}", {"text": "外電異常"}).json()
    assert (said["state"], said["services"][0]["comment"]["text"]) == ("commented", "外電異常")
    assert send(keeper, f"{one}/approve", {"digest": said["digest"]}).status_code == 422  # her own
    chief = as_(brm)
    assert send(chief, f"{one}/approve", {"digest": said["digest"]}).json()["state"] == "approved"
    assert send(chief, f"{one}/send-back", {"reason": "補說明"}).json()["state"] == "commented"
    assert send(keeper, f"{one}/recalculate").status_code == 200
    work.go_on(timezone.now())
    digest = keeper.get(one).json()["digest"]
    send(chief, f"{one}/approve", {"digest": digest})
    assert send(keeper, f"{one}/issue").json()["state"] == "issued"

    signed = send(as_(speaker), f"{one}/sign", {"name": "何代表", "title": "組長"})
    assert (signed.json()["state"], signed.json()["acknowledged_by"]) == ("acknowledged", "何代表")
    assert send(as_(speaker), f"{one}/sign", {"name": "何代表"}).status_code == 409


def test_who_may_not_is_refused_and_nothing_is_made(customer: Any, agent: Any, slm: Any) -> None:
    body = {"customer": customer.code, "month": "2026-11"}

    assert send(as_(agent), AT, body).status_code == 403
    wrong = send(as_(slm), AT, {"customer": "nobody", "month": "x"})
    assert wrong.status_code == 400
    assert {"customer", "month"} <= set(wrong.json()["errors"])
    assert send(as_(slm), AT, body | {"state": "issued"}).status_code == 400
    assert not ReportIssue.objects.exists()


def test_strangers_learn_nothing_of_the_rows(issued: Any, requester: Any, speaker: Any) -> None:
    issue = issued()
    rows = f"{AT}/{issue.pk}/rows/all.missed"

    assert as_(requester).get(rows).status_code == 404
    told = as_(speaker).get(rows).json()
    # two of time, the availability, and the maintenance of which nothing tells
    assert told["sides"][0]["total"] == int(told["value"]) == 4
