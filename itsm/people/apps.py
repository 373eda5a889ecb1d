"""The app of people, organisations, teams and roles."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    """People and access."""

    name = "itsm.people"
    label = "people"
    verbose_name = _("People")
