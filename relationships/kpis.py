"""What the figures of complaints, surveys and suppliers are called, and how they are computed in words."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django.utils.translation import gettext_lazy as _

from itsm.records.kpis import FEW, Kpi, add_subject, dictionary
from itsm.tickets.work_figures import cost_per_case
from relationships import complaint_figures as of
from relationships import spending_figures as money
from relationships import supplier_figures as supply
from relationships import survey_kpis as survey
from relationships.models import Feedback, Supplier, SupplierEvaluation

COMPLAINTS = dictionary(
    "brm",
    Kpi(of.received, _("Complaints received"), _("received in the period"), "count", "received", "down"),
    Kpi(of.acknowledged_in_time, _("Complaints acknowledged in time"), _("registered within 1 business day ÷ received"), "share",
        "received", "up"),
    Kpi(of.answered_in_time, _("Complaints answered in time"), _("answered within 10 business days ÷ received"), "share", "received", "up"),
    Kpi(of.closed_with_consent, _("Closed with consent"), _("closed with consent ÷ closed"), "share", "closed", "up"),
    Kpi(of.escalated, _("Complaints escalated"), _("escalated ÷ received"), "share", "received", "down"),
    Kpi(of.time_to_answer, _("Time to answer a complaint"), _("first answer − received, calendar time"), "duration", "happened", "down"),
    Kpi(of.diverted, _("Complaints handed to other processes"), _("handed to another process in the period"), "count", "happened"),
    Kpi(of.suggestions, _("Suggestions and compliments"), _("given in the period"), "count", "happened"),
    cost_per_case("complaint", _("Cost per complaint")),
)  # fmt: skip

SURVEYS = dictionary(
    "brm",
    Kpi(survey.csat, _("Satisfaction (CSAT)"), _("answers of 4 or 5 ÷ answers"), "share", "happened", "up", few=FEW),
    Kpi(survey.csat_mean, _("Satisfaction, mean"), _("mean of the answers from 1 to 5"), "mean", "happened", "up", few=FEW),
    Kpi(survey.nps, _("Recommendation (NPS)"), _("(answers 9 and 10 − answers 0 to 6) ÷ answers"), "points", "happened", "up", few=FEW),
    Kpi(survey.ces, _("Ease (CES)"), _("mean of the answers"), "mean", "happened", "up", few=FEW),
    Kpi(survey.response_rate, _("Response rate of surveys"), _("answered ÷ invited"), "share", "received", "up", few=FEW),
    Kpi(survey.survey_complaints, _("Low scores that became complaints"), _("complaints born of surveys ÷ low scores"), "share",
        "happened"),
    Kpi(survey.reports_accepted, _("Relationship reports accepted"), _("accepted by the committee in the period"), "count", "happened"),
)  # fmt: skip

CASES = dictionary(
    "slm",
    Kpi(supply.contract_attainment, _("Underpinning contracts kept"), _("answered within the contract's time ÷ (within + missed)"), "share",
        "closed", "up"),
    Kpi(supply.time_held, _("Time at the supplier"), _("hours of the contract that the supplier used"), "duration", "closed", "down"),
    Kpi(supply.time_to_answer, _("Time until the supplier answers"), _("answered − sent, calendar time"), "duration", "happened", "down"),
    cost_per_case("supplier_case", _("Cost per supplier case")),
)  # fmt: skip
CONTRACTS = dictionary(
    "slm",
    Kpi(supply.contracts_reviewed_late, _("Contracts whose review is late"), _("review due before the end of the period ÷ in force"),
        "share", "now", "down"),
    Kpi(supply.supplier_score, _("Score of suppliers"), _("Σ weight × mark ÷ Σ weight, of the evaluations held"), "mean", "happened", "up"),
    Kpi(money.spending, _("Spending on suppliers"),
        _("approved invoices dated in the period ÷ what the budgets give its days, NT$"), "share", "happened", "down",
        target=Fraction(1)),
)  # fmt: skip
DISPUTES = dictionary(
    "slm",
    Kpi(supply.disputes_opened, _("Disputes with suppliers"), _("raised in the period"), "count", "happened", "down"),
)  # fmt: skip


def tell_feedback(keys: list[int], person: Any) -> dict[int, tuple[str, str]]:
    """Name the suggestions and compliments that the person may read."""
    rows = Feedback.objects.visible_to(person).filter(pk__in=keys)
    return {row.pk: (row.title, "/feedback/") for row in rows}


def tell_evaluations(keys: list[int], person: Any) -> dict[int, tuple[str, str]]:
    """Name the evaluations of the suppliers that the person may see."""
    seen = Supplier.objects.visible_to(person).values("pk")
    rows = SupplierEvaluation.objects.filter(pk__in=keys, supplier__in=seen).select_related("supplier__organisation")
    return {
        row.pk: (f"{row.supplier} · {row.held_on:%Y-%m-%d}", f"/suppliers/{row.supplier.organisation.code}/")
        for row in rows
    }


def register() -> None:
    """Register who tells of feedback, evaluations, invoices and budgets."""
    add_subject("feedback", tell_feedback)
    add_subject("evaluation", tell_evaluations)
    add_subject("invoice", money.tell_invoices)
    add_subject("budget", money.tell_budgets)
