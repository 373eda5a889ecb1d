"""The page behind the signed link: the issued report, and the form by which the customer signs for it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from itsm.notices.links import BadLink
from itsm.people.models import Person
from itsm.records.refusals import Refusal
from itsm.service_reports import files, signing, steps
from itsm.service_reports.forms import SignForm
from itsm.service_reports.models import ReportIssue
from itsm.service_reports.page import context
from itsm.service_reports.views import minguo, on_screen

LANGUAGES = ("zh-hant", "en")


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Show the report; sign only when the form is sent."""
    wanted = request.GET.get("lang", "")
    chosen = wanted if wanted in LANGUAGES else ""
    with translation.override(chosen or translation.get_language()):
        try:
            issue, person = signing.find(token, at=timezone.now())
        except BadLink as fault:
            over = {"sentence": str(fault), "leads": fault.leads}
            return render(request, "notices/link_over.html", over, status=404)
    with translation.override(chosen or person.language):
        if request.GET.get("form") == "pdf":
            return _paper(request, issue)
        return _sign(request, issue, person) if request.method == "POST" else _show(request, issue, person)


def _paper(request: HttpRequest, issue: ReportIssue) -> HttpResponse:
    kept = issue.papers.filter(language=translation.get_language()).first()
    if kept is None:
        return on_screen(request, issue)
    answer = HttpResponse(files.read(kept), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{issue.number}.pdf"'
    return answer


def _sign(request: HttpRequest, issue: ReportIssue, person: Person) -> HttpResponse:
    form = SignForm(request.POST)
    if not form.is_valid():
        return _show(request, issue, person, form=form, status=422)
    try:
        steps.acknowledge(issue, steps.Signature(**form.cleaned_data), way="link", by=person, at=timezone.now())
    except Refusal as refusal:
        return _show(request, issue, person, form=form, refusal=refusal, status=409)
    issue.refresh_from_db()
    return _show(request, issue, person, thanks=True)


def _show(
    request: HttpRequest,
    issue: ReportIssue,
    person: Person,
    *,
    form: SignForm | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    shown = context(issue, None, at=timezone.now(), minguo=minguo(request)) | more
    open_still = issue.state == ReportIssue.State.ISSUED and not issue.superseded
    form = form or SignForm(initial={"name": person.name})
    shown |= {
        "form": form,
        "open": open_still,
        "person": person,
        "language": translation.get_language(),
        "has_paper": issue.papers.exists(),
    }
    return render(request, "service_reports/sign.html", shown, status=status)
