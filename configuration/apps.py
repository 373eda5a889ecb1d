"""The app of configuration items: registers their process."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

WORKERS = frozenset({"config_manager", "engineer"})


class ConfigurationConfig(AppConfig):
    """Configuration."""

    name = "configuration"
    verbose_name = _("Configuration")

    def ready(self) -> None:
        """Register the process."""
        from configuration import figures
        from configuration.models import ConfigurationItem
        from itsm.records.register import Process, add

        add(
            Process(
                "ci",
                ConfigurationItem,
                ConfigurationItem.flows,
                section="cis",
                workers=WORKERS,
                milestones={
                    "live": lambda item: item.state in ("live", "under_change"),
                    "ended": lambda item: item.state in ("retired", "disposed"),
                },
                figures=figures.FIGURES,
                evidence=figures.EVIDENCE,
            )
        )
