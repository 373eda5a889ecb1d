"""The demo organisation."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DemoConfig(AppConfig):
    """The demo organisation."""

    name = "itsm.demo"
    label = "demo"
    verbose_name = _("The demo organisation")
