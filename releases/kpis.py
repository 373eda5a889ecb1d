"""What the figures of releases are called, and how they are computed in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from itsm.records.kpis import Kpi, dictionary
from itsm.tickets.work_figures import cost_per_case
from releases import figures as of

FIGURES = dictionary(
    "release_manager",
    Kpi(of.success, _("Release success rate"), _("ended well without a roll-back ÷ closed"), "share", "closed", "up"),
    Kpi(of.defects, _("Incidents after a release"), _("incidents caused in the early life ÷ releases closed"), "share", "closed", "down",
        name="defects_after_release"),
    Kpi(of.on_time, _("Releases on time"), _("work ended by the planned end ÷ closed"), "share", "closed", "up"),
    Kpi(of.rolled_back, _("Releases rolled back"), _("rolled back ÷ closed"), "share", "closed", "down"),
    Kpi(of.emergencies, _("Emergency releases"), _("emergencies ÷ closed"), "share", "closed", "down", name="emergency_share"),
    Kpi(of.lead_time, _("Lead time of releases"), _("end of the last deployment − requested"), "duration", "closed", "down"),
    Kpi(of.downtime_minutes, _("Downtime of deployments (minutes)"), _("minutes of downtime of the releases closed"), "count", "closed",
        "down"),
    cost_per_case("release", _("Cost per release")),
)  # fmt: skip
