"""The app of the service catalogue."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogueConfig(AppConfig):
    """Services and request items."""

    name = "catalogue"
    verbose_name = _("Service catalogue")
