"""Where availability stands in the rail."""

from django.utils.translation import gettext_lazy as _

from itsm.flow.roles import STAFF
from itsm.ui import navigation
from itsm.ui.navigation import Entry


def fill() -> None:
    """Register the link; called once when the app starts."""
    navigation.register(
        Entry(_("Availability"), "availability:overview", "chart", roles=STAFF, section="management", order=20)
    )
