"""The pages of service level reports: the list, one report, its print page and its files."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from itsm.flow import pick
from itsm.people.models import Person
from itsm.service_reports import access, files
from itsm.service_reports.document import canonical
from itsm.service_reports.forms import PrepareForm, SignForm, read_month
from itsm.service_reports.models import ReportIssue, ReportStep
from itsm.service_reports.page import TONES, context
from itsm.service_reports.periods import before, local, midnight, period_of
from itsm.service_reports.scope import customers
from itsm.service_reports.shown import sheet
from itsm.ui.sheets import MEDIA, download
from sla.promise_periods import month_after

WITH = ("customer", "agreement", "prepared_by", "approved_by", "issued_by")
MOST = 200


def reader(request: HttpRequest) -> Person:
    """Give who asks."""
    person: Person = request.user  # type: ignore[assignment]  # signed in
    return person


def find(request: HttpRequest, pk: int) -> ReportIssue:
    """Find a report that the reader may know of (404)."""
    rows = ReportIssue.objects.visible_to(reader(request)).select_related(*WITH)
    found: ReportIssue = get_object_or_404(rows, pk=pk)
    return found


def base_of(person: Person) -> str:
    """Give the frame of the pages: the desk's for who works cases, else the portal's."""
    return "base.html" if person.is_worker else "portal_base.html"


def minguo(request: HttpRequest) -> bool | None:
    """Tell which years the reader asks for; None is as the report has them."""
    return {"minguo": True, "gregorian": False}.get(request.GET.get("years", ""))


def listing(request: HttpRequest, *, form: PrepareForm | None = None) -> HttpResponse:
    """Draw the list, of one month or customer where asked for."""
    person = reader(request)
    rows = ReportIssue.objects.visible_to(person).without_figures().select_related("customer")
    month = read_month(request.GET.get("month", ""))
    if month is not None:
        rows = rows.filter(starts_at__lt=midnight(month_after(month)), ends_at__gt=midnight(month))
    if code := request.GET.get("customer", ""):
        rows = rows.filter(customer__code=code[:50])
    found = list(rows.order_by("-starts_at", "customer__code", "-edition")[:MOST])
    rows_shown = [{"issue": one, "tone": TONES[one.state]} for one in found]
    may = access.prepares(person)
    if form is None and may:
        form = prepare_form(None)
    status = 422 if form is not None and form.is_bound else 200
    return render(
        request, "service_reports/list.html", {"rows": rows_shown, "form": form, "base": base_of(person)}, status=status
    )


def prepare_form(data: Any) -> PrepareForm:
    """Make the form that begins a report: last month, of any customer that is owed one."""
    now = timezone.now()
    last = before(period_of(local(now).date()))[0]
    return PrepareForm(data, choices=customers(at=now), initial={"month": f"{local(last):%Y-%m}"})


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """List the reports that the reader may know of."""
    person = reader(request)
    if not person.is_worker and not ReportIssue.objects.visible_to(person).exists():
        raise PermissionDenied(_("These pages are for those who keep reports and for customers who receive them."))
    return listing(request)


@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one report."""
    return draw(request, find(request, pk))


def draw(
    request: HttpRequest, issue: ReportIssue, *, status: int = 200, written: dict[str, Any] | None = None, **more: Any
) -> HttpResponse:
    """Draw the page of a report; ``written`` is what was sent with commentary that was refused, by service."""
    person = reader(request)
    shown = context(issue, person, at=timezone.now(), minguo=minguo(request), written=written)
    shown |= {
        "sign_form": SignForm(initial={"name": person.name}),
        "may_sign": issue.state == "issued" and not issue.superseded and access.speaks_for(person, issue),
        **_around(issue, person),
    }
    return render(request, "service_reports/page.html", shown | {"base": base_of(person)} | more, status=status)


def _around(issue: ReportIssue, person: Person) -> dict[str, Any]:
    """Give the journal and the other editions."""
    same = ReportIssue.objects.visible_to(person).without_figures().same_as(issue)
    steps = issue.steps.select_related("by").order_by("pk") if person.is_worker else []
    return {
        "editions": list(same.exclude(pk=issue.pk).select_related("customer").order_by("edition")),
        "steps": [{"step": one, "label": STEPS.get(one.name, one.name), "note": _note(issue, one)} for one in steps],
        "may_correct": issue.is_out and not issue.superseded and access.prepares(person),
    }  # fmt: skip


def _note(issue: ReportIssue, step: ReportStep) -> str:
    """Give what stands with a step; of commentary the name of the service."""
    if step.name != "comment":
        return step.note
    names = {one["code"]: pick(one["zh"], one["en"]) for one in issue.figures.get("services", ())}
    return names.get(step.note, step.note)


STEPS = {
    "prepare": gettext_lazy("Prepared"), "comment": gettext_lazy("Commented"), "take_over": gettext_lazy("Commentary taken over from"),
    "approve": gettext_lazy("Approved"),
    "send_back": gettext_lazy("Sent back"), "issue": gettext_lazy("Issued"), "acknowledge": gettext_lazy("Acknowledged"),
}  # fmt: skip


@require_safe
def printed(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the report as it is printed, without the shell."""
    issue = _ready(request, pk)
    shown = context(issue, None, at=timezone.now(), minguo=minguo(request))
    return render(request, "service_reports/print.html", shown)


def on_screen(request: HttpRequest, issue: ReportIssue) -> HttpResponse:
    """Show the print page in the place of a PDF that is not there, with the sentence that says why."""
    shown = context(issue, None, at=timezone.now(), minguo=minguo(request))
    return render(request, "service_reports/print.html", shown | {"why": why_no_paper(issue)})


def why_no_paper(issue: ReportIssue) -> str:
    """Say why there is no PDF."""
    if issue.papers_wanted:
        return _("The PDF is being made. Reload the page in a moment, or print this page.")
    return _("No PDF can be made on this server: print this page instead.")


def _ready(request: HttpRequest, pk: int) -> ReportIssue:
    issue = find(request, pk)
    if not issue.digest:
        raise Http404(_("The figures are being calculated."))
    return issue


@require_safe
def paper(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    """Give the stored PDF."""
    issue = _ready(request, pk)
    kept = issue.papers.filter(language=language).first()
    if kept is None:
        return on_screen(request, issue)
    answer = HttpResponse(files.read(kept), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{issue.number}-{language}.pdf"'
    return answer


@require_safe
def table(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """Give the report as a workbook, as CSV of every cell, or its figures as canonical JSON."""
    issue = _ready(request, pk)
    name = f"{issue.number}-{get_language() or 'en'}"
    if form == "json":
        return _attached(canonical(issue.figures).encode(), "application/json", f"{issue.number}.json")
    shown = sheet(issue, minguo=minguo(request))
    if form == "csv":
        return download(name, form="csv", header=files.FLAT, rows=files.flat(issue, shown))
    return _attached(files.workbook(issue, shown), MEDIA["xlsx"], f"{name}.xlsx")


def _attached(content: bytes, media: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=media)
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return answer
