"""The page on which the desk writes down a case for a caller, and the pieces that fill it while typing."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from incidents.services import similar
from itsm.desk.access import for_workers
from itsm.desk.intake_desk.finding import WRITES_DOWN, add_caller, people_like, recent_of, too_short
from itsm.desk.intake_desk.forms import NewCaseForm, shorten
from itsm.desk.intake_desk.writing import write_down
from itsm.desk.queue.counts import forget_counts
from itsm.people.models import Person
from itsm.records import register
from itsm.records.refusable import refuse
from itsm.records.refusals import Refusal
from itsm.tickets.finding import page_of
from itsm.ui.answers import done

START = {"channel": "phone", "kind": "incident", "then": "triage"}


@require_http_methods(["GET", "POST"])
@for_workers
def new(request: HttpRequest) -> HttpResponse:
    """Write a case down; afterwards the page is ready for the next."""
    person: Any = request.user
    if not person.role_codes & WRITES_DOWN:  # their own cases they raise in the portal
        return HttpResponseRedirect(reverse("portal:home"))
    form = NewCaseForm(person, request.POST or None, initial=START | {"q": request.GET.get("q", "")[:80]})
    if not form.is_bound:
        return _show(request, form)
    form.is_valid()
    return _save(request, form)


def _save(request: HttpRequest, form: NewCaseForm) -> HttpResponse:
    person: Any = request.user
    now = timezone.now()
    try:
        with transaction.atomic():
            caller = _caller(request, form, person)
            if "look" in request.POST:
                form.errors.clear()  # who is asked for first; what is still missing is told when the case is sent
                return _show(request, form, caller=caller)
            if caller is None or form.errors:
                return _show(request, form, caller=caller, status=422)
            alike = (
                []
                if request.POST.get("anyway")
                else similar(requester=caller, title=form.cleaned_data["subject"], at=now)
            )
            if alike:
                return _show(request, form, caller=caller, alike=alike, status=422)
            made = write_down(form.cleaned_data, requester=caller, by=person, at=now)
    except Refusal as refusal:
        refuse(form, refusal)
        return _show(request, form, caller=_known(request.POST.get("person", ""), person), status=422)
    forget_counts(person)
    state = made.flows[0].states[made.state].label
    said = _("%(number)s written down for %(name)s: %(state)s.") % {
        "number": made.number,
        "name": caller.name,
        "state": state,
    }
    return done(request, reverse("desk:new") + f"?saved={made.number}", say=said)


def _caller(request: HttpRequest, form: NewCaseForm, person: Any) -> Person | None:
    """Find the caller: chosen, or the only one found, or added now; None (and a fault in the form) when unclear."""
    chosen = _known(request.POST.get("person", ""), person)
    if chosen is not None:
        return chosen
    if request.POST.get("new_name", "").strip():
        if form.errors or "look" in request.POST:
            return None
        return add_caller(
            by=person, **{name: request.POST.get(f"new_{name}", "") for name in ("name", "email", "phone", "unit")}
        )
    found = people_like(request.POST.get("q", ""), person=person)
    if len(found) == 1:
        return found[0]
    if "look" not in request.POST:
        form.add_error(
            "q",
            _("Choose the caller from the list, or add them.")
            if found
            else _("Nobody is found; add the caller below."),
        )
    return None


def _known(raw: str, person: Any) -> Person | None:
    if not (raw.isascii() and raw.isdecimal() and len(raw) <= 18):
        return None
    return Person.objects.visible_to(person).active().filter(pk=int(raw)).select_related("unit").first()


def _show(
    request: HttpRequest,
    form: NewCaseForm,
    *,
    caller: Person | None = None,
    alike: list[Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    person: Any = request.user
    form.mark_needed()
    text = request.POST.get("q", "") or form.initial.get("q", "")
    found = [caller] if caller else people_like(text, person=person)
    chosen = caller or (found[0] if len(found) == 1 else None)
    saved = request.GET.get("saved", "")[:32]
    context = {
        "form": form,
        "found": found,
        "caller": chosen,
        "asked": not too_short(text),
        "recent": _entries(recent_of(chosen, person=person)) if chosen else [],
        "alike": _entries(alike or []),
        "saved": saved if "-" in saved else "",
        "adding": bool(request.POST.get("new_name")) or (not too_short(text) and not found),
    }
    return render(request, "desk/new.html", context, status=status)


@require_safe
@for_workers
def people(request: HttpRequest) -> HttpResponse:
    """Give the people that the typed words may mean, the first chosen."""
    person: Any = request.user
    text = request.GET.get("q", "")
    found = people_like(text, person=person)
    caller = found[0] if found else None
    context = {
        "found": found,
        "caller": caller,
        "asked": not too_short(text),
        "recent": _entries(recent_of(caller, person=person)) if caller else [],
        "swap": True,
    }
    return render(request, "desk/new_people.html", context)


@require_safe
@for_workers
def about(request: HttpRequest) -> HttpResponse:
    """Give the recent cases of the chosen caller."""
    person: Any = request.user
    caller = _known(request.GET.get("person", ""), person)
    return render(
        request,
        "desk/new_about.html",
        {"caller": caller, "recent": _entries(recent_of(caller, person=person)) if caller else []},
    )


@require_safe
@for_workers
def alike(request: HttpRequest) -> HttpResponse:
    """Give the caller's open cases that are like what is being typed."""
    person: Any = request.user
    caller = _known(request.GET.get("person", ""), person)
    subject = shorten(request.GET.get("words", "").strip().partition("\n")[0])
    found = similar(requester=caller, title=subject, at=timezone.now()) if caller and len(subject) > 3 else []
    return render(
        request, "desk/new_alike.html", {"alike": _entries([case for case in found if not case.confidential])}
    )


def _entries(cases: list[Any]) -> list[dict[str, Any]]:
    return [
        {
            "number": case.number,
            "title": case.title,
            "url": page_of(case),
            "state": register.process(case.kind).flow.states[case.state],
            "at": case.received_at,
        }
        for case in cases
    ]
