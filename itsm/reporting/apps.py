"""The app of reports: dashboards, the KPI dictionary, roll-ups, and views for other programs."""

from datetime import timedelta

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class ReportingConfig(AppConfig):
    """Reports."""

    name = "itsm.reporting"
    label = "reporting"
    verbose_name = _("Reports")

    def ready(self) -> None:
        """Register figures of no process, the feed of the roll-ups, what surrounds migrating, and the links of the rail."""
        from itsm.reporting import call_figures, desk_figures, feed, snapshots
        from itsm.reporting.access import READS
        from itsm.reporting.bi import installing
        from itsm.reporting.quality import leads
        from itsm.ui.navigation import Entry, register
        from sla import rounds

        desk_figures.register()
        call_figures.register()
        pre_migrate.connect(installing.take_away, sender=self)
        post_migrate.connect(installing.put_up, sender=self)
        rounds.add(
            rounds.Round("cells", timedelta(seconds=10), lambda at: feed.feed(), "itsm.reporting.tasks.feed_cells")
        )
        rounds.add(
            rounds.Round("figures", timedelta(seconds=5), snapshots.count_wanted, "itsm.reporting.tasks.count_figures")
        )
        rounds.add(rounds.Round("usual figures", timedelta(hours=1), snapshots.tend))
        for label, url_name, icon, key, order in (
            (_("Dashboard of the desk"), "reporting:desk", "chart", "g d", 5),
            (_("Management report"), "reporting:management", "star", "", 6),
            (_("KPI dictionary"), "reporting:kpis", "book", "", 7),
        ):
            register(Entry(label, url_name, icon, key=key, roles=READS, section="management", order=order))
        label = _("Quality of agents' work")
        register(Entry(label, "reporting:quality", "people", section="management", order=8, shown_to=leads))
