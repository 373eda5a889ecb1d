"""What the page of a survey shows beside what all records show."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from relationships import survey_access as access
from relationships import survey_figures as figures
from relationships.survey_forms import KINDS
from relationships.survey_guards import SECTIONS, missing
from relationships.survey_models import RelationshipReport
from relationships.survey_report import TITLES


def page(campaign: Any, *, person: Any, at: datetime) -> dict[str, Any]:
    """Collect plan, participation and where the work stands."""
    taken = figures.participation(campaign) if campaign.launched_at else None
    comma = gettext(", ")
    report = RelationshipReport.objects.filter(campaign=campaign.pk).first()
    return {
        "taken": taken,
        "services": comma.join(service.name for service in campaign.services.order_by("code")),
        "units": comma.join(unit.name for unit in campaign.units.order_by("code")),
        "channels": comma.join(_channels(campaign)),
        "missing": missing(campaign) if campaign.state == "planning" else [],
        "unasked": _unasked(campaign) if campaign.state == "planning" else False,
        "to_register": campaign.responses.to_register().count() if taken else 0,
        "report": report,
        "sections": [TITLES[name] for name in SECTIONS if report and not getattr(report, name).strip()],
        "actions": campaign.improvement_actions.select_related("owner").order_by("due_on", "pk"),
        "plans": access.plans(person) and campaign.state == "planning",
        "reads_results": access.reads_results(person),
        "registers": access.registers(person) or access.reads_answers(person),
        "case_kinds": comma.join(str(dict(KINDS).get(kind, kind)) for kind in campaign.case_kinds),
    }


def _unasked(campaign: Any) -> bool:
    """Tell whether the questionnaire asks about each service, and no service is chosen."""
    version = campaign.questionnaire
    return bool(version and version.questions.filter(per_service=True).exists() and not campaign.services.exists())


def _channels(campaign: Any) -> list[str]:
    ways = ((campaign.by_mail, gettext("by e-mail")), (campaign.in_portal, gettext("in the portal")))
    return [words for used, words in ways if used]
