"""The commands: a round without a broker, and the check for drift."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from catalogue.models import Service
from incidents.services import raise_incident
from itsm.hours.models import Calendar
from itsm.people.models import Person
from itsm.records.clock import database_now
from sla.models import Clock, Escalation, Target
from sla.tasks import sweep as task

pytestmark = pytest.mark.django_db


@pytest.fixture
def late(requester: Person, service: Service) -> Any:
    """A report of three hours ago that nobody has answered, though two were promised."""
    Target.objects.update(calendar=Calendar.objects.get(code="always"))
    at = database_now() - timedelta(hours=3)
    return raise_incident(by=requester, requester=requester, title="x", service=service, at=at)


def missed(record: Any) -> bool:
    return Escalation.objects.filter(record=record.pk, clock__metric="response", level=99).exists()


def test_tick_does_one_round_without_a_broker(late: Any) -> None:
    said = StringIO()

    call_command("tick", stdout=said)

    assert missed(late)
    assert "fired" in said.getvalue()


def test_the_task_sweeps(late: Any) -> None:
    assert task() > 0
    assert missed(late)


def test_drift_is_reported_and_fails(outage: Any) -> None:
    call_command("recount_clocks", "--all", stdout=StringIO())
    Clock.objects.filter(record=outage.pk, metric="resolution").update(due_at="2026-12-01T00:00:00Z")
    said = StringIO()

    with pytest.raises(CommandError):
        call_command("recount_clocks", stdout=StringIO(), stderr=said)

    assert "due_at" in said.getvalue()
