"""The app of reports."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportingConfig(AppConfig):
    """Reports."""

    name = "itsm.reporting"
    label = "reporting"
    verbose_name = _("Reports")

    def ready(self) -> None:
        """Nothing yet."""
