"""Major incidents: the list, the room in which one is run, and its report."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from incidents import room_shown, updates
from incidents.forms import ReportForm, UpdateForm
from incidents.models import Incident, MajorIncidentReport
from itsm.records.models import Event
from itsm.records.refusals import NotAllowed, Objected, Refusal
from itsm.tickets.finding import find_case
from itsm.ui.answers import done

View = Callable[..., HttpResponse]


def with_incident(view: View) -> View:
    """Give the view the incident that the address names, to those who work on it or oversee it."""

    @wraps(view)
    def found(request: HttpRequest, number: str) -> HttpResponse:
        incident = find_case(number, person=request.user, related=room_shown.RELATED)  # type: ignore[arg-type]  # signed in
        if not isinstance(incident, Incident) or not incident.is_worked:
            raise Http404(_("There is no case with this number."))
        return view(request, incident)

    return found


@require_safe
def major(request: HttpRequest) -> HttpResponse:
    """List what is proposed, what runs, and what was."""
    person: Any = request.user
    if not person.is_worker:
        raise PermissionDenied(_("These screens are for those who work cases. Your own cases are in the portal."))
    return render(request, "incidents/major.html", room_shown.lists(person, at=timezone.now()))


@require_safe
@with_incident
def room(request: HttpRequest, incident: Any) -> HttpResponse:
    """Show the room of a major incident, or of one that may become one."""
    return _room(request, incident)


def _room(request: HttpRequest, incident: Any, *, form: UpdateForm | None = None, status: int = 200) -> HttpResponse:
    at = timezone.now()
    context = room_shown.room(incident, person=request.user, at=at)  # type: ignore[arg-type]  # signed in
    context["form"] = form or UpdateForm(at=at, owed=incident.major_status == "declared")
    return render(request, "incidents/room.html", context, status=status)


@require_safe
@with_incident
def live(request: HttpRequest, incident: Any) -> HttpResponse:
    """Give the timeline anew when something happened since ``?after=``, else nothing (204)."""
    after = request.GET.get("after", "")
    last = Event.objects.filter(record=incident.pk).order_by("-pk").values_list("pk", flat=True).first() or 0
    if after.isdecimal() and len(after) < 19 and int(after) >= last:
        return HttpResponse(status=204)
    return render(request, "incidents/timeline.html", room_shown.timeline(incident) | {"record": incident})


@require_POST
@with_incident
def publish(request: HttpRequest, incident: Any) -> HttpResponse:
    """Publish a status update and promise the next."""
    form = UpdateForm(request.POST, at=timezone.now(), owed=incident.major_status == "declared")
    if form.is_valid():
        given = {"next_update_at": None} | form.cleaned_data
        try:
            updates.publish(incident, by=request.user, **given)  # type: ignore[arg-type]  # signed in
        except Objected as refusal:
            form.refuse(refusal)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            return _room(request, incident, form=form, status=403 if isinstance(refusal, NotAllowed) else 409)
        else:
            return done(request, reverse("incidents:room", args=[incident.number]), say=_("Update published."))
    return _room(request, incident, form=form, status=422)


@require_http_methods(["GET", "POST"])
@with_incident
def report(request: HttpRequest, incident: Any) -> HttpResponse:
    """Show the report, or write parts of it."""
    kept = MajorIncidentReport.objects.filter(incident=incident.pk).first() or MajorIncidentReport(
        incident_id=incident.pk
    )
    form = ReportForm(request.POST if request.method == "POST" else None, instance=kept, auto_id="id_report_%s")
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            values = {name: form.cleaned_data[name] for name in form.changed_data}
            try:
                updates.write_report(incident, values, by=request.user)  # type: ignore[arg-type]  # signed in
            except NotAllowed as refusal:
                form.add_error(None, str(refusal))
                status = 403
            else:
                return done(request, request.path, say=_("Report saved."))
    at = timezone.now()
    context = room_shown.heading(incident, tab="report", at=at) | {
        "form": form,
        "may_run": updates.may_run(incident, request.user),  # type: ignore[arg-type]  # signed in
        "report": kept,
    }
    return render(request, "incidents/report.html", context, status=status)
