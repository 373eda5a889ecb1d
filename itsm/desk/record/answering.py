"""What every act on a case shares: finding it, and turning a refusal into an answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from itsm.desk.access import for_workers
from itsm.records.finding import find_plain, plain_process_numbered
from itsm.records.refusable import Refusable
from itsm.records.refusals import MovedOn, NotAllowed, Objected, Refusal, Stale, UnknownMove
from itsm.records.register import Process
from itsm.tickets.finding import find_case, page_of
from itsm.tickets.forms import field_of
from itsm.ui.answers import dialog, done, is_htmx, way_back

View = Callable[..., HttpResponse]


def status_of(refusal: Refusal) -> int:
    """Give the HTTP status of a refusal; what is none of these is a conflict of versions."""
    known = {NotAllowed: 403, UnknownMove: 404, MovedOn: 409, Stale: 409, Objected: 422}
    return next((status for kind, status in known.items() if isinstance(refusal, kind)), 409)


def answers_refusals(view: View) -> View:
    """Let ``view`` raise refusals: they become a dialog or page with their sentences."""

    @wraps(view)
    def answered(request: HttpRequest, number: str, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, number, *args, **kwargs)
        except UnknownMove as refusal:
            raise Http404(str(refusal)) from refusal
        except Refusal as refusal:
            return refused(request, record_of(request, number), refusal)

    return answered


def case_of(request: HttpRequest, number: str, *related: str) -> Any:
    """Find the case that the address names, for whoever asks.

    :raises Http404: if the person may not know of it
    """
    return find_case(number, person=request.user, related=related)  # type: ignore[arg-type]  # signed in


def record_of(request: HttpRequest, number: str, *related: str) -> Any:
    """Find the case, or the record that is none, that the address names, for whoever asks.

    :raises Http404: if the person may not know of it
    :raises PermissionDenied: if it is no case and the person does not work at the desk's screens
    """
    process = plain_process_numbered(number)
    return case_of(request, number, *related) if process is None else _plain(request, process, number)


@for_workers
def _plain(request: HttpRequest, process: Process, number: str) -> Any:
    return find_plain(number, process=process, person=request.user)  # type: ignore[arg-type]  # signed in


def refused(request: HttpRequest, case: Any, refusal: Refusal) -> HttpResponse:
    """Say why nothing was done."""
    context = {
        "title": _("That was not done"),
        "record": case,
        "reasons": refusal.reasons,
        "back": back_to(request, case),
    }
    return dialog(request, "record/refused.html", context, status=status_of(refusal))


def back_to(request: HttpRequest, case: Any) -> str:
    """Give the address that an act on ``case`` returns to."""
    return way_back(request, page_of(case))


def finish(request: HttpRequest, case: Any, say: str, *, warn: str = "", anchor: str = "") -> HttpResponse:
    """Say that it was done and return to where the act began."""
    return done(request, back_to(request, case) + anchor, say=say, warn=warn, about=case.number)


def ask(
    request: HttpRequest, case: Any, form: forms.Form, *, title: str, button: str, intro: str = "", danger: bool = False,
    reasons: Sequence[str] = (), status: int = 200, template: str = "record/ask.html", **more: Any,
) -> HttpResponse:  # fmt: skip
    """Show ``form`` as a dialog or page that posts to its own address."""
    form.error_css_class = "wrong"  # type: ignore[attr-defined]  # Django reads it
    with_finders(form, case)
    context = {
        "record": case, "form": form, "title": title, "button": button, "intro": intro, "danger": danger, "reasons": reasons,
        "back": back_to(request, case), "next": way_back(request, ""), "action": request.path, "htmx": is_htmx(request), **more,
    }  # fmt: skip
    return dialog(request, template, context, status=status)


def with_finders(form: forms.Form, case: Any) -> None:
    """Let fields that are typed ask the server what they might mean."""
    for field in form:
        kind = field.field.widget.attrs.get("data-find")
        if kind:
            box = f"{field.id_for_label}_list"
            field.field.widget.attrs.update({
                "list": box, "hx-get": f"/t/{case.number}/find/{kind}", "hx-trigger": "input changed delay:200ms",
                "hx-target": f"#{box}", "hx-params": field.html_name,
            })  # fmt: skip
            field.field.widget.datalist = box  # the template draws it


class AskForm(Refusable):
    """A form of inputs as the flow's dialogs have them; ``given`` holds what was read."""

    def __init__(self, case: Any, inputs: Sequence[Any], person: Any, data: Any = None, *, name: str = "ask") -> None:
        """Make one field per input."""
        super().__init__(data, auto_id=f"id_{name}_%s")
        self.case, self.inputs, self.person = case, inputs, person
        self.given: dict[str, Any] = {}
        for item in inputs:
            self.fields[item.name] = field_of(item, record=case, person=person)

    def clean(self) -> dict[str, Any]:
        """Read the inputs as the flow's dialogs read them."""
        from itsm.tickets.choices import NotOffered
        from itsm.tickets.inputs import Unfit, read

        for item in self.inputs:
            try:
                value = read(item, self.data.get(item.name), record=self.case, person=self.person)
            except (Unfit, NotOffered) as fault:
                self.add_error(item.name, str(fault))
                continue
            if value in (None, "") and item.required:
                self.add_error(item.name, _("“%(field)s” is needed.") % {"field": item.label})
            self.given[item.name] = value
        return self.given
