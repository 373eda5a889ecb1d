"""The app of service level reports."""

from __future__ import annotations

from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ServiceReportsConfig(AppConfig):
    """Service level reports: calculated, commented, approved, issued, acknowledged."""

    name = "itsm.service_reports"
    label = "service_reports"
    verbose_name = _("Service level reports")

    def ready(self) -> None:
        """Register the words of messages, the rounds of the worker, and the page in the shell."""
        from itsm.flow.roles import STAFF
        from itsm.service_reports import kpis, telling, work
        from itsm.ui.navigation import Entry, register
        from sla import rounds

        telling.register()
        kpis.register()
        rounds.add(rounds.Round("report work", timedelta(seconds=5), work.go_on))
        rounds.add(rounds.Round("reports", timedelta(hours=1), work.tend))
        register(Entry(_("SLA reports"), "service_reports:list", "chart", roles=STAFF, section="management", order=52))
