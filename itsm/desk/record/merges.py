"""Merging a duplicate into another case: candidates, both side by side, and the way back."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from itsm.desk.record.answering import AskForm, answers_refusals, ask, case_of, finish
from itsm.flow import Input, Words
from itsm.records import register
from itsm.records.refusals import NotAllowed, Objected
from itsm.records.roles import roles_on
from itsm.tickets import merging
from itsm.tickets.finding import page_of
from itsm.tickets.models import Merge
from itsm.tickets.words import likeness
from itsm.ui.answers import done

INTO = (Input("into", Words("Case that stays", "保留的案件")),)
LOOKED_AT, SUGGESTED, ALIKE = 100, 6, 0.2


@require_http_methods(["GET", "POST"])
@answers_refusals
def merge(request: HttpRequest, number: str) -> HttpResponse:
    """Choose the case that stays, look at both, and merge."""
    case = case_of(request, number, "requester", "service")
    person: Any = request.user
    if not roles_on(case, person=person) & merging.MERGES:
        raise NotAllowed
    sent = request.POST if request.method == "POST" else request.GET if request.GET.get("into") else None
    form = AskForm(case, INTO, person, sent, name="merge")
    kept = None
    if form.is_bound and form.is_valid():
        try:
            kept = case_of(request, form.given["into"].upper(), "requester", "service")
            if request.method == "POST" and request.POST.get("sure"):
                merging.merge(case, into=kept, by=person)
                return _merged(request, case, kept)
        except Http404 as fault:
            form.add_error("into", str(fault))
        except Objected as refusal:
            form.refuse(refusal)
    wrong = bool(form.errors)
    return ask(
        request, case, form, title=_("Merge into another case"), button=_("Merge") if kept else _("Compare"), status=422 if wrong else 200,
        template="record/merge.html", kept=kept, pair=_pair(case, kept), suggestions=[] if kept else candidates(case, person=person),
        intro=_("The requester is not told. It can be undone for 30 days."),
    )  # fmt: skip


def _merged(request: HttpRequest, case: Any, kept: Any) -> HttpResponse:
    return done(
        request, page_of(kept), say=_("%(lost)s was merged into %(kept)s.") % {"lost": case.number, "kept": kept.number}
    )


def _pair(case: Any, kept: Any | None) -> list[dict[str, Any]]:
    """Lay the two cases side by side."""
    if kept is None:
        return []
    states = register.process_of(case).flow.states
    rows = (
        (_("Number"), case.number, kept.number),
        (_("Subject"), case.title, kept.title),
        (_("State"), states[case.state].label, states[kept.state].label if kept.kind == case.kind else kept.state),
        (_("Requester"), case.requester, kept.requester),
        (_("Service"), case.service or "—", kept.service or "—"),
        (_("Description"), case.description[:300] or "—", kept.description[:300] or "—"),
    )
    return [
        {"label": label, "goes": goes, "stays": stays, "same": str(goes) == str(stays)} for label, goes, stays in rows
    ]


def candidates(case: Any, *, person: Any) -> list[Any]:
    """Suggest open cases of the same kind with like words, of the same requester or service first."""
    model = register.process_of(case).model
    near = (
        model.objects.visible_to(person)
        .open()
        .standing()
        .exclude(pk=case.pk)
        .select_related("requester")
        .order_by("-received_at", "-pk")
    )
    scored = [(_score(case, other), other) for other in near[:LOOKED_AT]]
    best = sorted((pair for pair in scored if pair[0] >= ALIKE), key=lambda pair: -pair[0])
    return [other for _score_, other in best[:SUGGESTED]]


def _score(case: Any, other: Any) -> float:
    alike = likeness(case.title, other.title)
    same = 0.25 * (case.requester_id == other.requester_id) + 0.1 * (
        case.service_id is not None and case.service_id == other.service_id
    )
    return alike + same if alike else 0.0


@require_POST
@answers_refusals
def undo(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Let the merged case stand again."""
    case = case_of(request, number)
    row = get_object_or_404(Merge.objects.select_related("loser", "survivor"), pk=pk)
    if case.pk not in (row.loser_id, row.survivor_id):
        raise Http404
    lost = case_of(request, row.loser.number or "")
    row.loser = lost
    merging.undo(row, by=request.user)  # type: ignore[arg-type]  # signed in
    return finish(request, case, _("%(number)s stands alone again.") % {"number": lost.number})
