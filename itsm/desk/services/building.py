"""The builder of request items: words and target, who is entitled, who approves, the form with its conditions, the plan."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from catalogue.editions.access import may_edit
from catalogue.items import fields, plans
from catalogue.items.policies import can_be_met
from catalogue.models import RequestItem
from incidents.ordering import read_answers
from itsm.desk.access import for_workers
from itsm.desk.portal.conditions import holds
from itsm.desk.portal.item_form import add_fields, given_by
from itsm.desk.services import building_forms as made_of
from itsm.desk.services.forms import refuse
from itsm.people.requests import PersonRequest
from itsm.records.refusals import Objected
from itsm.ui.answers import done


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
        if edits and _save(form, asked, plan):
            return done(request, reverse("services:item", args=[code]), say=_("Saved."))
        status = 422 if edits else 403
    context = {
        "item": row, "form": form, "asked": asked, "plan": plan, "may_edit": edits, **_preview(request, row),
        "faults": fields.faults(fields.read(row.form)),
    }  # fmt: skip
    return render(request, "catalogue/item.html", context, status=status)


def _save(form: made_of.ItemForm, asked: Any, plan: Any) -> bool:
    """Save when everything is right; what is wrong is told on the form."""
    if not all([form.is_valid(), asked.is_valid(), plan.is_valid()]):
        return False
    rows, tasks = made_of.fields_of(asked), made_of.tasks_of(plan)
    for sentence in (*fields.faults(fields.read(rows)), *plans.faults(plans.read(tasks)), *_policy_faults(form)):
        form.add_error(None, sentence)
    if form.errors:
        return False
    with transaction.atomic():
        form.instance.form, form.instance.tasks = rows, tasks
        form.save()
    return True


def _policy_faults(form: made_of.ItemForm) -> list[str]:
    given = form.cleaned_data
    if given["approval"] != RequestItem.Approval.POLICY:
        return []
    people = len(given["approvers"]) + given["approval_lead"] + given["approval_owner"]
    if can_be_met(given["approval_rule"], people, needed=given["approval_needed"]):
        return []
    return [_("Fewer people are asked to approve than must say yes.")]


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
