"""Alarms: one incident for one trouble, however often and from how many sides it is reported."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from incidents.models import Incident
from itsm.api.scopes import Scope
from itsm.notices.models import Notification
from itsm.people.models import Person
from itsm.records.models import Event
from itsm.records.perform import perform

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/alerts"
BODY = {
    "source": "zabbix",
    "key": "web01/disk",
    "state": "firing",
    "title": "Disk 95 % full on web01",
    "severity": "critical",
}


@pytest.fixture
def monitor(caller: Any, agent: Person) -> Any:
    """A monitoring system."""
    return caller(agent, Scope.MONITOR_INGEST)


def send(client: Any, **changes: Any) -> Any:
    return client.post(ADDRESS, BODY | changes)


def resolved(incident: Incident, agent: Person, category: Any, service: Any) -> Incident:
    perform(incident, "classify", by=agent, service=service, category=category, impact="2", urgency="2")
    perform(incident, "assign_first_line", by=agent, assignee=agent)
    done: Incident = perform(incident, "resolve", by=agent, resolution_code="fixed", resolution_note="Logs removed.")
    return done


def test_an_alarm_opens_an_incident_reported_by_the_machine(monitor: Any, service: Any) -> None:
    response = send(monitor, service=service.code, occurred_at="2026-11-23T01:00:00Z")
    incident = Incident.objects.get()

    assert (response.status_code, response.json()["outcome"]) == (201, "opened")
    assert response.json()["number"] == incident.number
    assert (incident.channel, incident.reporter, incident.team_id) == ("monitor", None, service.support_team_id)
    assert Event.objects.get(record=incident.pk).actor is None


def test_repeats_are_counted_and_journaled(monitor: Any) -> None:
    send(monitor)
    again = send(monitor, title="Disk 97 % full on web01")

    assert (again.status_code, again.json()["outcome"], again.json()["occurrences"]) == (200, "repeated", 2)
    assert Incident.objects.get().occurrences == 2
    assert Event.objects.filter(kind=Event.Kind.OCCURRENCE).count() == 1


def test_another_key_or_source_is_another_trouble(monitor: Any) -> None:
    send(monitor)
    send(monitor, key="web02/disk")
    send(monitor, source="nagios")

    assert Incident.objects.count() == 3


def test_a_clear_proposes_resolution_to_the_assignee(monitor: Any, agent: Person, engineer: Person) -> None:
    send(monitor)
    incident = Incident.objects.get()
    Incident.objects.filter(pk=incident.pk).update(assignee=engineer)
    response = send(monitor, state="clear")
    incident.refresh_from_db(fields=["phase", "cleared_at", "facts"])

    assert response.json()["outcome"] == "cleared"
    assert incident.phase == "new"
    assert incident.cleared_at is not None
    assert incident.facts["alarm_cleared_at"]
    assert Notification.objects.filter(person=engineer, record=incident.pk, template="alarm_cleared").exists()


def test_a_clear_confirms_what_was_resolved(monitor: Any, agent: Person, category: Any, service: Any) -> None:
    send(monitor)
    incident = resolved(Incident.objects.get(), agent, category, service)
    response = send(monitor, state="clear")

    assert response.json()["outcome"] == "confirmed"
    assert Incident.objects.filter(pk=incident.pk, state="closed", confirmation="alarm").exists()


def test_an_alarm_that_fires_again_sends_a_resolved_case_back(
    monitor: Any, agent: Person, category: Any, service: Any
) -> None:
    send(monitor)
    resolved(Incident.objects.get(), agent, category, service)
    response = send(monitor)

    assert response.json()["outcome"] == "reopened"
    assert Incident.objects.get().state == "l1_processing"


def test_a_flapping_alarm_stays_with_its_open_incident(monitor: Any) -> None:
    for state in ("firing", "clear", "firing", "clear", "firing"):
        send(monitor, state=state)

    assert Incident.objects.get().occurrences == 3
    assert Incident.objects.get().cleared_at is None


def test_after_the_incident_is_closed_a_new_one_is_opened(
    monitor: Any, agent: Person, category: Any, service: Any
) -> None:
    send(monitor)
    incident = resolved(Incident.objects.get(), agent, category, service)
    perform(incident, "confirm_resolution", by=agent, confirmation="phone", reason="Ms Lin, 14:00")
    response = send(monitor)

    assert response.json()["outcome"] == "opened"
    assert Incident.objects.count() == 2


def test_a_clear_of_nothing_is_ignored(monitor: Any) -> None:
    response = send(monitor, state="clear")

    assert response.json() == {"outcome": "ignored", "number": None, "occurrences": None}


def test_only_a_token_with_the_scope_and_a_worker_behind_it_may_send(
    caller: Any, agent: Person, requester: Person, client: Any
) -> None:
    client.force_login(agent)

    assert send(caller(agent, Scope.TICKETS_WRITE)).status_code == 403
    assert send(caller(requester, Scope.MONITOR_INGEST)).status_code == 403
    assert client.post(ADDRESS, BODY, content_type="application/json").status_code == 403
    assert Incident.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_eight_reports_at_once_are_one_incident_with_eight_occurrences(caller: Any, agent: Person) -> None:
    monitor = caller(agent, Scope.MONITOR_INGEST)

    def report(_number: int) -> Any:
        try:
            return send(monitor).json()["outcome"]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        outcomes = sorted(pool.map(report, range(8)))

    assert outcomes == ["opened", *["repeated"] * 7]
    assert Incident.objects.get().occurrences == 8
