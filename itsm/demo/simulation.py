"""The demo's simulation: half the time for P3, walked over its own history; held time and chances beside it."""

from __future__ import annotations

from datetime import datetime, timedelta

from itsm.demo.world import World
from sla.forecast import nightly
from sla.forecast import telling as chances
from sla.held import keeping
from sla.simulation import running
from sla.simulation.terms import in_force
from sla.simulation_models import BreachModel, BreachWeek, SimulationRun

TITLE = "P3 解決時間由 16 小時改為 8 小時"


def tell(world: World, *, at: datetime) -> None:
    """Part the lives of closed cases, walk them under a tighter target, and learn which ones miss theirs."""
    keeping.work(at)
    run = running.ask(title=TITLE, draft=halved(), by=world.people["sun"], at=at - timedelta(hours=2))
    running.finish(run, at=at - timedelta(hours=2))
    nightly.work(at)
    chances.work(at)


def halved() -> dict[str, object]:
    """Give the house's targets with half the time to resolve incidents of P3, for every case."""
    rows = [
        row._replace(seconds=row.seconds // 2)
        if (row.metric, row.process, row.priority) == ("resolution", "incident", 3)
        else row
        for row in in_force().rows
    ]
    return {"targets": [row._asdict() for row in rows], "agreements": False}


def drop() -> None:
    """Drop the demo's simulations and what was learnt from its cases; the next night learns anew."""
    SimulationRun.objects.filter(asked_by__is_demo=True).delete()
    BreachModel.objects.all().delete()
    BreachWeek.objects.all().delete()
