"""The dialog of a transition, and what it does when it is sent."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction as database
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from incidents import children
from itsm.desk.record.answering import answers_refusals, ask, finish, record_of
from itsm.desk.record.handing import earlier
from itsm.flow import Input, Move, Transition, Words
from itsm.records import register
from itsm.records.perform import admit, find_step, objections, perform
from itsm.records.refusals import Objected, Stale
from itsm.tickets.choices import NAMED_BY, offered
from itsm.tickets.forms import TYPED, TransitionForm

SUGGESTED = 12
SHOWN = ("service", "team", "assignee", "requester")


@require_http_methods(["GET", "POST"])
@answers_refusals
def transition(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """Show the dialog of a transition, or make it."""
    sent = request.POST if request.method == "POST" else None
    case = record_of(request, number, *(() if sent else SHOWN))
    row = admit(case, name, by=request.user)  # type: ignore[arg-type]  # signed in
    form = TransitionForm(case, row, request.user, sent)  # type: ignore[arg-type]
    if sent is not None and form.is_valid():
        try:
            return run(request, case, row, form)
        except Objected as refusal:
            form.refuse(refusal)
        except Stale as refusal:
            form.add_error(None, str(refusal))
            return show(request, case, row, form, status=409)
    return show(request, case, row, form, status=422 if form.is_bound else 200)


def prepare(form: TransitionForm, case: Any, row: Transition) -> None:
    """Fill in what the requester's own words propose, and offer to take children along."""
    facts = getattr(case, "facts", None)
    proposed = facts.get("proposed", {}) if isinstance(facts, dict) else {}
    for name, value in proposed.items():
        if name in form.fields and not form.fields[name].initial:
            form.fields[name].initial = str(value)
    takes_along = case.kind == "incident" and row.name in children.TAKES_ALONG
    count = children.waiting(case).count() if takes_along else 0
    if count:
        text = ngettext(
            "Resolve %(count)s child case with the same text", "Resolve %(count)s child cases with the same text", count
        )
        form.fields["with_children"] = forms.BooleanField(label=text % {"count": count}, required=False)


def run(request: HttpRequest, case: Any, row: Transition, form: TransitionForm) -> HttpResponse:
    """Make the transition, with its children where that was asked for, and say what happened."""
    version = request.POST.get("version", "")
    with database.atomic():
        made = perform(
            case, row.name, by=request.user, version=int(version) if version.isdecimal() else None, **form.given  # type: ignore[arg-type]
        )  # fmt: skip
        taken = children.take_along(made, by=request.user, **form.given) if request.POST.get("with_children") else []  # type: ignore[arg-type]
    say = _("%(number)s: %(step)s.") % {"number": made.number, "step": row.label}
    if taken:
        say += " " + _("With it: %(numbers)s.") % {"numbers": ", ".join(str(child.number) for child in taken)}
    return finish(request, made, say)


def show(request: HttpRequest, case: Any, row: Transition, form: TransitionForm, *, status: int) -> HttpResponse:
    """Show the dialog with what objects to the transition already."""
    prepare(form, case, row)
    move = Move(row.name, request.user, timezone.now())
    reasons = objections(case, row, move=move, offering=True) if status == 200 else []
    flow = find_step(case, row.name).flow
    target = str(flow.states[row.target].label) if isinstance(row.target, str) else ""
    beside = register.process_of(case).panel
    return ask(
        request, case, form, title=str(row.label), button=str(row.label), danger=row.danger, reasons=reasons, status=status,
        intro=earlier(case, row.name, person=request.user),  # type: ignore[arg-type]  # signed in
        version=case.version, state=flow.states[getattr(case, flow.field)], target=target, panel=beside(case, row.name) if beside else "",
    )  # fmt: skip


@require_GET
def find(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """Suggest people or cases for a typed field, as options of a data list."""
    case = record_of(request, number)
    if kind not in TYPED:
        raise Http404
    words = next((str(value).strip() for value in request.GET.values() if str(value).strip()), "")[:80]
    rows = offered(Input("find", Words("", ""), kind), record=case, person=request.user)  # type: ignore[arg-type]
    column = NAMED_BY[kind][0]
    found = rows.filter(named(kind, words))[:SUGGESTED] if words else []
    options = [(getattr(row, column), f"{row.name} · {row.email}" if kind == "person" else row.title) for row in found]
    return render(request, "record/options.html", {"options": options})


def named(kind: str, words: str) -> Any:
    """Say which rows ``words`` might mean."""
    from django.db.models import Q

    if kind != "person":
        return Q(number__icontains=words) | Q(title__icontains=words)
    person = Q(name__icontains=words) | Q(username__istartswith=words) | Q(email__istartswith=words)
    return person | Q(employee_number__startswith=words) | Q(phone__endswith=words)
