"""The page of one answer: what was said, which case it is about and which complaint came of it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from itsm.records.models import Link, LinkKind
from itsm.records.register import process_of
from itsm.tickets.finding import page_of
from itsm.tickets.models import Ticket
from relationships import survey_access as access
from relationships import survey_shown as shown
from relationships.survey_figures import SMALL
from relationships.survey_lists import only
from relationships.survey_models import SurveyResponse


@require_safe
@only(lambda person: access.registers(person) or access.reads_answers(person))
def response(request: HttpRequest, number: str) -> HttpResponse:
    """Show one answer as far as the person may read it: the desk what is to be registered, without name and case."""
    person: Any = request.user
    rows = SurveyResponse.objects.visible_to(person).select_related("campaign", "service", "unit", "invitation__person")
    found = rows.filter(number=number).prefetch_related(shown.said_answers()).first()
    if found is None:
        raise Http404(_("There is no record with this number."))
    hidden = _is_hidden(found)
    one = None if hidden or not _reads(person, found) else shown.one_of(found, named=access.reads_answers(person))
    context = {
        "record": found.campaign, "response": found, "one": one, "hides": hidden, "small": SMALL,
        "related": _related(found, person), "registers": access.registers(person) and found.state == "submitted",
    }  # fmt: skip
    return render(request, "surveys/single.html", context)


def _is_hidden(found: Any) -> bool:
    """Tell whether so few anonymous answers came back that none is shown."""
    return found.anonymous and SurveyResponse.objects.filter(campaign=found.campaign_id).answered().count() < SMALL


def _reads(person: Any, found: Any) -> bool:
    return access.reads_answers(person) or (access.registers(person) and found.state == "submitted")


def _related(found: Any, person: Any) -> list[dict[str, Any]]:
    """List the complaints that came of it; the case that it is about only to who may read names."""
    born = Link.objects.filter(target=found.pk, kind=LinkKind.FROM_SURVEY).values("source")
    rows: list[tuple[str, Any]] = [(_("became the complaint"), born)]
    if access.reads_answers(person):
        about = Link.objects.filter(source=found.pk, kind=LinkKind.ABOUT).values("target")
        rows.insert(0, (str(LinkKind.ABOUT.label), about))
    return [
        {"words": words, "case": case, "url": page_of(case), "state": process_of(case).flow.states[case.state]}
        for words, keys in rows
        for case in Ticket.objects.visible_to(person).filter(pk__in=keys).order_by("pk")
    ]
