"""What the specification would have counted and nothing here records: said openly, so that nobody looks for it or invents it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from itsm.records.kpis import Unmeasured

_CAPACITY, _CONTINUITY = _("Capacity"), _("Continuity")
_BUDGET, _SYSTEM, _DESK = _("Budget"), _("Management system"), _("Service desk")
_NO_PLANS = _("Plans of capacity with limits, peaks and forecasts are not kept here.")
_NO_TESTS = _("Tests of continuity plans are not kept here.")
_NO_MONEY = _("Plans and costs are not kept here.")
_NO_SYSTEM = _("Objectives, audits, nonconformities, improvements, documents and training are not kept here.")

FIGURES = (
    Unmeasured(_DESK, _("Helped by an article"), _("portal visits that read an article without a case in 24 hours ÷ portal visits"),
        _("A knowledge base with articles is not built here, so nobody reads one in the portal.")),
    Unmeasured(_CAPACITY, _("Headroom"), _("(limit − peak use) ÷ limit"), _NO_PLANS),
    Unmeasured(_CAPACITY, _("Thresholds crossed"), _("events at a threshold"), _NO_PLANS),
    Unmeasured(_CAPACITY, _("Error of forecasts"), _("mean of |forecast − actual| ÷ actual"), _NO_PLANS),
    Unmeasured(_CONTINUITY, _("Plans tested on time"), _("tests done by the due day ÷ due"), _NO_TESTS),
    Unmeasured(_CONTINUITY, _("Recovery time reached"), _("tests and real uses recovered within the RTO ÷ all"), _NO_TESTS),
    Unmeasured(_BUDGET, _("Variance of the budget"), _("(actual − plan) ÷ plan"), _NO_MONEY),
    Unmeasured(_BUDGET, _("Unit cost"), _("cost ÷ unit"), _NO_MONEY),
    Unmeasured(_SYSTEM, _("Objectives met"), _("met ÷ objectives"), _NO_SYSTEM),
    Unmeasured(_SYSTEM, _("Audits on plan"), _("done in the planned month ÷ planned"), _NO_SYSTEM),
    Unmeasured(_SYSTEM, _("Nonconformities closed on time"), _("closed by the due day ÷ due in the period"), _NO_SYSTEM),
    Unmeasured(_SYSTEM, _("Effect of improvements"), _("reached the target ÷ measured"), _NO_SYSTEM),
    Unmeasured(_SYSTEM, _("Documents past their review"), _("in force with a review due before today ÷ in force"), _NO_SYSTEM),
    Unmeasured(_SYSTEM, _("Training coverage"), _("trained ÷ required to be"), _NO_SYSTEM),
)  # fmt: skip
