"""The page of a case, and the short address that leads to it from anywhere."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import select_template
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from itsm.desk.known import beside
from itsm.desk.record import conversation, flowing, heading, plain, shown
from itsm.desk.record.answering import case_of, record_of
from itsm.records import register
from itsm.tickets.finding import moved_on, page_of
from itsm.ui.answers import done

#: Where requesters see their case.
PORTAL_PAGE = "/portal/cases/{number}/"


@require_safe
def page(request: HttpRequest, section: str, number: str) -> HttpResponse:
    """Show a case to those who work on it; requesters are led to their own page of it."""
    if (process := plain.process_at(section, number)) is not None:
        return plain.page(request, process, number)
    case = shown.load(number, person=request.user)  # type: ignore[arg-type]  # signed in
    if register.process_of(case).section != section:
        raise Http404(_("There is no case with this number."))
    if not case.is_worked:
        return HttpResponseRedirect(PORTAL_PAGE.format(number=number))
    return render_page(request, case)


@require_safe
def flow(request: HttpRequest, section: str, number: str) -> HttpResponse:
    """Show the flowchart of a case, or of a record that is none."""
    if (process := plain.process_at(section, number)) is not None:
        return plain.flow(request, process, number)
    return flowing.flow(request, section, number)


def render_page(
    request: HttpRequest, case: Any, *, status: int = 200, typed: dict[str, str] | None = None, stop: dict[str, Any] | None = None,
) -> HttpResponse:  # fmt: skip
    """Draw the page; ``typed`` is what was written and not sent, ``stop`` says why it was not."""
    at = timezone.now()
    person: Any = request.user
    context = shown.context(case, person=person, at=at) | beside.of_case(case, person=person)
    shows = register.process_of(case).page
    if shows is not None:
        context |= shows(case, person=person, at=at)
    context["tabs"] = heading.tabs(case, "talk")
    context["shows"] = [("all", _("All")), ("public", _("Public")), ("notes", _("Notes")), ("events", _("Events"))]
    context["talk"] = conversation.read(case, query=request.GET, at=at)
    context["typed"] = shown.drafts(case) | (typed or {})
    context["stop"] = stop
    template = select_template([f"{register.process_of(case).section}/page.html", "record/page.html"])
    return render(request, template.template.name, context, status=status)


@require_safe
def anywhere(request: HttpRequest, number: str) -> HttpResponse:
    """Lead to the case from mails, chats and paper; a merged or reclassified one to where it went."""
    case = record_of(request, number, "merged_into")
    if case.state == "reclassified":
        return _goes_on(request, case)
    if getattr(case, "merged_into", None) is None:
        return done(request, page_of(case))
    try:
        kept = case_of(request, case.merged_into.number)
    except Http404:
        return done(request, page_of(case))
    said = _("%(number)s was merged into this case.") % {"number": case.number}
    return done(request, page_of(kept), say=said)


def _goes_on(request: HttpRequest, case: Any) -> HttpResponse:
    """Lead to the record as which a matter goes on, however often it was moved; stay where the person may not know of it."""
    person: Any = request.user
    last = moved_on(case, person=person)
    if last is None:
        return done(request, page_of(case))
    return done(request, page_of(last), say=_("%(number)s goes on as this case.") % {"number": case.number})
