"""Reports of the demo: what some figures aim at, and roll-ups that are counted."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from itsm.demo.world import World
from itsm.records import kpis
from itsm.reporting import recounting, targets
from itsm.reporting.models import KpiTarget

#: Figure, days ago and value: some were raised later.
AIMS = (
    ("incident.response_attainment", 400, "90"), ("incident.response_attainment", 60, "95"),
    ("incident.resolution_attainment", 400, "90"), ("service_request.fulfilment_attainment", 400, "95"),
    ("incident.reopen_rate", 400, "5"), ("change.success_rate", 400, "90"), ("survey_campaign.csat", 400, "80"),
    ("ci.accuracy", 400, "95"), ("complaint.answered_in_time", 400, "90"), ("incident.cost_per_case", 400, "400"),
)  # fmt: skip
REASON = "管理審查會議決議"


def tell(world: World, *, at: datetime) -> None:
    """Set the aims, and count everything."""
    for key, days, value in AIMS:
        kpi = kpis.find(key)
        by = next((one for one in world.people.values() if kpi and one.role_codes & {kpi.owner}), None)
        if kpi is not None and by is not None:
            since = (at - timedelta(days=days)).date()
            targets.aim(kpi, value=Decimal(value), since=since, reason=REASON, by=by, at=at - timedelta(days=days))
    recounting.feed_all()


def remove() -> None:
    """Take the aims out that demo people set."""
    KpiTarget.objects.filter(set_by__is_demo=True).delete()
