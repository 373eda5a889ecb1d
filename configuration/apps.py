"""The app of configuration items."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConfigurationConfig(AppConfig):
    """Configuration."""

    name = "configuration"
    verbose_name = _("Configuration")
