"""How long a case has stood where it stands: holding it does not begin anew, coming back does."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from catalogue.models import Category, Service
from incidents import services
from itsm.desk.record.flowing import Walk, walk_of
from itsm.people.models import Person
from itsm.records.models import Event
from itsm.records.perform import perform
from itsm.tickets.models import HoldReason

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(requester: Person, agent: Person, service: Service, category: Category, monday: datetime) -> Any:
    """An incident that the desk works on since 10 minutes after its report, and an hour later is held and resumed."""
    case = services.raise_incident(by=requester, requester=requester, title="t", service=service, at=monday)
    at = monday + timedelta(minutes=10)
    case = perform(case, "classify", by=agent, at=at, service=service, category=category, impact="2", urgency="2")
    case = perform(case, "assign_first_line", by=agent, at=at, assignee=agent)
    why, later = HoldReason.objects.get(code="awaiting_user"), monday + timedelta(hours=1)
    case = perform(
        case, "hold", by=agent, at=later, hold_reason=why, comment="?", follow_up_at=later + timedelta(days=1)
    )
    return perform(case, "resume", by=agent, at=later + timedelta(hours=1))


def walk(case: Any, *, until: datetime) -> Walk:
    moves = Event.objects.moves().filter(record=case.pk, machine="incident").in_order()
    return walk_of(case.flows[0], moves, since=case.created_at, until=until)


def test_a_case_that_was_held_has_stood_on_its_box_all_the_time(made: Any, monday: datetime) -> None:
    found = walk(made, until=monday + timedelta(hours=3))

    assert (found.box, found.since, found.visits["I5"]) == ("I5", monday + timedelta(minutes=10), 1)
    assert found.seconds["I5"] == 3 * 3600 - 600


def test_a_case_that_comes_back_begins_to_stand_there_anew(made: Any, agent: Person, monday: datetime) -> None:
    at = monday + timedelta(hours=4)
    case = perform(made, "resolve", by=agent, at=at, resolution_code="fixed", resolution_note="done")
    case = perform(case, "reject_resolution", by=agent, at=at + timedelta(hours=1), reason="still", still_down=False)

    found = walk(case, until=at + timedelta(hours=2))

    assert (found.box, found.since, found.visits["I5"]) == ("I5", at + timedelta(hours=1), 2)
