"""Service levels: targets, clocks and escalations."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SlaConfig(AppConfig):
    """Service levels: targets, clocks and escalations."""

    name = "sla"
    label = "sla"
    verbose_name = _("Service levels: targets, clocks and escalations")
