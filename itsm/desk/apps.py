"""The desk's screens."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    """The desk's screens."""

    name = "itsm.desk"
    label = "desk"
    verbose_name = _("The desk's screens")
