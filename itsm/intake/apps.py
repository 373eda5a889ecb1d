"""Imports and figures."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntakeConfig(AppConfig):
    """Imports and figures."""

    name = "itsm.intake"
    label = "intake"
    verbose_name = _("Imports and figures")
