"""Moving a change to another time: the form that everybody has, and the drop of who drags it over the calendar."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from changes import moving
from changes.models import Change
from changes.windows_forms import MoveForm
from changes.windows_views import worker
from itsm.records.refusals import NotAllowed, Refusal
from itsm.tickets.edits import Conflict
from itsm.tickets.finding import find_case, page_of
from itsm.ui.answers import dialog, done, is_htmx, way_back


@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, number: str) -> HttpResponse:
    """Ask for another time, or take it; what was dropped is asked about only where there is a question."""
    person, at = worker(request), timezone.now()
    change = _change(number, person)
    if request.method == "GET":
        return _draw(
            request, change, MoveForm(initial=_initial(request, change)), moving.weigh(change, *_window(change), at=at)
        )
    form = MoveForm(request.POST)
    given = {name: form.cleaned_data.get(name) for name in moving.FIELDS} if form.is_valid() else {}
    wanted = moving.weigh(change, given.get("window_start"), given.get("window_end"), at=at)
    if "dropped" in request.POST and (refused := [*wanted.refusals] or [*_errors(form)]):
        return _bounce(" ".join(refused))
    if form.is_valid():
        try:
            moved = moving.move(
                change, given, by=person, version=form.cleaned_data["version"], agreed=request.POST.get("agreed") == "on", at=at
            )  # fmt: skip
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        except Conflict as refusal:
            form = _anew(request, refusal)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            say = _("%(number)s was moved.") % {"number": moved.number}
            return done(request, way_back(request, reverse("calendar:calendar")), say=say, about=str(moved.number))
    return _draw(request, change, form, wanted)


def _change(number: str, person: Any) -> Change:
    change: Any = find_case(number, person=person)
    if not isinstance(change, Change) or not change.is_worked:
        raise Http404(_("There is no case with this number."))
    if reason := moving.not_movable(change, person=person):
        raise PermissionDenied(reason)
    return change


def _window(change: Any) -> tuple[Any, Any]:
    return change.window_start, change.window_end


def _initial(request: HttpRequest, change: Any) -> dict[str, Any]:
    kept = {name: getattr(change, name) for name in moving.FIELDS}
    asked = {name: request.GET[name][:40] for name in moving.FIELDS if request.GET.get(name)}
    return kept | asked | {"version": change.version}


def _anew(request: HttpRequest, refusal: Conflict) -> MoveForm:
    """Ask once more, over the version that somebody else has left."""
    sent = request.POST.copy()
    sent["version"] = str(refusal.version)
    form = MoveForm(sent)
    form.add_error(None, _("Somebody else changed it meanwhile. Move it again, if that is still right."))
    return form


def _errors(form: MoveForm) -> list[str]:
    return [str(sentence) for sentences in form.errors.values() for sentence in sentences]


def _bounce(sentence: str) -> HttpResponse:
    """Say why what was dropped goes back to where it was."""
    answer = HttpResponse(status=422)
    answer["HX-Trigger"] = json.dumps({"desk:toast": {"text": sentence, "tone": "danger"}})
    return answer


def _draw(request: HttpRequest, change: Any, form: MoveForm, wanted: moving.Move) -> HttpResponse:
    if wanted.questions:
        form.ask(wanted.questions)
    context = {
        "form": form, "title": _("Move %(number)s") % {"number": change.number}, "change": change, "chosen": wanted.chosen,
        "action": reverse("calendar:move", args=[change.number]), "htmx": is_htmx(request), "back": page_of(change),
        "next": way_back(request, ""),
    }  # fmt: skip
    return dialog(request, "calendar/move.html", context, status=422 if form.is_bound else 200)
