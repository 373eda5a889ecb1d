"""The app of customers, suppliers, complaints and surveys."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

COMPLAINT_WORKERS = frozenset({"agent", "incident_manager", "brm"})
COMPLAINT_OVERSEERS = frozenset({"brm", "management_rep"})


class RelationshipsConfig(AppConfig):
    """Relationships."""

    name = "relationships"
    verbose_name = _("Relationships")

    def ready(self) -> None:
        """Register the processes."""
        from relationships import survey_setup

        _complaints()
        survey_setup.register()


def _complaints() -> None:
    from itsm.records.register import Process, add, steps
    from relationships import access, complaint_answers, complaint_telling, complaint_timers
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
            milestones={"ended": lambda complaint: not complaint.is_open},
        )
    )
    if access.complaint_roles not in steps.roles:
        steps.roles.append(access.complaint_roles)
    complaint_timers.register()
    complaint_telling.register()
    complaint_answers.register()
