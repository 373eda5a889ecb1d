"""The app of customers, suppliers, complaints and surveys."""

from collections.abc import Callable
from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

COMPLAINT_WORKERS = frozenset({"agent", "incident_manager", "brm"})
SUPPLIER_WORKERS = frozenset(
    {"agent", "engineer", "incident_manager", "problem_manager", "problem_handler", "slm", "brm"}
)
KEEPERS = frozenset({"slm", "brm"})
COMPLAINT_OVERSEERS = frozenset({"brm", "management_rep"})


class RelationshipsConfig(AppConfig):
    """Relationships."""

    name = "relationships"
    verbose_name = _("Relationships")

    def ready(self) -> None:
        """Register the processes."""
        from relationships import kpis, lived, survey_setup
        from sla.lived import add as add_lived

        _complaints()
        add_lived("relationships", lived.by_service)
        kpis.register()
        _suppliers()
        _supplier_steps()
        _errands()
        _furnish()
        survey_setup.register()


def _complaints() -> None:
    from itsm.records.register import Process, add, steps
    from relationships import (
        access,
        complaint_answers,
        complaint_figures,
        complaint_handing,
        complaint_telling,
        complaint_timers,
        kpis,
    )
    from relationships.complaint_page import page
    from relationships.models import Complaint
    from relationships.receive import receive_complaint

    add(
        Process(
            "complaint",
            Complaint,
            Complaint.flows,
            section="complaints",
            receive=receive_complaint,
            workers=COMPLAINT_WORKERS,
            overseers=COMPLAINT_OVERSEERS,
            page=page,
            figures=kpis.COMPLAINTS,
            evidence=complaint_figures.EVIDENCE,
            milestones={"ended": lambda complaint: not complaint.is_open},
        )
    )
    if access.complaint_roles not in steps.roles:
        steps.roles.append(access.complaint_roles)
    complaint_handing.register()
    complaint_timers.register()
    complaint_telling.register()
    complaint_answers.register()


def _errands() -> None:
    """Tell who held the clock which supplier was asked."""
    from relationships import supplier_errands
    from sla.held import errands

    errands.add(supplier_errands.errands)


def _ended(record: Any) -> bool:
    return not record.is_open


def _suppliers() -> None:
    from itsm.records.register import Process, add
    from relationships import kpis, spending_figures
    from relationships import supplier_figures as figures
    from relationships import supplier_pages as pages
    from relationships.models import Contract, ServiceReview, SupplierCase, SupplierDispute
    from relationships.receive import receive_dispute

    ends: dict[str, Callable[[Any], bool]] = {"ended": _ended}
    answered = {"answered": lambda case: case.state in ("answered", "closed")}
    add(
        Process(
            "supplier_case", SupplierCase, SupplierCase.flows, section="supplier-cases", workers=SUPPLIER_WORKERS,
            milestones={**ends, **answered}, page=pages.supplier_case, figures=kpis.CASES,
        )
    )  # fmt: skip
    add(
        Process(
            "contract", Contract, Contract.flows, section="contracts", workers=KEEPERS, milestones=ends, page=pages.contract,
            words=("scope",), figures=kpis.CONTRACTS, evidence=figures.EVIDENCE | spending_figures.EVIDENCE,
        )
    )  # fmt: skip
    add(
        Process(
            "supplier_dispute", SupplierDispute, SupplierDispute.flows, section="supplier-disputes", workers=KEEPERS,
            milestones=ends, receive=receive_dispute, words=("claim", "result"), figures=kpis.DISPUTES, evidence=figures.DISPUTED,
        )
    )  # fmt: skip
    add(
        Process(
            "service_review", ServiceReview, ServiceReview.flows, section="reviews", workers=KEEPERS, milestones=ends,
            page=pages.review, words=("minutes", "decisions"),
        )
    )  # fmt: skip


def _supplier_steps() -> None:
    """Register what suppliers' steps do beside their moves."""
    from itsm.records.register import steps
    from relationships import (
        access,
        contract_transitions,
        reminders,
        spending_shown,
        spending_telling,
        supplier_answers,
        supplier_clock,
        supplier_telling,
        supplier_timers,
    )

    if access.supplier_roles not in steps.roles:
        steps.roles.append(access.supplier_roles)
    supplier_clock.register()
    supplier_timers.register()
    supplier_answers.register()
    reminders.register()
    supplier_telling.register()
    contract_transitions.register()
    spending_shown.register()
    spending_telling.register()


def _furnish() -> None:
    """Put the pages into the shell."""
    from itsm.flow.roles import STAFF
    from itsm.ui.navigation import Entry, register

    register(Entry(_("Complaints"), "relationships:complaints", "reply", roles=STAFF, section="processes", order=60))
    register(Entry(_("Suppliers"), "relationships:suppliers", "out", roles=STAFF, section="management", order=60))
    register(Entry(_("Customers"), "relationships:customers", "people", roles=STAFF, section="management", order=55))
