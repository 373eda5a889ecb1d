"""What hangs on a case: tasks, outages, watchers, escalations."""

from __future__ import annotations

from typing import Any, cast

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from itsm.desk.record.answering import AskForm, answers_refusals, ask, case_of, finish
from itsm.flow import Choice, Input, Words
from itsm.notices.audience import may_read
from itsm.people.models import Person
from itsm.records.models import Watcher
from itsm.records.refusals import NotAllowed, Objected
from itsm.tickets import parts_of
from itsm.tickets.models import Outage, Task
from sla.clocks import acknowledge as note_seen
from sla.lifting import lift, may_lift
from sla.models import Clock, Escalation
from sla.words import metric_words

TASK = (
    Input("title", Words("What is to be done", "待辦事項")),
    Input("assignee", Words("Assignee", "承辦人"), "agent", required=False),
    Input("optional", Words("The case may be finished without it", "未完成仍可結束案件"), "flag", required=False),
)
SKIP = (Input("note", Words("Why is it skipped?", "為何略過？")),)
OUTAGE = (
    Input("service", Words("Service", "服務"), "service", initial="service"),
    Input("started_at", Words("Down since", "中斷開始時間"), "instant"),
    Input(
        "kind", Words("Kind", "種類"), "choice",
        choices=(
            Choice("unplanned", Words("Unplanned outage", "非計畫性停機")),
            Choice("degraded", Words("Degraded service", "服務降級")),
            Choice("planned", Words("Planned outage", "計畫性停機")),
        ),
    ),
    Input("affected_users", Words("Users affected", "受影響人數"), "number", required=False),
)  # fmt: skip
UP_AGAIN = (Input("ended_at", Words("Up again at", "恢復時間"), "instant"),)
LIFT = (
    Input("reason", Words("Why does this miss not count?", "為何此逾時不計？"), "text",
          help=Words("It is shown in the report.", "將列於報告。")),
)  # fmt: skip
WATCHER = (Input("person", Words("Person", "人員"), "person"),)


def _form(request: HttpRequest, case: Any, inputs: tuple[Input, ...], name: str) -> AskForm:
    person: Any = request.user
    return AskForm(case, inputs, person, request.POST if request.method == "POST" else None, name=name)


def _now(form: AskForm, name: str) -> None:
    """Fill a time with now, in the person's zone."""
    form.fields[name].initial = timezone.localtime().strftime("%Y-%m-%dT%H:%M")


