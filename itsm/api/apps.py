"""The REST interface."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApiConfig(AppConfig):
    """The REST interface."""

    name = "itsm.api"
    label = "api"
    verbose_name = _("The REST interface")
