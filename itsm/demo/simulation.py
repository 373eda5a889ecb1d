"""The demo's simulation: four hours for P3 and P4, walked over its own history; held time and chances beside it."""

from __future__ import annotations

from datetime import datetime, timedelta

from itsm.demo.world import World
from sla.forecast import nightly
from sla.forecast import telling as chances
from sla.held import keeping
from sla.simulation import running
from sla.simulation.terms import in_force
from sla.simulation_models import BreachModel, BreachWeek, SimulationRun

TITLE = "P3、P4 解決時間改為 4 小時"
TIGHTER = 4 * 3600


def tell(world: World, *, at: datetime) -> None:
    """Part the lives of closed cases, walk them under a tighter target, and learn which ones miss theirs."""
    keeping.work(at)
    run = running.ask(title=TITLE, draft=tightened(), by=world.people["sun"], at=at - timedelta(hours=2))
    running.finish(run, at=at - timedelta(hours=2))
    nightly.work(at)
    chances.work(at)


def tightened() -> dict[str, object]:
    """Give the house's targets with four hours to resolve incidents of P3 and P4, for every case."""
    rows = [
        row._replace(seconds=TIGHTER)
        if (row.metric, row.process) == ("resolution", "incident") and row.priority in (3, 4)
        else row
        for row in in_force().rows
    ]
    return {"targets": [row._asdict() for row in rows], "agreements": False}


def drop() -> None:
    """Drop the demo's simulations and what was learnt from its cases; the next night learns anew."""
    SimulationRun.objects.filter(asked_by__is_demo=True).delete()
    BreachModel.objects.all().delete()
    BreachWeek.objects.all().delete()
