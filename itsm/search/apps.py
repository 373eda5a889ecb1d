"""Search."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    """Search."""

    name = "itsm.search"
    label = "search"
    verbose_name = _("Search")

    def ready(self) -> None:
        """Give the search field of the top bar its address, and let the database keep the words of every record."""
        from itsm.search.kept import keep
        from itsm.ui import navigation

        post_migrate.connect(keep, sender=self)

        navigation.place("search", "search:results")
        navigation.place("palette", "search:palette")
