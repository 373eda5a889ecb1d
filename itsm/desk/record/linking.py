"""Connecting cases: links, and children that follow a parent."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from changes import services as changes
from incidents import services
from itsm.desk.record.answering import AskForm, answers_refusals, ask, case_of, finish
from itsm.desk.record.relations import BY_HAND
from itsm.flow import Choice, Input, Move, Words
from itsm.records import journal, register
from itsm.records.clock import database_now, whole
from itsm.records.links import link
from itsm.records.models import Event, Link, LinkKind
from itsm.records.perform import lock
from itsm.records.refusals import NotAllowed, Objected
from itsm.records.roles import roles_on
from itsm.tickets.comments import NOTES

if TYPE_CHECKING:
    from itsm.people.models import Person

OTHER = Input("other", Words("Number of the other case", "另一案件的單號"))
LINK = (
    OTHER,
    Input(
        "kind", Words("How they are connected", "關聯方式"), "choice",
        choices=(
            Choice("related_to", Words("Related to", "相關於")),
            Choice("escalated_to_problem", Words("Escalated to the problem", "升級為問題")),
            Choice("caused_by_change", Words("Caused by the change or release", "因變更或發行引起")),
        ),
    ),
)  # fmt: skip
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


def connect(case: Any, other: Any, *, kind: str, by: Person, at: datetime | None = None) -> Link:
    """Link two cases by hand, journaled on both.

    :raises NotAllowed: if ``by`` works on neither
    :raises Objected: if both are the same, or the kind does not fit
    """
    if case.pk == other.pk:
        raise Objected(fields={"other": _("Choose another case.")})
    if kind == LinkKind.ESCALATED_TO_PROBLEM and (case.kind != "incident" or other.kind != "problem"):
        raise Objected(fields={"kind": _("Only an incident is escalated, and only to a problem.")})
    if kind == LinkKind.CAUSED_BY_CHANGE:
        return _blame(case, other, by=by, at=at)
    with transaction.atomic():
        _may_link(case, by)
        moment = whole(at or database_now())
        made = link(case, other, kind=kind, by=by, at=moment)
        _journal("link", case, other, by, moment)
    return made


def _blame(case: Any, other: Any, *, by: Person, at: datetime | None) -> Link:
    """Note what an incident was caused by: a change that was carried out, or a release that was deployed."""
    if case.kind != "incident" or other.kind not in ("change", "release"):
        raise Objected(fields={"kind": _("Only an incident is caused, and only by a change or a release.")})
    if other.kind == "release" and not register.reached(other, "deployed"):
        raise Objected(fields={"other": _("This release was not deployed.")})
    with transaction.atomic():
        _may_link(case, by)
        moment = whole(at or database_now())
        if other.kind == "change":
            changes.note_cause(case, other, by=by, at=moment)
        made = link(case, other, kind=LinkKind.CAUSED_BY_CHANGE, by=by, at=moment)
        if other.kind == "release":
            _journal("link", case, other, by, moment)
    return made


def _may_link(case: Any, by: Person) -> None:
    if not roles_on(lock(case), person=by) & (register.workers(case) | NOTES):
        raise NotAllowed


def _journal(name: str, case: Any, other: Any, by: Person, at: datetime) -> None:
    """Write the same on both sides, each naming the other."""
    move = Move(name, by, at)
    journal.write(case, kind=Event.Kind.LINKED, name=name, move=move, other=other.number)
    journal.write(other, kind=Event.Kind.LINKED, name=name, move=move, other=case.number)


@require_POST
@answers_refusals
def remove_link(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Take a link away that somebody made by hand; what a process stands on is parted by its own acts alone."""
    case = case_of(request, number)
    person: Any = request.user
    row = Link.objects.select_related("source", "target").filter(pk=pk, auto=False, kind__in=BY_HAND).first()
    if row is None or case.pk not in (row.source_id, row.target_id):
        raise Http404
    other = row.target if row.source_id == case.pk else row.source
    with transaction.atomic():
        _may_link(case, person)
        row.delete()
        _journal("unlink", case, other, person, database_now())
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
