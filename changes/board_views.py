"""The pages of the committee: all meetings, one round of voting, and what is done at a meeting."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from changes import (
    board_shown,
    calls,
    casting,
    chairing,
    meetings,
    minutes,
    minutes_files,
    open_ballots,
    ordering_views,
)
from changes.board_forms import DecideForm, MeetingForm, RemarkForm, VoteForm
from changes.board_models import Ballot, Board, CabItem, CabMeeting
from changes.board_querysets import OVERSEES, PLANS
from changes.models import Change
from itsm.records.attachments import path_of
from itsm.records.finding import find_plain
from itsm.records.refusals import NotAllowed, Refusal
from itsm.records.register import process
from itsm.ui.answers import done, way_back

MOST = 50


def seated(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let those in who oversee changes or sit on a board; everybody else is told so (403)."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        person: Any = request.user
        if not (person.role_codes & OVERSEES or Board.objects.visible_to(person).exists()):
            raise PermissionDenied(_("These pages are for the board and for those who oversee changes."))
        return view(request, *args, **kwargs)

    return guarded


def _meeting(request: HttpRequest, number: str) -> Any:
    person: Any = request.user
    found = find_plain(number, process=process("cab_meeting"), person=person)
    return CabMeeting.objects.select_related("board__calendar").get(pk=found.pk)


@require_safe
@seated
def overview(request: HttpRequest) -> HttpResponse:
    """Show the next meeting with its countdown, the rounds that take votes, and meetings to come and past."""
    person: Any = request.user
    at = timezone.now()
    seen = CabMeeting.objects.visible_to(person).select_related("board__calendar")
    counted = seen.annotate(waiting=Count("items"), open_items=Count("items", filter=Q(items__decision="")))
    coming = list(counted.filter(phase__in=["new", "working"]).order_by("starts_at", "pk")[:MOST])
    following = next(
        (row for row in coming if row.state == "in_session" or (row.state != "minutes" and row.ends_at > at)), None
    )
    context = {
        "coming": [_row(row) for row in coming], "next": _next(following, person, at), "ballots": _ballots(person, at),
        "past": [_row(row) for row in counted.filter(phase="done").order_by("-starts_at", "-pk")[:10]],
        "may_plan": bool(person.role_codes & PLANS), "at": at,
    }  # fmt: skip
    return render(request, "cab_meeting/list.html", context)


def _row(meeting: Any) -> dict[str, Any]:
    return {"meeting": meeting, "state": meeting.flows[0].states[meeting.state], "url": f"/cab/{meeting.number}/"}


def _ballots(person: Any, at: datetime) -> list[dict[str, Any]]:
    shown = open_ballots.waiting(person)
    return [row | {"closes": board_shown.countdown(row["ballot"].closes_at, at=at)} for row in shown]


def _next(meeting: Any, person: Any, at: datetime) -> dict[str, Any] | None:
    if meeting is None:
        return None
    shown = board_shown.live(meeting, person=person, at=at)
    return _row(meeting) | {
        "starts": board_shown.countdown(meeting.starts_at, at=at), "cutoff": board_shown.countdown(meeting.cutoff_at, at=at),
        "rows": shown["rows"], "attendance": shown["attendance"],
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@seated
def new(request: HttpRequest) -> HttpResponse:
    """Plan a meeting beside the recurrence."""
    person: Any = request.user
    if not person.role_codes & PLANS:
        raise PermissionDenied(_("Meetings are planned by the owner of the process."))
    form = MeetingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = meetings.plan(
                given["board"], start=given["starts_at"], end=given["ends_at"], by=person, at=timezone.now()
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return done(request, f"/cab/{made.number}/", say=_("Saved."))
    return render(request, "cab_meeting/new.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
def live(request: HttpRequest, number: str) -> HttpResponse:
    """Give the parts of a meeting's page that change while people talk."""
    meeting = _meeting(request, number)
    person: Any = request.user
    context = board_shown.live(meeting, person=person, at=timezone.now(), query=request.GET)
    return render(request, "cab_meeting/live.html", context)


