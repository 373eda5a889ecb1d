"""The settings' link in the rail."""

from django.utils.translation import gettext_lazy as _

from itsm.desk.settings.access import is_administrator
from itsm.ui import navigation


def fill() -> None:
    """Register the link; called once when the app starts."""
    navigation.register(
        navigation.Entry(
            _("Settings"), "settings:home", "gear", section="settings", order=10, shown_to=is_administrator
        )
    )
