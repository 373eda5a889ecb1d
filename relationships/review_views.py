"""What a service review has beside its moves: its minutes on paper, and the actions that were agreed."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from itsm.records.refusals import NotAllowed, Objected
from itsm.tickets.finding import page_of
from itsm.ui.answers import done
from relationships import review_paper
from relationships.action_register import agree
from relationships.listing import for_staff, reader
from relationships.models import ServiceReview
from relationships.survey_forms import ActionForm


def _found(request: HttpRequest, number: str) -> Any:
    return get_object_or_404(
        ServiceReview.objects.visible_to(reader(request)).select_related(
            "customer__organisation", "customer__account_owner"
        ),
        number=number,
    )


@require_safe
@for_staff
def minutes(request: HttpRequest, number: str) -> HttpResponse:
    """Take the minutes along as PDF."""
    review = _found(request, number)
    answer = HttpResponse(review_paper.minutes(review, person=reader(request)), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{review.number}.pdf"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def act(request: HttpRequest, number: str) -> HttpResponse:
    """Note an action that was agreed with the customer."""
    review = _found(request, number)
    form = ActionForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            agree(review, by=reader(request), at=timezone.now(), **form.cleaned_data)
            return done(request, f"{page_of(review)}#actions", say=_("The action is noted."))
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        except Objected as refusal:
            form.refuse(refusal)
    context = {"form": form, "title": _("Add an action"), "back": page_of(review)}
    return render(request, "suppliers/form.html", context, status=422 if form.errors else 200)
