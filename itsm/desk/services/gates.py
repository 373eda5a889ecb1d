"""The gates of a service transition: signing the result of a criterion, answering its checklist."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from catalogue.transition import services as gates
from catalogue.transition.models import AcceptanceCriterion, ServiceTransition
from itsm.desk.record.answering import answers_refusals, ask, finish, record_of
from itsm.records.refusable import refuse
from itsm.records.refusals import Objected


class SignForm(forms.Form):
    """The result of a criterion and what proves it."""

    result = forms.ChoiceField(
        label=gettext_lazy("Is it met?"), choices=AcceptanceCriterion.Result.choices, widget=forms.RadioSelect
    )
    evidence = forms.CharField(
        label=gettext_lazy("Evidence"), max_length=gates.LONGEST, widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("A report, a file, who watched it and when. Your name is the signature."),
    )  # fmt: skip


class AnswerForm(forms.Form):
    """The answer to a row of the checklist."""

    choice = forms.ChoiceField(label=gettext_lazy("What becomes of it?"), widget=forms.RadioSelect)
    answer = forms.CharField(label=gettext_lazy("Answer"), max_length=gates.LONGEST, widget=forms.Textarea({"rows": 3}))
    on = forms.DateField(
        label=gettext_lazy("Date"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, question: Any, *given: Any, **named: Any) -> None:
        """This will ask only what the question wants."""
        super().__init__(*given, **named)
        field: Any = self.fields["choice"]
        field.choices = [(code, str(words)) for code, words in question.choices]
        if not question.choices:
            del self.fields["choice"]
        if not question.dated:
            del self.fields["on"]


def _transition(request: HttpRequest, number: str) -> Any:
    record = record_of(request, number)
    if not isinstance(record, ServiceTransition):
        raise Http404(_("There is no record with this number."))
    return record


@require_http_methods(["GET", "POST"])
@answers_refusals
def criterion(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Sign the result of one criterion."""
    record = _transition(request, number)
    row = record.criteria.filter(pk=pk).first()
    if row is None:
        raise Http404(_("There is no such criterion."))
    form = SignForm(
        request.POST if request.method == "POST" else None,
        initial={"result": row.result, "evidence": row.evidence},
        auto_id="sign_%s",
    )
    if form.is_bound and form.is_valid():
        try:
            gates.sign_criterion(row, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]  # signed in
            return finish(request, record, _("Result signed."), anchor="#criteria")
        except Objected as refusal:
            refuse(form, refusal)
    return ask(
        request,
        record,
        form,
        title=_("Result of a criterion"),
        button=_("Sign"),
        intro=row.text,
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "POST"])
@answers_refusals
def check(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Answer one row of the checklist."""
    record = _transition(request, number)
    row = record.checks.filter(pk=pk).first()
    if row is None:
        raise Http404(_("There is no such question."))
    known = {"choice": row.choice, "answer": row.answer, "on": row.happened_on}
    form = AnswerForm(
        row.question, request.POST if request.method == "POST" else None, initial=known, auto_id="check_%s"
    )
    if form.is_bound and form.is_valid():
        try:
            gates.answer_check(row, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]  # signed in
            return finish(request, record, _("Answer kept."), anchor="#checks")
        except Objected as refusal:
            refuse(form, refusal)
    return ask(
        request,
        record,
        form,
        title=_("Checklist"),
        button=_("Save"),
        intro=str(row.words),
        status=422 if form.is_bound else 200,
    )
