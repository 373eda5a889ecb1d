"""The end of a run is told to who asked for it, in the product and by mail as they prefer."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from itsm.notices.outbox import put
from itsm.notices.templates import add_happening, add_template
from sla.simulation_models import SimulationRun

EVENT = "simulation"
TEMPLATES = {
    "finished": "simulation_finished",
    "refused": "simulation_refused",
    "interrupted": "simulation_interrupted",
}


def register() -> None:
    """Register the words of the messages."""
    add_happening(EVENT, label=_("A simulation that you asked for has ended"), staff_only=True)
    add_template("simulation_finished", headline=_("The simulation is finished: %(run)s"), body="linked")
    add_template("simulation_refused", headline=_("The simulation could not be run: %(run)s"), body="linked")
    add_template("simulation_interrupted", headline=_("The simulation was interrupted: %(run)s"), body="linked")


def tell(run: SimulationRun, *, at: datetime) -> int:
    """This will write to who asked for a run that ended by itself; who cancelled it knows."""
    if run.asked_by_id is None or run.state not in TEMPLATES:
        return 0
    return put(
        dedupe_key=f"simulation:{run.pk}:{run.asked_at:%Y%m%d%H%M%S}:{run.state}", event=EVENT, template=TEMPLATES[run.state], at=at,
        person_id=run.asked_by_id, facts={"run": run.title, "url": f"{settings.SITE_URL}/simulator/{run.pk}/"},
    )  # fmt: skip
