"""Outages are born from alarms that say a service is down, from restorations, and from planned changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from incidents import alarms
from incidents.models import Incident
from incidents.services import raise_incident
from itsm.people.models import Person
from itsm.records.perform import perform
from itsm.tickets.models import Outage
from tests.fixtures import MONDAY

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def incident(service: Any, requester: Person) -> Any:
    """A report that nobody has judged."""
    return raise_incident(by=requester, requester=requester, title="郵件無法寄出", service=service, at=MONDAY)


@pytest.fixture
def alarm(service: Any) -> alarms.Alarm:
    return alarms.Alarm(
        source="zabbix", key="mail/up", title="Mail does not answer", severity="critical", service=service,
        occurred_at=MONDAY, service_down=True,
    )  # fmt: skip


def test_an_alarm_that_says_down_opens_an_outage_at_its_occurrence(alarm: Any, agent: Person) -> None:
    alarms.fire(alarm, sender=agent, at=MONDAY + timedelta(minutes=3))
    alarms.fire(alarm, sender=agent, at=MONDAY + timedelta(minutes=4))

    outage = Outage.objects.get()
    assert (outage.started_at, outage.ended_at, outage.source) == (MONDAY, None, "monitoring")


def test_an_alarm_that_does_not_say_so_opens_none(alarm: Any, agent: Person) -> None:
    alarms.fire(replace(alarm, service_down=False), sender=agent, at=MONDAY)

    assert not Outage.objects.exists()


def test_the_clear_ends_it_and_flapping_makes_another(alarm: Any, agent: Person) -> None:
    alarms.fire(alarm, sender=agent, at=MONDAY)
    alarms.clear(replace(alarm, occurred_at=MONDAY + HOUR), at=MONDAY + HOUR)
    alarms.fire(replace(alarm, occurred_at=MONDAY + 2 * HOUR), sender=agent, at=MONDAY + 2 * HOUR)

    spans = list(Outage.objects.order_by("started_at").values_list("started_at", "ended_at"))
    assert spans == [(MONDAY, MONDAY + HOUR), (MONDAY + 2 * HOUR, None)]
    assert Incident.objects.count() == 1


def test_a_restoration_that_is_reported_leaves_an_outage(
    incident: Any, agent: Person, service: Any, category: Any
) -> None:
    case = perform(
        incident, "classify", by=agent, at=MONDAY, service=service, category=category, impact="1", urgency="1"
    )
    case = perform(case, "assign_first_line", by=agent, at=MONDAY, assignee=agent)
    Incident.objects.filter(pk=case.pk).update(occurred_at=MONDAY - HOUR)
    case = Incident.objects.get(pk=case.pk)
    perform(
        case, "resolve", by=agent, at=MONDAY + 2 * HOUR, resolution_code="fixed", resolution_note="Restarted.",
        restored_at=MONDAY + HOUR,
    )  # fmt: skip

    outage = Outage.objects.get(ticket=case.pk)
    assert (outage.started_at, outage.ended_at) == (MONDAY - HOUR, MONDAY + HOUR)
    assert Incident.objects.get(pk=case.pk).restored_at == MONDAY + HOUR


def test_an_ordinary_resolution_leaves_none(incident: Any, agent: Person, service: Any, category: Any) -> None:
    case = perform(
        incident, "classify", by=agent, at=MONDAY, service=service, category=category, impact="3", urgency="3"
    )
    case = perform(case, "assign_first_line", by=agent, at=MONDAY, assignee=agent)
    perform(case, "resolve", by=agent, at=MONDAY + HOUR, resolution_code="fixed", resolution_note="Restarted.")

    assert not Outage.objects.exists()
