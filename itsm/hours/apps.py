"""The app of calendars and working time."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HoursConfig(AppConfig):
    """Calendars with versions; nothing else is registered from here."""

    name = "itsm.hours"
    label = "hours"
    verbose_name = _("Calendars")
