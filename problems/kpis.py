"""What the figures of problems are called, and how they are computed in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from itsm.records.kpis import Kpi, dictionary
from itsm.tickets.work_figures import cost_per_case
from problems import figures as of

FIGURES = dictionary(
    "problem_manager",
    Kpi(of.opened, _("Problems registered"), _("registered in the period"), "count", "received"),
    Kpi(of.closed, _("Problems closed"), _("closed in the period"), "count", "closed"),
    Kpi(of.backlog, _("Open problems"), _("open at the end of the period"), "count", "now", "down"),
    Kpi(of.backlog_age, _("Age of open problems"), _("end of the period − received, of those open then"), "duration", "now", "down"),
    Kpi(of.judged_wrongly, _("Problems that were none"), _("found to be no problem ÷ confirmed or found to be none"), "share", "happened",
        "down"),
    Kpi(of.root_cause_rate, _("Root cause found"), _("root cause accepted ÷ classified, their 30 days ending in the period"), "share",
        "happened", "up"),
    Kpi(of.time_to_root_cause, _("Time to root cause"), _("root cause accepted − classified"), "duration", "happened", "down"),
    Kpi(of.time_to_known_error, _("Time to known error"), _("known error published − registered"), "duration", "happened", "down"),
    Kpi(of.time_to_workaround, _("Time to workaround"), _("first workaround − registered"), "duration", "happened", "down"),
    Kpi(of.proactive_share, _("Found before it hurt"), _("origin is a trend or looking ahead ÷ registered"), "share", "received", "up"),
    Kpi(of.recurrence_after_fix, _("Came back after the fix"),
        _("fixed and come back within 90 days (new linked incident, or opened again) ÷ fixed"), "share",
        "closed", "down"),
    Kpi(of.incident_reduction, _("Fewer incidents after the fix"),
        _("(linked incidents in 90 days before registering − in the 90 days after closing that end in the period) ÷ before"),
        "share", "closed", "up"),
    Kpi(of.known_error_use, _("Known errors used"), _("incidents resolved with a known error ÷ incidents resolved"), "share", "happened",
        "up"),
    cost_per_case("problem", _("Cost per problem")),
)  # fmt: skip
