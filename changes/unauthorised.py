"""Reporting a change that nobody authorised."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from changes import services
from changes.models import Change
from changes.views import worker
from itsm.flow import Input, Words
from itsm.records.refusals import Objected
from itsm.tickets.choices import NotOffered
from itsm.tickets.finding import page_of
from itsm.tickets.forms import field_of
from itsm.tickets.inputs import Unfit, read
from itsm.ui.answers import done

INPUTS = (
    Input("title", Words("What was changed", "遭變更之標的")),
    Input("description", Words("What is different from before", "與原狀之差異"), "text"),
    Input("found_how", Words("How it was found", "如何發現"), "text"),
    Input("service", Words("Service", "服務"), "service", required=False),
    Input("implementer", Words("Who made it, where known", "執行者（如已知）"), "agent", required=False),
    Input("actual_start", Words("When it was made, where known", "變更時間（如已知）"), "instant", required=False),
)


class ReportForm(forms.Form):
    """What is known of it."""

    def __init__(self, person: Any, data: Any = None) -> None:
        """Make one field per input."""
        super().__init__(data, auto_id="id_found_%s")
        self.person, self.blank = person, Change(kind="change", requester=person)
        self.given: dict[str, Any] = {}
        for item in INPUTS:
            self.fields[item.name] = field_of(item, record=self.blank, person=person, filled=False)

    def clean(self) -> dict[str, Any]:
        """Read them as the moves' dialogs read theirs."""
        for item in INPUTS:
            try:
                value = read(item, self.data.get(item.name), record=self.blank, person=self.person)
            except (Unfit, NotOffered) as fault:
                self.add_error(item.name, str(fault))
                continue
            if value in (None, "") and item.required:
                self.add_error(item.name, _("“%(field)s” is needed.") % {"field": item.label})
            self.given[item.name] = value
        return self.given


@require_http_methods(["GET", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """Write down a change that was made without authorisation."""
    person = worker(request)
    form = ReportForm(person, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            made = services.report_unauthorised(by=person, **form.given)
        except Objected as refusal:
            for name, text in refusal.fields.items():
                form.add_error(name, str(text))
        else:
            return done(request, page_of(made), say=_("%(number)s was recorded.") % {"number": made.number})
    return render(request, "changes/unauthorised.html", {"form": form}, status=422 if form.is_bound else 200)
