"""The app of reports: dashboards, the KPI dictionary, roll-ups, and views for other programs."""

from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportingConfig(AppConfig):
    """Reports."""

    name = "itsm.reporting"
    label = "reporting"
    verbose_name = _("Reports")

    def ready(self) -> None:
        """Register figures of no process, the feed of the roll-ups, and the links of the rail."""
        from itsm.reporting import desk_figures, feed
        from itsm.reporting.access import READS
        from itsm.ui.navigation import Entry, register
        from sla import rounds

        desk_figures.register()
        rounds.add(rounds.Round("cells", timedelta(seconds=10), lambda at: feed.feed()))
        for label, url_name, icon, key, order in (
            (_("Dashboard of the desk"), "reporting:desk", "chart", "g d", 5),
            (_("Management report"), "reporting:management", "star", "", 6),
            (_("KPI dictionary"), "reporting:kpis", "book", "", 7),
        ):
            register(Entry(label, url_name, icon, key=key, roles=READS, section="management", order=order))
