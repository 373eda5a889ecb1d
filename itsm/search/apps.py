"""Search."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    """Search."""

    name = "itsm.search"
    label = "search"
    verbose_name = _("Search")

    def ready(self) -> None:
        """Give the search field of the top bar its address."""
        from itsm.ui import navigation

        navigation.place("search", "search:results")
        navigation.place("palette", "search:palette")
