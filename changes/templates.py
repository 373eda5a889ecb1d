"""Pages of standard changes: the catalogue, one template with its uses, proposing, approving and reviewing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from catalogue.models import Service
from changes import standard
from changes.models import Change, StandardTemplate
from changes.views import worker
from itsm.records.refusals import NotAllowed, Objected, Refusal
from itsm.tickets.finding import page_of
from itsm.ui.answers import done
from itsm.ui.chips import chip
from itsm.ui.moments import UnreadableDate, read_date

#: Tone and words of a template's state.
STATES = {
    "proposed": ("decision", gettext_lazy("Proposed")),
    "in_force": ("done", gettext_lazy("In force")),
    "suspended": ("danger", gettext_lazy("Suspended")),
    "expired": ("waiting", gettext_lazy("Expired")),
    "retired": ("closed", gettext_lazy("Retired")),
}
USES = 20


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """List the standard changes with how often they were used and how that went."""
    person = worker(request)
    at = timezone.now()
    rows = standard.counted(StandardTemplate.objects.select_related("service")).order_by("retired_at", "name", "pk")
    context = {"rows": [_shown(row, at) for row in rows], "may_approve": standard.may_approve(person)}
    return render(request, "changes/templates.html", context)


def _shown(row: Any, at: datetime) -> dict[str, Any]:
    code = row.state_at(at)
    tone, label = STATES[code]
    return {"row": row, "code": code, "chip": chip(str(label), tone=tone), "usable": code == "in_force"}


@require_http_methods(["GET", "POST"])
def template(request: HttpRequest, code: str) -> HttpResponse:
    """Show a standard change; approve, review, suspend or retire it."""
    person = worker(request)
    row = get_object_or_404(standard.counted(StandardTemplate.objects.all()), code=code)
    wrong = ""
    if request.method == "POST":
        try:
            say = _act(request, row, person)
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        except (Refusal, UnreadableDate) as fault:
            wrong = _words(fault)
        else:
            return done(request, reverse("changes:template", args=[code]), say=say)
    return _draw(request, row, person, wrong=wrong)


def _act(request: HttpRequest, row: StandardTemplate, person: Any) -> str:
    act, note = request.POST.get("act", ""), request.POST.get("note", "")
    if act == "approve":
        standard.approve(row, by=person, valid_until=read_date(request.POST.get("valid_until", "")), note=note)
        return _("%(name)s is in force.") % {"name": row.name}
    if act == "suspend":
        standard.suspend(row, reason=note, by=person)
        return _("%(name)s is suspended.") % {"name": row.name}
    if act == "retire":
        standard.retire(row, by=person)
        return _("%(name)s is retired.") % {"name": row.name}
    raise Objected(_("Choose what to do."))


def _draw(request: HttpRequest, row: Any, person: Any, *, wrong: str) -> HttpResponse:
    at = timezone.now()
    uses = Change.objects.worked_by(person).filter(template=row.pk).select_related("requester").order_by("-pk")
    context = _shown(row, at) | {
        "uses": [{"record": use, "url": page_of(use), "state": use.flows[0].states[use.state]} for use in uses[:USES]],
        "proof": [{"record": use, "url": page_of(use)} for use in row.proof.order_by("pk")],
        "recent_failures": standard.failures(row.pk, since=row.approved_at), "within": standard.WITHIN,
        "may_approve": standard.may_approve(person) and row.proposed_by != person and row.retired_at is None,
        "is_proposer": row.proposed_by == person, "wrong": wrong, "until": timezone.localdate(at) + timedelta(days=365),
    }  # fmt: skip
    return render(request, "changes/template.html", context, status=422 if wrong else 200)


class ProposalForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's forms are no generics when they run
    """A standard change as it is proposed, with the earlier changes that prove it."""

    proof = forms.CharField(
        label=gettext_lazy("Earlier changes of the kind that succeeded"), required=False, widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("One number a line; three are needed for approval."),
    )  # fmt: skip
    classes = forms.CharField(
        label=gettext_lazy("Only for these classes of items"), required=False, max_length=400,
        help_text=gettext_lazy("Codes, apart by commas; empty: any."),
    )  # fmt: skip

    class Meta:
        model = StandardTemplate
        fields = ("code", "name", "service", "steps", "test_plan", "backout_plan", "max_minutes", "earliest", "latest")
        widgets = {
            "steps": forms.Textarea({"rows": 6}), "test_plan": forms.Textarea({"rows": 3}),
            "backout_plan": forms.Textarea({"rows": 4}),
            "earliest": forms.TimeInput({"type": "time"}), "latest": forms.TimeInput({"type": "time"}),
        }  # fmt: skip

    def __init__(self, person: Any, data: Any = None, initial: dict[str, Any] | None = None) -> None:
        """Offer the services that the person may choose."""
        super().__init__(data, initial=initial, auto_id="id_template_%s")
        self.person = person
        self.fields["service"].queryset = Service.objects.visible_to(person).live().order_by("code")  # type: ignore[attr-defined]

    def clean_proof(self) -> list[Change]:
        """Find the changes that the lines name."""
        numbers = [line.strip() for line in self.cleaned_data["proof"].splitlines() if line.strip()]
        rows = {row.number: row for row in Change.objects.worked_by(self.person).filter(number__in=numbers)}
        missing = [number for number in numbers if number not in rows]
        if missing:
            raise forms.ValidationError(_("There is no change %(numbers)s.") % {"numbers": ", ".join(missing[:5])})
        return list(rows.values())


@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    """Propose a standard change, also out of an earlier change (``like``)."""
    person = worker(request)
    like = Change.objects.worked_by(person).filter(number=request.GET.get("like", "")).first()
    form = ProposalForm(person, request.POST if request.method == "POST" else None, _seed(like))
    if form.is_bound and form.is_valid():
        given = dict(form.cleaned_data)
        classes = [code.strip() for code in given.pop("classes").split(",") if code.strip()]
        try:
            made = standard.propose(by=person, ci_classes=classes, **given)
        except Objected as refusal:
            for name, text in refusal.fields.items():
                form.add_error(name, str(text))
        else:
            return done(
                request,
                reverse("changes:template", args=[made.code]),
                say=_("%(name)s was proposed.") % {"name": made.name},
            )
    return render(request, "changes/propose.html", {"form": form}, status=422 if form.is_bound else 200)


def _seed(like: Change | None) -> dict[str, Any]:
    if like is None:
        return {}
    names = ("service", "test_plan", "backout_plan")
    return {name: getattr(like, name) for name in names} | {
        "name": like.title,
        "steps": like.plan,
        "proof": like.number,
    }


def _words(fault: Exception) -> str:
    if isinstance(fault, Objected):
        return " ".join([*map(str, fault.reasons), *map(str, fault.fields.values())])
    return str(fault)
