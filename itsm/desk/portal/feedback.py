"""Complaining, suggesting and praising."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from catalogue.models import Service
from itsm.desk.portal.cards import own_cases
from itsm.desk.portal.forms import CaseForm, FilesField
from itsm.desk.portal.once import add_files, raise_once
from itsm.people.models import Person
from itsm.people.requests import PersonRequest
from itsm.records.refusals import Refusal
from itsm.tickets.models import Ticket
from itsm.ui.answers import done
from relationships.complaints import colleague_named, give_feedback, raise_complaint, with_name

KINDS = [
    ("complaint", gettext_lazy("Complaint: I was treated badly, or did not get what was promised")),
    ("suggestion", gettext_lazy("Suggestion: something could be better")),
    ("compliment", gettext_lazy("Praise: something was done well")),
]
#: So many of one's own newest cases are offered.
MOST_CASES = 30


class FeedbackForm(CaseForm):
    """What somebody wants to say about us."""

    kind = forms.ChoiceField(label=gettext_lazy("What is it?"), choices=KINDS, widget=forms.RadioSelect)
    title = forms.CharField(label=gettext_lazy("In a few words"), max_length=160)
    details = forms.CharField(
        label=gettext_lazy("What happened?"), required=False, max_length=20_000, widget=forms.Textarea({"rows": 5})
    )
    wish = forms.CharField(
        label=gettext_lazy("What would put it right?"),
        required=False,
        max_length=4000,
        widget=forms.Textarea({"rows": 2}),
    )
    about = forms.ChoiceField(label=gettext_lazy("Which case is it about?"), required=False)
    service = forms.ModelChoiceField(
        label=gettext_lazy("Which service is it about?"), queryset=Service.objects.none(), required=False,
        to_field_name="code", empty_label=gettext_lazy("I do not know"),
    )  # fmt: skip
    about_person = forms.CharField(
        label=gettext_lazy("Is it about a person? Their name"), required=False, max_length=80,
        help_text=gettext_lazy("Then neither that person nor their colleagues can read the complaint."),
    )  # fmt: skip
    uploads = FilesField(label=gettext_lazy("Photo or file"), required=False)

    def __init__(self, person: Person, *args: Any, **kwargs: Any) -> None:
        """This will offer the person's own cases."""
        super().__init__(person, *args, **kwargs)
        rows = own_cases(person).exclude(kind="complaint").order_by("-pk").values_list("number", "title")[:MOST_CASES]
        field: Any = self.fields["about"]
        field.choices = [("", _("None of my cases")), *((number, f"{number} {title}") for number, title in rows)]


@require_http_methods(["GET", "POST"])
def feedback(request: PersonRequest) -> HttpResponse:
    """Say what was wrong, could be better, or was good."""
    at = timezone.now()
    initial = {"kind": "complaint", "about": request.GET.get("about", "")[:32]}
    form = FeedbackForm(request.user, request.POST or None, request.FILES or None, initial)
    if not form.is_bound or not form.is_valid():
        return _show(request, form)
    if form.cleaned_data["kind"] != "complaint":
        return _note(request, form, at)
    return _complain(request, form, at)


def _complain(request: PersonRequest, form: FeedbackForm, at: datetime) -> HttpResponse:
    try:
        case, is_new = raise_once(request.user, form=form.cleaned_data["form"], at=at, make=lambda: _raise(form, at))
    except Refusal as refusal:
        form.refuse(refusal)
        return _show(request, form)
    if is_new:
        for sentence in add_files(case, form.cleaned_data["uploads"], by=request.user):
            messages.warning(request, sentence)
    said = _("Thank you. Your complaint has the number %(number)s; somebody who is not part of the matter handles it.")
    return done(request, reverse("portal:case", args=[case.number]), say=said % {"number": case.number})


def _raise(form: FeedbackForm, at: datetime) -> Any:
    given, person = form.cleaned_data, form.person
    about = Ticket.objects.visible_to(person).filter(number=given["about"]).first() if given["about"] else None
    named = " ".join(given["about_person"].split())
    return raise_complaint(
        by=person, complainant=person, at=at, source="portal", title=given["title"], description=with_name(given["details"], named),
        service=given["service"] or (about.service if about else None), about=about, about_person=colleague_named(named),
        restricted=bool(named), wish=given["wish"], facts={"form": given["form"]},
    )  # fmt: skip


def _note(request: PersonRequest, form: FeedbackForm, at: datetime) -> HttpResponse:
    given = form.cleaned_data
    try:
        give_feedback(
            kind=given["kind"],
            by=request.user,
            title=given["title"],
            text=given["details"],
            service=given["service"],
            at=at,
        )
    except Refusal as refusal:
        form.refuse(refusal)
        return _show(request, form)
    return done(request, reverse("portal:home"), say=_("Thank you. We read every suggestion and every praise."))


def _show(request: PersonRequest, form: FeedbackForm) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "portal/feedback.html", {"form": form}, status=status)
