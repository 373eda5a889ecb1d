"""Connecting cases: links, and children that follow a parent."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from incidents import services
from itsm.desk.record.answering import AskForm, answers_refusals, ask, case_of, finish
from itsm.desk.record.connecting import KIND, OTHER, connect, part, parted_by_hand
from itsm.flow import Input, Words
from itsm.records.models import LinkKind
from itsm.records.refusals import Objected

LINK = (OTHER, KIND)
CHILD = (Input("other", Words("Incident that follows this one", "作為子案的事故"), "incident"),)


@require_http_methods(["GET", "POST"])
@answers_refusals
def add_link(request: HttpRequest, number: str) -> HttpResponse:
    """Ask for another case, or connect with it."""
    case = case_of(request, number)
    person: Any = request.user
    form = AskForm(case, LINK, person, request.POST if request.method == "POST" else None, name="link")
    form.fields["kind"].initial = LinkKind.RELATED_TO
    if form.is_bound and form.is_valid():
        try:
            other = case_of(request, form.given["other"].upper())
            connect(case, other, kind=form.given["kind"], by=person)
            return finish(request, case, _("Linked with %(number)s.") % {"number": other.number})
        except Http404 as fault:
            form.add_error("other", str(fault))
        except Objected as refusal:
            form.refuse(refusal)
    return ask(
        request, case, form, title=_("Link another case"), button=_("Link"), status=422 if form.is_bound else 200
    )


@require_POST
@answers_refusals
def remove_link(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Take a link away that somebody made by hand; what a process stands on is parted by its own acts alone."""
    case = case_of(request, number)
    person: Any = request.user
    row = parted_by_hand(pk, of=case)
    if row is None:
        raise Http404
    other = part(case, row, by=person)
    return finish(request, case, _("The link to %(number)s is gone.") % {"number": other.number})


@require_http_methods(["GET", "POST"])
@answers_refusals
def add_child(request: HttpRequest, number: str) -> HttpResponse:
    """Ask for an incident that follows this one, or attach it."""
    case = case_of(request, number, "parent")
    if case.kind != "incident":
        raise Http404
    person: Any = request.user
    form = AskForm(case, CHILD, person, request.POST if request.method == "POST" else None, name="child")
    if form.is_bound and form.is_valid():
        child = form.given["other"]
        try:
            services.attach_child(child, parent=case, by=person)
        except Objected as refusal:
            form.refuse(refusal)
        else:
            return finish(request, case, _("%(number)s follows this incident now.") % {"number": child.number})
    intro = _("It is resolved together with this incident, by one text.")
    return ask(
        request,
        case,
        form,
        title=_("Attach a child"),
        button=_("Attach"),
        intro=intro,
        status=422 if form.is_bound else 200,
    )


@require_POST
@answers_refusals
def detach(request: HttpRequest, number: str, child: str) -> HttpResponse:
    """Let a child stand alone again."""
    case = case_of(request, number)
    follower = case_of(request, child)
    if follower.kind != "incident" or follower.parent_id != case.pk:
        raise Http404
    services.detach_child(follower, by=request.user)  # type: ignore[arg-type]  # signed in
    return finish(request, case, _("%(number)s stands alone again.") % {"number": child})
