"""What the figures of changes and of the board are called, and how they are computed in words."""

from __future__ import annotations

from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from changes import board_figures as board
from changes import calendar_figures as calendar
from changes import figures as of
from itsm.records.kpis import Kpi, dictionary
from itsm.tickets.work_figures import cost_per_case

#: The specification names 5 to 10 in 100 as the limit.
EMERGENCIES = Fraction(1, 10)

FIGURES = dictionary(
    "change_manager",
    Kpi(of.executed, _("Changes carried out"), _("work ended in the period"), "count", "happened"),
    Kpi(of.success_rate, _("Change success rate"), _("outcome successful ÷ carried out"), "share", "happened", "up"),
    Kpi(of.failed_or_backed_out, _("Changes failed or backed out"), _("failed or backed out ÷ carried out"), "share", "happened", "down"),
    Kpi(of.failure_rate, _("Changes that caused an incident"), _("with an incident caused within 72 hours ÷ carried out"), "share",
        "happened", "down"),
    Kpi(of.emergency_share, _("Emergency changes"), _("emergencies ÷ carried out"), "share", "happened", "down", EMERGENCIES),
    Kpi(of.unauthorised, _("Unauthorised changes"), _("found without authorisation ÷ (carried out + found)"), "share", "happened", "down"),
    Kpi(of.on_schedule, _("Changes on schedule"), _("work inside the window ÷ carried out"), "share", "happened", "up"),
    Kpi(of.approval_rate, _("Approved by the board"), _("approvals ÷ (approvals + refusals)"), "share", "happened", ""),
    Kpi(of.needless_transitions, _("Service changes that were none"),
        _("transition refused or given up ÷ changes that the board sent to design and transition"), "share", "happened", "down"),
    Kpi(of.board_lead_time, _("Lead time of the board"), _("decision − last submission, office hours"), "duration", "happened", "down"),
    Kpi(of.reviews_on_time, _("Changes reviewed on time"), _("closed within 5 business days of the end of work ÷ carried out"), "share",
        "happened", "up"),
    Kpi(of.forms_on_time, _("Emergency forms on time"), _("forms within 1 business day of the end of work ÷ emergencies carried out"),
        "share", "happened", "up"),
    Kpi(of.standard_share, _("Standard changes"), _("standard ÷ carried out"), "share", "happened", "up"),
    Kpi(calendar.freeze_waivers, _("Freezes waived"), _("waivers given to emergency changes"), "count", "happened", "down",
        name="freeze_waivers"),
    Kpi(calendar.short_notice, _("Changes on short notice"), _("window before the lead time has passed ÷ minor and major changes"), "share",
        "happened", "down", name="change_short_notice"),
    Kpi(of.trend, _("Changes by class, outcome, service and CI class"), _("carried out, beside the mean of the 12 periods before"), "count",
        "happened"),
    cost_per_case("change", _("Cost per change")),
)  # fmt: skip
BOARD = dictionary(
    "change_manager",
    Kpi(board.ratified_rate, _("Emergencies ratified"), _("ratified by the board ÷ emergencies authorised"), "share", "happened", "up",
        name="cab_ratified_rate"),
    Kpi(board.void_rounds, _("Rounds of votes voided"), _("rounds that an edit has voided"), "count", "happened", "down",
        name="cab_void_rounds"),
)  # fmt: skip
