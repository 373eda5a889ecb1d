"""A step of the ladder tells by what it says, and proposes a major incident without declaring it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from incidents.models import Incident
from itsm.notices.models import Notification, Outbox
from itsm.people.models import Person, Team
from itsm.records.models import Event
from itsm.records.perform import perform
from sla.models import Escalation, EscalationPolicy, EscalationStep
from sla.sweep import sweep
from tests.fixtures import MONDAY, make_person

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def lead(desk: Team) -> Person:
    """The lead of the desk."""
    desk.lead = make_person("lead")
    desk.save()
    return desk.lead


def one_step(**given: Any) -> EscalationStep:
    """Let the general ladder consist of one step at half of the target."""
    EscalationStep.objects.all().delete()
    usual = {"metric": "resolution", "level": 1, "at_percent": 50, "notify": ["team_lead"]}
    return EscalationStep.objects.create(policy=EscalationPolicy.objects.get(code="default"), **(usual | given))


def told(person: Person) -> tuple[int, int]:
    """Count the lines in the page and the mails of escalations to a person."""
    lines = Notification.objects.filter(person=person, dedupe_key__startswith="sla:")
    return lines.count(), Outbox.objects.filter(person=person, dedupe_key__startswith="sla:").count()


@pytest.mark.parametrize(
    ("channels", "expected"), [(["app"], (1, 0)), (["mail"], (0, 1)), (["app", "mail"], (1, 1)), ([], (1, 1))]
)
def test_a_step_tells_by_what_it_says(
    outage: Any, grade: Any, lead: Person, channels: list[str], expected: tuple[int, int]
) -> None:
    one_step(channels=channels)
    grade(outage, at=MONDAY)

    sweep(at=MONDAY + 30 * HOUR)

    assert told(lead) == expected


def test_a_step_proposes_a_major_incident_once_and_declares_nothing(outage: Any, grade: Any, lead: Person) -> None:
    one_step(action="propose_major", repeat_seconds=3600)
    incident = grade(outage, at=MONDAY)

    sweep(at=MONDAY + 24 * HOUR)
    sweep(at=MONDAY + 30 * HOUR)

    incident = Incident.objects.get(pk=incident.pk)
    assert (incident.major_status, incident.priority) == ("proposed", 3)
    event = Event.objects.get(record=incident.pk, name="propose_major")
    assert (event.actor, event.facts["criterion"]) == (None, "ladder")
    first, *repeats = (
        Escalation.objects.filter(record=incident.pk, clock__metric="resolution")
        .exclude(level__in=(0, 99))
        .order_by("level")
    )
    assert (first.outcome, {row.action for row in repeats}) == ("proposed", {""})


def test_a_proposal_that_stands_is_left_alone(outage: Any, grade: Any, agent: Person) -> None:
    one_step(action="propose_major")
    incident = grade(outage, at=MONDAY)
    perform(incident, "propose_major", by=agent, at=MONDAY + HOUR, criterion="public")

    sweep(at=MONDAY + 30 * HOUR)

    assert Escalation.objects.get(record=incident.pk, action="propose_major").outcome == "not needed"
    assert Event.objects.filter(record=incident.pk, name="propose_major").count() == 1


def test_a_step_without_an_effect_of_that_name_is_refused_by_the_database() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        one_step(action="raise_priority")
