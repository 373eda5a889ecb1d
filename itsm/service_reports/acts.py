"""What is done on the pages of reports: preparing, commenting, deciding, signing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from itsm.people.models import Person
from itsm.records.refusals import Objected, Refusal
from itsm.service_reports import access, contract_years, steps
from itsm.service_reports.document import to_judge
from itsm.service_reports.forms import SignForm, results_of
from itsm.service_reports.models import ReportIssue
from itsm.service_reports.views import draw, find, listing, prepare_form, reader
from itsm.ui.answers import done

Act = Callable[[ReportIssue, HttpRequest, Person, datetime], None]


@require_POST
def prepare(request: HttpRequest) -> HttpResponse:
    """Begin a report, or a new edition of one."""
    if not access.prepares(reader(request)):
        raise PermissionDenied(_("The service level manager or the relationship manager prepares reports."))
    form = prepare_form(request.POST)
    if not form.is_valid():
        return listing(request, form=form)
    given = form.cleaned_data
    try:
        made = contract_years.prepared(given, by=reader(request), at=timezone.now())
    except Objected as refusal:
        for name, sentence in refusal.fields.items():
            form.add_error(name, sentence)
        return listing(request, form=form)
    return done(request, made.get_absolute_url(), say=_("%(number)s is being prepared.") % {"number": made.number})


ACTS: dict[str, Act] = {
    "recalculate": lambda issue, request, by, at: steps.recalculate(issue, by=by, at=at),
    "approve": lambda issue, request, by, at: steps.approve(
        issue, digest=request.POST.get("digest", ""), reason=request.POST.get("reason", ""), by=by, at=at
    ),
    "send_back": lambda issue, request, by, at: steps.send_back(issue, reason=request.POST.get("reason", ""), by=by, at=at),
    "issue": lambda issue, request, by, at: steps.issue(issue, by=by, at=at),
}  # fmt: skip


@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Take a step with a report; a refusal is said on its page."""
    if name not in ACTS:
        raise Http404
    issue = find(request, pk)
    try:
        ACTS[name](issue, request, reader(request), timezone.now())
    except Refusal as refusal:
        return refused(request, issue, refusal)
    return done(request, issue.get_absolute_url(), say=str(SAID[name]))


SAID = {
    "recalculate": gettext_lazy("The figures are calculated anew."), "approve": gettext_lazy("The report is approved."),
    "send_back": gettext_lazy("The report is in preparation again."), "issue": gettext_lazy("The report is issued."),
}  # fmt: skip


def refused(request: HttpRequest, issue: ReportIssue, refusal: Refusal, **more: Any) -> HttpResponse:
    """Say on the page why a step was refused; what was written is kept."""
    status = STATUS.get(type(refusal).__name__, 422)
    return draw(request, issue, status=status, refusal=refusal, **more)


STATUS = {"NotAllowed": 403, "MovedOn": 409, "Stale": 409}


@require_POST
def comment(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Keep the commentary on a service, with the results of what a person judges."""
    issue = find(request, pk)
    service = get_object_or_404(issue.services, code=code)
    text, results = request.POST.get("text", ""), results_of(to_judge(issue.figures, code), request.POST)
    try:
        steps.comment(issue, service, text, results=results, by=reader(request), at=timezone.now())
    except Refusal as refusal:
        return refused(request, issue, refusal, written={code: request.POST})
    return done(request, f"{issue.get_absolute_url()}#service-{code}", say=_("The commentary was kept."))


@require_POST
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign for the report as somebody who is signed in."""
    issue = find(request, pk)
    form = SignForm(request.POST)
    if not form.is_valid():
        return draw(request, issue, status=422, sign_form=form)
    try:
        steps.acknowledge(
            issue, steps.Signature(**form.cleaned_data), way="portal", by=reader(request), at=timezone.now()
        )
    except Refusal as refusal:
        return refused(request, issue, refusal, sign_form=form)
    return done(request, issue.get_absolute_url(), say=_("Thank you. Your signature was noted."))
