"""The demo organisation."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DemoConfig(AppConfig):
    """The demo organisation."""

    name = "itsm.demo"
    label = "demo"
    verbose_name = _("The demo organisation")

    def ready(self) -> None:
        """Offer the personas to the bar of the demo."""
        from itsm.demo.personas import offered
        from itsm.ui import navigation

        navigation.offer_personas(offered)
