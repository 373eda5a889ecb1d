"""What happens by itself on problems when their dates come."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation

from incidents.models import Incident
from itsm.notices.models import Notification
from itsm.people.models import Person
from itsm.records.perform import perform
from itsm.tickets.models import HoldReason
from sla.clocks import ahead
from sla.sweep import sweep
from tests.fixtures import MONDAY
from tests.problems.conftest import DAY, Walk

pytestmark = pytest.mark.django_db


def told(person: Person) -> set[str]:
    """Name the templates of what a person was told."""
    return set(Notification.objects.filter(person=person).values_list("template", flat=True))


def test_a_late_root_cause_is_told_to_the_owner_and_the_lead(
    walk: Walk, problem_manager: Person, handler: Person
) -> None:
    walk("analysing")  # aimed at 4 December
    sweep(at=MONDAY + 9 * DAY)
    assert "cause_overdue" not in told(problem_manager)

    sweep(at=MONDAY + 13 * DAY)

    assert "cause_overdue" in told(problem_manager) & told(handler)


def test_the_end_of_the_observation_is_told(walk: Walk, problem_manager: Person) -> None:
    review = walk("result_review")
    with translation.override("en"):
        assert ["observation is over" in line.label for line in ahead(review)] == [True]

    sweep(at=review.observed_until + timedelta(minutes=1))

    assert "observation_over" in told(problem_manager)


def test_a_decided_cause_is_not_told_late(walk: Walk, problem_manager: Person) -> None:
    walk("known_error")

    sweep(at=MONDAY + 30 * DAY)

    assert "cause_overdue" not in told(problem_manager)
    assert "solution_overdue" in told(problem_manager)


def waits(incident: Any, agent: Person) -> Any:
    """Let the incident wait for its problem."""
    why = HoldReason.objects.get(code="awaiting_problem")
    return perform(
        incident, "hold", by=agent, at=MONDAY + timedelta(minutes=5), hold_reason=why, follow_up_at=MONDAY + 90 * DAY
    )


def test_an_incident_that_waits_for_its_problem_goes_on_when_that_closes(
    walk: Walk, incident: Any, agent: Person, problem_manager: Person
) -> None:
    waits(incident, agent)
    review = walk("result_review")

    perform(
        review, "close", by=problem_manager, at=review.observed_until, closure_code="fixed", effectiveness_note="好"
    )

    assert Incident.objects.get(pk=incident.pk).state == "l1_processing"


def test_an_incident_without_a_problem_does_not_wait_for_one(incident: Any, agent: Person) -> None:
    from itsm.records.refusals import Objected

    with translation.override("en"), pytest.raises(Objected, match="Link the problem"):
        waits(incident, agent)