@require_safe
def document(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """Give the agenda or the minutes as a PDF."""
    meeting = _meeting(request, number)
    language = "en" if request.GET.get("lang") == "en" else "zh-hant"
    if kind == "minutes" and meeting.ended_at is None:
        raise Http404(_("This meeting has no minutes yet."))
    if kind == "minutes" and meeting.signed_at is not None:
        file = minutes_files.kept(meeting, language=language)
        if file is None:
            return done(
                request, f"/cab/{number}/", warn=_("The minutes are being drawn; they will be here in a moment.")
            )
        made = path_of(file.sha256).read_bytes()
    elif kind == "minutes":
        made = minutes.pdf(meeting, language=language)
    else:
        made = minutes.agenda_pdf(meeting, language=language)
    headers = {"Content-Disposition": f'inline; filename="{meeting.number}-{kind}-{language}.pdf"'}
    return HttpResponse(made, content_type="application/pdf", headers=headers)


ACTS: dict[str, Callable[..., Any]] = {
    "hear": lambda meeting, item, by: chairing.hear(meeting, item, by=by),
    "pause": lambda meeting, item, by: chairing.pause(meeting, by=by),
    "next": lambda meeting, item, by: chairing.proceed(meeting, by=by),
    "call": lambda meeting, item, by: calls.toggle(meeting, item, by=by),
}  # fmt: skip


@require_POST
def act(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """Hear, pause, go on, move an item, or ask to be called before it."""
    meeting = _meeting(request, number)
    if name in ordering_views.WAYS:
        return ordering_views.order(request, meeting, name)
    if name not in ACTS:
        raise Http404
    key = request.POST.get("item", "")
    warn = ""
    try:
        ACTS[name](meeting, int(key) if key.isdecimal() and len(key) < 19 else 0, request.user)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refusal as refusal:
        warn = " ".join(refusal.reasons)
    return done(request, way_back(request, f"/cab/{number}/"), warn=warn)


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Record the decision on an item; a refused one is shown again with what was written."""
    meeting = _meeting(request, number)
    item = get_object_or_404(CabItem.objects.select_related("change", "meeting__board"), pk=pk, meeting=meeting)
    if not chairing.leads(meeting, request.user):  # type: ignore[arg-type]  # signed in
        raise PermissionDenied(_("Decisions are recorded by who leads the meeting."))
    form = DecideForm(request.POST or None, item=item)
    if request.method == "POST" and form.is_valid():
        given = {name: value for name, value in form.cleaned_data.items() if value not in (None, "")}
        try:
            chairing.decide(meeting, item.pk, given.pop("decision"), by=request.user, **given)  # type: ignore[arg-type]
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return done(request, f"/cab/{number}/", say=_("The decision is recorded."))
    context = {
        "form": form,
        "item": item,
        "meeting": meeting,
        "title": _("Decision"),
        "back": f"/cab/{number}/?item={pk}",
    }
    return render(request, "cab_meeting/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def remark(request: HttpRequest, number: str) -> HttpResponse:
    """Write a remark into the minutes."""
    meeting = _meeting(request, number)
    form = RemarkForm(request.POST or None, auto_id="id_remark_%s")
    if request.method == "POST" and form.is_valid():
        try:
            chairing.remark(meeting, form.cleaned_data["text"], by=request.user)  # type: ignore[arg-type]  # signed in
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return done(request, way_back(request, f"/cab/{number}/"), say=_("Saved."))
    context = {"form": form, "meeting": meeting, "title": _("Remark for the minutes"), "back": f"/cab/{number}/"}
    return render(request, "cab_meeting/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@seated
def ballot(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a round with its paper; take the vote of who has a seat."""
    person: Any = request.user
    row = get_object_or_404(
        Ballot.objects.visible_to(person).select_related("board", "change__service", "change__requester"), pk=pk
    )
    may_read = Change.objects.visible_to(person).filter(pk=row.change_id).exists()
    if not may_read and casting.mandate(row, row.change, person, at=timezone.now()) is None:
        raise Http404
    form = VoteForm(request.POST or None, auto_id="id_vote_%s")
    if request.method == "POST" and form.is_valid():
        try:
            casting.cast(row.change, by=person, **form.cleaned_data)
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return done(request, way_back(request, "/cab/"), say=_("Your vote is noted."))
    at = timezone.now()
    context = board_shown.ballot_shown(row, row.change, person=person, at=at)
    context["paper"] = board_shown.paper(row.change, person=person, at=at)
    if form.is_bound and context["vote_form"] is not None:
        context["vote_form"] = form
    return render(request, "cab_meeting/ballot.html", context, status=422 if form.errors else 200)
