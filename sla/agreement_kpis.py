"""What the figures of agreements are called, and how they are computed in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from itsm.records.kpis import Kpi, dictionary
from sla import agreement_figures as of

FIGURES = dictionary(
    "slm",
    Kpi(of.promises_kept, _("Promises of agreements kept"), _("clocks of agreements met ÷ (met + missed)"), "share", "closed", "up"),
    Kpi(of.ola_attainment, _("OLA kept"), _("accepted and done in time ÷ (in time + late)"), "share", "happened", "up"),
    Kpi(of.uc_attainment, _("Underpinning agreements kept"), _("supplier cases in time ÷ (in time + late)"), "share", "closed", "up"),
    Kpi(of.services_in_breach, _("Services short of a target"), _("services with a target below its goal ÷ services with an SLA"),
        "share", "closed", "down"),
    Kpi(of.reviews_late, _("Agreements whose review is late"), _("review due before the end of the period ÷ in force"), "share", "now",
        "down"),
    Kpi(of.cannot_be_kept, _("Agreements that cannot be kept"), _("SLA that promise more than their chain allows ÷ SLA in force"),
        "share", "now", "down"),
)  # fmt: skip
