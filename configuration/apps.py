"""The app of configuration items: registers their process."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from itsm.flow.roles import STAFF

WORKERS = frozenset({"config_manager", "engineer"})


class ConfigurationConfig(AppConfig):
    """Configuration."""

    name = "configuration"
    verbose_name = _("Configuration")

    def ready(self) -> None:
        """Register the process."""
        from configuration import figures, item_page, kpis, live
        from configuration.models import ConfigurationItem
        from itsm.records.register import Process, add
        from itsm.ui import navigation

        kpis.register()
        live.register()
        add(
            Process(
                "ci",
                ConfigurationItem,
                ConfigurationItem.flows,
                section="cmdb/cis",
                workers=WORKERS,
                page=item_page.page,
                words=("description", "hostname", "serial", "asset_no", "place"),
                milestones={
                    "live": lambda item: item.state in ("live", "under_change"),
                    "ended": lambda item: item.state in ("retired", "disposed"),
                },
                figures=kpis.FIGURES,
                evidence=figures.EVIDENCE,
            )
        )
        navigation.register(
            navigation.Entry(
                _("Configuration"), "configuration:list", "tree", key="g m", roles=STAFF, section="processes", order=60
            )
        )
