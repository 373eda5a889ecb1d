"""The builder of request items: words and target, who is entitled, who approves, the form with its conditions, the plan."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from catalogue.editions.access import may_edit
from catalogue.items import fields
from catalogue.items.building import begin_item, change_item
from catalogue.models import RequestItem
from incidents.ordering import read_answers
from itsm.desk.access import for_workers
from itsm.desk.portal.conditions import holds
from itsm.desk.portal.item_form import add_fields, given_by
from itsm.desk.services import building_forms as made_of
from itsm.desk.services.entry import service_at
from itsm.people.requests import PersonRequest
from itsm.records.refusable import refuse
from itsm.records.refusals import Objected
from itsm.ui.answers import done
from itsm.ui.together import Together


@require_http_methods(["GET", "HEAD", "POST"])
@for_workers
def item(request: PersonRequest, code: str) -> HttpResponse:
    """Show an item as it is built; whoever keeps its entry changes it."""
    row = RequestItem.objects.select_related("service__owner").filter(code=code).first()
    if row is None:
        raise Http404(_("There is no such item."))
    edits = may_edit(request.user, row.service)
    sent = request.POST if request.method == "POST" and edits else None
    form = made_of.ItemForm(sent, instance=row)
    asked = made_of.Fields(sent, initial=made_of.field_rows(row.form), prefix="field")
    plan = made_of.Tasks(sent, initial=made_of.task_rows(row.plan), prefix="task")
    status = 200
    if request.method == "POST":
        if edits and _save(form, asked, plan, by=request.user):
            return done(request, reverse("services:item", args=[code]), say=_("Saved."))
        status = 422 if edits else 403
    context = {
        "item": row, "form": form, "asked": asked, "plan": plan, "wrong": Together(form, asked, plan), "may_edit": edits,
        **_preview(request, row),
        "faults": fields.faults(fields.read(row.form)),
    }  # fmt: skip
    return render(request, "catalogue/item.html", context, status=status)


def _save(form: made_of.ItemForm, asked: Any, plan: Any, *, by: Any) -> bool:
    """Save when everything is right; what is wrong is told on the form."""
    if not all([form.is_valid(), asked.is_valid(), plan.is_valid()]):
        return False
    given = dict(form.cleaned_data)
    given["target_seconds"] = int(given.pop("hours") * made_of.HOUR)
    try:
        change_item(form.instance, given | {"form": made_of.fields_of(asked), "tasks": made_of.tasks_of(plan)}, by=by)
    except Objected as refusal:
        refuse(form, refusal)
    return not form.errors


@require_http_methods(["GET", "HEAD", "POST"])
@for_workers
def begin(request: PersonRequest, code: str) -> HttpResponse:
    """Begin an item of a service, from nothing or as a copy of one that is there; it is not on offer yet."""
    service = service_at(code)
    if not may_edit(request.user, service):
        raise PermissionDenied(_("You do not keep this entry."))
    form = made_of.BeginForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            made = begin_item(service, by=request.user, **form.cleaned_data)
            return done(request, reverse("services:item", args=[made.code]), say=_("Begun: fill it in, then offer it."))
        except Objected as refusal:
            refuse(form, refusal)
    return render(
        request, "catalogue/begin.html", {"form": form, "service": service}, status=422 if form.errors else 200
    )


def _preview(request: PersonRequest, row: RequestItem) -> dict[str, Any]:
    """Draw the form as users see it; tried out, it tells what would be kept or what is wrong."""
    tried = "try" in request.GET
    form = forms.Form(request.GET if tried else None, auto_id="try_%s")
    add_fields(form, row, person=request.user)
    kept: list[dict[str, Any]] = []
    if tried and holds(form, row):
        try:
            kept = read_answers(row, given_by(row, form.cleaned_data), by=request.user, at=timezone.now())
        except Objected as refusal:
            refuse(form, refusal)
    return {"preview": form, "kept": kept, "tried": tried and not form.errors}
