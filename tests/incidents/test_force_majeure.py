"""A case waits for force majeure only on a claim that the time does not count, and not beyond its end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils.translation import override

from catalogue.models import Category, Service
from incidents import services
from itsm.people.models import Person
from itsm.records.perform import perform
from itsm.records.refusals import Objected
from itsm.tickets.models import HoldReason
from sla import claims
from tests.fixtures import MONDAY

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def case(service: Service, category: Category, requester: Person, agent: Person) -> Any:
    """An incident that an agent works on."""
    made: Any = services.raise_incident(by=requester, requester=requester, title="機房淹水", service=service, at=MONDAY)
    made = perform(made, "classify", by=agent, at=MONDAY, service=service, category=category, impact="2", urgency="2")
    return perform(made, "assign_first_line", by=agent, at=MONDAY, assignee=agent)


def waits(case: Any, agent: Person, *, hours: int) -> Any:
    why = HoldReason.objects.get(code="force_majeure")
    return perform(case, "hold", by=agent, at=MONDAY, hold_reason=why, follow_up_at=MONDAY + hours * HOUR)


def claimed(service: Service, by: Person) -> Any:
    return claims.claim(
        service, clause=claims.USUAL[0], started_at=MONDAY - HOUR, ended_at=MONDAY + 6 * HOUR, reason="颱風", evidence="停班公告",
        by=by, at=MONDAY,
    )  # fmt: skip


def test_without_a_claim_it_does_not_wait(case: Any, agent: Person) -> None:
    with override("en"), pytest.raises(Objected, match="Claim first that this time of the service does not count"):
        waits(case, agent, hours=2)


def test_with_a_claim_it_waits_and_its_clock_stands_still(case: Any, service: Service, agent: Person) -> None:
    claimed(service, agent)

    held = waits(case, agent, hours=6)

    assert (held.state, held.clocks.get(metric="resolution").state) == ("on_hold", "paused")


def test_it_does_not_wait_beyond_the_end_of_the_claim(case: Any, service: Service, agent: Person) -> None:
    claimed(service, agent)

    with override("en"), pytest.raises(Objected, match="The claimed time ends at"):
        waits(case, agent, hours=7)


def test_a_claim_that_was_taken_back_is_none(case: Any, service: Service, agent: Person) -> None:
    claims.withdraw(claimed(service, agent), by=agent, at=MONDAY)

    with pytest.raises(Objected):
        waits(case, agent, hours=2)