@require_http_methods(["GET", "POST"])
@answers_refusals
def add_task(request: HttpRequest, number: str) -> HttpResponse:
    """Ask for a task, or add it."""
    case = case_of(request, number)
    form = _form(request, case, TASK, "task")
    if form.is_bound and form.is_valid():
        given = form.given
        try:
            parts_of.add_task(
                case,
                title=given["title"],
                by=request.user,  # type: ignore[arg-type]  # signed in
                assignee=given["assignee"],
                mandatory=not given["optional"],
            )
        except Objected as refusal:
            form.refuse(refusal)
        else:
            return finish(request, case, _("Task added."))
    return ask(request, case, form, title=_("Add a task"), button=_("Add"), status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@answers_refusals
def end_task(request: HttpRequest, number: str, pk: int, state: str) -> HttpResponse:
    """Mark a task done at once, or ask why it is skipped."""
    case = case_of(request, number)
    task = get_object_or_404(Task.objects.select_related("ticket"), pk=pk, ticket=case.pk)
    skips = state == Task.State.SKIPPED
    form = _form(request, case, SKIP if skips else (), "skip")
    if form.is_bound and form.is_valid():
        try:
            ended = parts_of.end_task(
                task,
                state=Task.State.SKIPPED if skips else Task.State.DONE,
                by=request.user,  # type: ignore[arg-type]  # signed in
                note=form.given.get("note") or "",
            )
        except Objected as refusal:
            form.refuse(refusal)
        else:
            return finish(
                request, case, _("Task skipped.") if skips else _("Done: %(title)s.") % {"title": ended.title}
            )
    title, button = (_("Skip the task"), _("Skip")) if skips else (_("The task is done"), _("Done"))
    return ask(request, case, form, title=title, button=button, intro=task.title, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@answers_refusals
def open_outage(request: HttpRequest, number: str) -> HttpResponse:
    """Ask what is down since when, or record it."""
    case = case_of(request, number, "service")
    form = _form(request, case, OUTAGE, "outage")
    _now(form, "started_at")
    if form.is_bound and form.is_valid():
        try:
            parts_of.open_outage(case, by=request.user, **form.given)  # type: ignore[arg-type]  # signed in
        except Objected as refusal:
            form.refuse(refusal)
        else:
            return finish(request, case, _("Outage recorded."))
    return ask(request, case, form, title=_("Record an outage"), button=_("Save"), status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@answers_refusals
def end_outage(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Ask when the service was up again, or record it."""
    case = case_of(request, number)
    outage = get_object_or_404(Outage.objects.select_related("ticket", "service"), pk=pk, ticket=case.pk)
    form = _form(request, case, UP_AGAIN, "up")
    _now(form, "ended_at")
    if form.is_bound and form.is_valid():
        try:
            parts_of.end_outage(outage, ended_at=form.given["ended_at"], by=request.user)  # type: ignore[arg-type]  # signed in
        except Objected as refusal:
            form.refuse(refusal)
        else:
            return finish(request, case, _("%(service)s is up again.") % {"service": outage.service})
    title = _("%(service)s is up again") % {"service": outage.service}
    return ask(request, case, form, title=title, button=_("Save"), status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@answers_refusals
def watch(request: HttpRequest, number: str) -> HttpResponse:
    """Watch the case or stop watching; or let somebody else watch it who may know of it."""
    case = case_of(request, number)
    person: Any = request.user
    wanted = request.POST.get("watch", "")
    if request.method == "POST" and wanted in ("on", "off"):
        set_watching(case, person=person, on=wanted == "on")
        return finish(
            request, case, _("You watch this case.") if wanted == "on" else _("You do not watch this case any more.")
        )
    if not case.is_worked:
        raise Objected(_("Only the desk adds watchers."))
    form = _form(request, case, WATCHER, "watch")
    if form.is_bound and form.is_valid():
        other: Person = form.given["person"]
        if may_read(case, other, internal=False):
            set_watching(case, person=other, on=True)
            return finish(request, case, _("%(name)s watches this case now.") % {"name": other.name})
        form.add_error("person", _("%(name)s may not see this case.") % {"name": other.name})
    intro = _("Watchers are told of every public reply.")
    return ask(
        request,
        case,
        form,
        title=_("Add a watcher"),
        button=_("Add"),
        intro=intro,
        status=422 if form.is_bound else 200,
    )


def set_watching(case: Any, *, person: Person, on: bool) -> None:
    """Begin or stop telling ``person`` of the case."""
    with transaction.atomic():
        if on:
            Watcher.objects.get_or_create(record_id=case.pk, person=person)
        else:
            Watcher.objects.filter(record=case.pk, person=person).delete()


@require_POST
@answers_refusals
def acknowledge(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Note that an escalation was seen; its repeats end."""
    case = case_of(request, number)
    escalation = get_object_or_404(Escalation.objects.select_related("record"), pk=pk, record=case.pk)
    news = note_seen(escalation, by=request.user, at=timezone.now().replace(microsecond=0))  # type: ignore[arg-type]  # signed in
    return finish(request, case, _("Escalation acknowledged.") if news else _("It was acknowledged already."))


@require_http_methods(["GET", "POST"])
@answers_refusals
def lift_miss(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Ask why the recorded miss of a clock does not count, or lift it."""
    case, person = case_of(request, number), cast("Person", request.user)
    clock = get_object_or_404(Clock, is_deadline=False, pk=pk, record=case.pk)
    if not may_lift(case, by=person):
        raise NotAllowed
    form = _form(request, case, LIFT, "lift")
    if form.is_bound and form.is_valid():
        try:
            lift(case, clock, reason=form.given["reason"], by=person, at=timezone.now().replace(microsecond=0))
        except Objected as refusal:
            form.refuse(refusal)
        else:
            return finish(request, case, _("The miss counts no longer."))
    title = _("Lift the miss: %(metric)s") % {"metric": metric_words(clock.metric)}
    return ask(request, case, form, title=title, button=_("Lift"), status=422 if form.is_bound else 200)
