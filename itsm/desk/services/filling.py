"""Filling in the form of an order at the desk, when it came without its answers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from incidents.models import ServiceRequest
from incidents.ordering import fill_in
from itsm.desk.portal.conditions import holds
from itsm.desk.portal.item_form import add_fields, given_by
from itsm.desk.record.answering import answers_refusals, ask, case_of, finish
from itsm.records.refusable import refuse
from itsm.records.refusals import Objected


@require_http_methods(["GET", "POST"])
@answers_refusals
def answers(request: HttpRequest, number: str) -> HttpResponse:
    """Show the form of what was ordered, or keep its answers."""
    case: Any = case_of(request, number)
    if not isinstance(case, ServiceRequest) or case.request_item is None or not case.request_item.form:
        raise Http404(_("There is no form to fill in here."))
    sent = request.method == "POST"
    form = forms.Form(request.POST if sent else None, request.FILES if sent else None, auto_id="answer_%s")
    known = {row["code"]: row["value"] for row in case.answers}
    add_fields(form, case.request_item, person=request.user, given=known)  # type: ignore[arg-type]  # signed in
    if form.is_bound and holds(form, case.request_item):
        try:
            fill_in(case, given_by(case.request_item, form.cleaned_data), by=request.user)  # type: ignore[arg-type]
            return finish(request, case, _("Form kept."))
        except Objected as refusal:
            refuse(form, refusal)
    title = str(case.request_item.name)
    return ask(request, case, form, title=title, button=_("Save"), status=422 if form.is_bound else 200)
