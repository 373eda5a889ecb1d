"""An outage, an exclusion that waits and a turn of maintenance, for the pages of availability."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from catalogue.models import Service
from itsm.people.models import Person
from itsm.tickets.models import Outage
from sla import claims
from sla.models import MaintenanceTurn
from tests.fixtures import MONDAY


def lost(service: Service, agent: Person) -> dict[str, Any]:
    """Write them down and give their keys."""
    start, end = MONDAY - timedelta(days=20), MONDAY - timedelta(days=20, hours=-6)
    outage = Outage.objects.create(service=service, started_at=start, ended_at=end, evidence="監控紀錄")
    claim = claims.claim(
        service, clause=claims.USUAL[0], started_at=start, ended_at=end, reason="颱風", evidence="停班公告", by=agent, at=MONDAY,
        outage=outage,
    )  # fmt: skip
    turn = MaintenanceTurn.objects.create(
        service=service, subject_zh="發電機", subject_en="Generator", planned_on=MONDAY.date(), starts_at=MONDAY,
        ends_at=MONDAY + timedelta(hours=1), announced_at=MONDAY - timedelta(days=8),
    )  # fmt: skip
    return {"outage": outage.pk, "claim": claim.pk, "turn": turn.pk}
