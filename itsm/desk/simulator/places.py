"""The links to the simulator, to held time and to the prediction in the rail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from itsm.desk.simulator.access import READERS
from itsm.ui import navigation
from itsm.ui.navigation import Entry


def fill() -> None:
    """Register them; called once when the app starts."""
    for place, (label, route) in enumerate(
        (
            (_("Simulator"), "simulator:listing"),
            (_("Who held the clock"), "simulator:held"),
            (_("Likelihood of a miss"), "simulator:forecast"),
        )
    ):
        navigation.register(Entry(label, route, "clock", roles=READERS, section="management", order=60 + place))
