"""The page of the calls and the cost of the desk: for readers of reports; entered by who answers for the desk."""

from __future__ import annotations

from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from itsm.desk.calls import shown
from itsm.desk.calls.forms import CostForm, CountForm, CountsFileForm
from itsm.people.models import Person
from itsm.records.refusals import Objected
from itsm.reporting import call_entering, call_sheet
from itsm.reporting.access import for_readers
from itsm.reporting.call_models import CallCount, DeskCost
from itsm.reporting.views import read
from itsm.ui.answers import done

KINDS: dict[str, Any] = {"calls": CallCount, "cost": DeskCost}
MOST_ERRORS = 50


def keeper(request: HttpRequest, *, of_costs: bool = False) -> Person:
    """Give who is signed in.

    :raises PermissionDenied: if they do not enter such
    """
    person = cast("Person", request.user)
    if not (call_entering.may_cost(person) if of_costs else call_entering.may_count(person)):
        raise PermissionDenied(refusal())
    return person


def refusal() -> str:
    """Say why somebody may not."""
    return _("Calls and costs of the desk are entered by who answers for it; calls also by the lead of its team.")


@require_safe
@for_readers
def page(request: HttpRequest) -> HttpResponse:
    """Show the days and months; ``counts`` or ``cost`` names the row with which its form is filled, to be corrected."""
    counts, cost = _chosen(request)
    given = {name: getattr(counts, name) for name in CountForm.base_fields} if counts else {}
    spent = {"month": str(cost), "amount": cost.amount, "note": cost.note} if cost else {}
    return _draw(request, CountForm(initial=given), CostForm(initial=spent))


def _chosen(request: HttpRequest) -> tuple[Any, Any]:
    """Find the day and the month that are corrected; None where none is named."""
    return _row(CallCount, request.GET.get("counts", "")), _row(DeskCost, request.GET.get("cost", ""))


def _row(model: Any, key: str) -> Any:
    return model.objects.filter(pk=key).first() if key.isdecimal() and len(key) < 19 else None


@require_POST
@for_readers
def enter(request: HttpRequest) -> HttpResponse:
    """Enter the calls of a day, or correct them."""
    by, form = keeper(request), CountForm(request.POST)
    if form.is_valid():
        try:
            outcomes = call_entering.enter_counts([form.counts()], by=by, at=timezone.now())
        except Objected as refused:
            form.refuse(refused)
        else:
            return _done(request, next(word for word, times in outcomes.items() if times))
    return _draw(request, form, CostForm())


@require_POST
@for_readers
def cost(request: HttpRequest) -> HttpResponse:
    """Enter the cost of a month, or correct it."""
    by, form = keeper(request, of_costs=True), CostForm(request.POST)
    if form.is_valid():
        try:
            return _done(request, call_entering.enter_cost(form.cost(), by=by, at=timezone.now()))
        except Objected as refused:
            form.refuse(refused)
    return _draw(request, CountForm(), form)


@require_POST
@for_readers
def take_away(request: HttpRequest, what: str, pk: int) -> HttpResponse:
    """Take an entry away that was a mistake."""
    by = keeper(request, of_costs=what == "cost")
    if what not in KINDS:
        raise Http404
    call_entering.take_away(get_object_or_404(KINDS[what], pk=pk), by=by, at=timezone.now())
    return done(request, _back(request), say=_("Taken away; what it was is kept below."))


@require_http_methods(["GET", "HEAD", "POST"])
@for_readers
def file(request: HttpRequest) -> HttpResponse:
    """Show what a file of calls holds and what it corrects, and enter it when asked to."""
    is_sent = request.method == "POST"
    by, form = keeper(request), CountsFileForm(*((request.POST, request.FILES) if is_sent else ()))
    context: dict[str, Any] = {"form": form, "columns": ", ".join(call_sheet.KNOWN)}
    if not form.is_valid():
        return render(request, "calls/file.html", context, status=422 if form.is_bound else 200)
    found = call_sheet.read(form.cleaned_data["text"], at=timezone.now())
    if found.rows and not found.errors and request.POST.get("then") == "import":
        try:
            return _imported(request, call_entering.enter_counts(found.rows, by=by, at=timezone.now()))
        except Objected as refused:  # somebody entered the same days since the file was read
            found.errors = call_sheet.told(refused)
    planned = [] if found.errors else call_sheet.planned(found.rows)
    told = [one for one in planned if not one.is_same]
    context |= {
        "form": form.again(), "checked": True, "errors": found.errors[:MOST_ERRORS], "count": len(planned),
        "same": len(planned) - len(told), "planned": told[: shown.MOST_ROWS],
    }  # fmt: skip
    return render(request, "calls/file.html", context, status=422 if found.errors else 200)


def _imported(request: HttpRequest, outcomes: dict[str, int]) -> HttpResponse:
    words = _("Entered: %(entered)s, corrected: %(corrected)s, as they were: %(unchanged)s.")
    return done(request, reverse("calls:page"), say=words % outcomes)


def _done(request: HttpRequest, outcome: str) -> HttpResponse:
    said = {
        call_entering.ENTERED: _("Entered."),
        call_entering.CORRECTED: _("Corrected; what it was is kept below."),
        call_entering.UNCHANGED: _("Just this was entered already."),
    }
    return done(request, _back(request), say=said[outcome])


def _back(request: HttpRequest) -> str:
    """Give the page with the period that was looked at."""
    return reverse("calls:page") + read(request).query()


def _draw(request: HttpRequest, count_form: CountForm, cost_form: CostForm) -> HttpResponse:
    person: Any = request.user
    counts, cost = _chosen(request)
    if counts:
        count_form.hold("day", "line")
    if cost:
        cost_form.hold("month")
    context = {
        "count_form": count_form, "cost_form": cost_form, "chosen_counts": counts, "chosen_cost": cost,
        **shown.laid_out(person, read(request)),
    }  # fmt: skip
    status = 422 if count_form.errors or cost_form.errors else 200
    return render(request, "calls/page.html", context, status=status)
