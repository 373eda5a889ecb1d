"""The app of changes and their board."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChangesConfig(AppConfig):
    """Changes."""

    name = "changes"
    verbose_name = _("Changes")
