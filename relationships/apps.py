"""The app of customers, suppliers, complaints and surveys."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RelationshipsConfig(AppConfig):
    """Relationships."""

    name = "relationships"
    verbose_name = _("Relationships")
