"""The list of suggestions and compliments, and answering them."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from itsm.records.refusals import NotAllowed, Refusal
from itsm.ui.answers import done
from relationships.complaints import answer_feedback
from relationships.listing import for_staff, page_of_rows, reader
from relationships.models import Feedback


@require_safe
@for_staff
def feedback(request: HttpRequest) -> HttpResponse:
    """List suggestions and compliments, the newest first."""
    person = reader(request)
    kind = request.GET.get("kind", "")
    rows = Feedback.objects.visible_to(person).select_related("by", "service", "answered_by")
    if kind in Feedback.Kind.values:
        rows = rows.filter(kind=kind)
    found, older = page_of_rows(rows, request)
    tabs = [{"label": _("All"), "url": "?", "current": not kind}]
    tabs += [
        {"label": str(label).capitalize(), "url": f"?kind={code}", "current": kind == code}
        for code, label in Feedback.Kind.choices
    ]
    return render(request, "complaints/feedback.html", {"rows": found, "older": older, "tabs": tabs})


@require_POST
@for_staff
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer one."""
    person = reader(request)
    found = get_object_or_404(Feedback.objects.visible_to(person), pk=pk)
    place = reverse("relationships:feedback")
    try:
        answer_feedback(found, by=person, answer=request.POST.get("answer", "")[:4000], at=timezone.now())
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refusal as refusal:
        return done(request, place, warn=" ".join(refusal.reasons) or _("Write an answer."))
    return done(request, place, say=_("The answer was sent."))
