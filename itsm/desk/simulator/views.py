"""Pages: the simulations, drafting one, watching it, what came out, and the rows behind every figure."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from itsm.desk.simulator import behind_cost, shown, words
from itsm.desk.simulator import rows as behind
from itsm.desk.simulator.access import for_readers, for_runners, may_run
from itsm.desk.simulator.addresses import key_of
from itsm.desk.simulator.asked import Asked
from itsm.desk.simulator.forms import DraftForm
from itsm.desk.simulator.starting import start
from itsm.people.requests import PersonRequest
from itsm.ui.answers import done
from itsm.ui.sheets import download
from sla.simulation import running
from sla.simulation_models import SimulationRun

MOST = 50


@require_safe
@for_readers
def listing(request: PersonRequest) -> HttpResponse:
    """List the latest simulations."""
    runs = list(SimulationRun.objects.newest().select_related("asked_by")[:MOST])
    return render(request, "simulator/listing.html", {"runs": runs, "may_run": may_run(request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
@for_runners
def new(request: PersonRequest) -> HttpResponse:
    """Draft a simulation, beginning with the terms in force, an earlier run or an agreement; send it to be run."""
    earlier = key_of(request.GET.get("run"))
    run = get_object_or_404(SimulationRun, pk=earlier) if earlier else None
    begun = start(run=run, agreement=request.GET.get("agreement", "")[:32])
    form = DraftForm(request.POST if request.method == "POST" else None, begun=begun)
    if request.method == "POST" and form.is_valid():
        at = timezone.now().replace(microsecond=0)
        made = running.ask(title=form.cleaned_data["title"], draft=form.draft, by=request.user, at=at)
        return done(request, reverse("simulator:run", args=[made.pk]), say=_("The simulation will begin at once."))
    context = {"form": form, "begun": begun}
    return render(request, "simulator/new.html", context, status=422 if form.is_bound else 200)


@require_safe
@for_readers
def run(request: PersonRequest, pk: int) -> HttpResponse:
    """Show a simulation: how far it is, or what came out."""
    found, at = get_object_or_404(SimulationRun.objects.select_related("asked_by"), pk=pk), timezone.now()
    context: dict[str, Any] = {
        "run": found,
        "changes": words.changes(found.draft),
        "against": words.against_words(found.draft),
        "may_run": may_run(request.user),
        "stalled": found.is_stalled(at=at),
        "may_restart": may_run(request.user) and running.may_restart(found, at=at),
    }
    if found.state == SimulationRun.State.FINISHED:
        context |= shown.results(found)
    return render(request, "simulator/run.html", context)


@require_POST
@for_runners
def cancel(request: PersonRequest, pk: int) -> HttpResponse:
    """End a simulation that is under way."""
    found = get_object_or_404(SimulationRun, pk=pk)
    news = running.cancel(found, at=timezone.now().replace(microsecond=0))
    say = _("The simulation is cancelled.") if news else _("The simulation was through already.")
    return done(request, reverse("simulator:run", args=[pk]), say=say)


@require_POST
@for_runners
def restart(request: PersonRequest, pk: int) -> HttpResponse:
    """Run anew what was cancelled, refused or interrupted."""
    found = get_object_or_404(SimulationRun, pk=pk)
    news = running.restart(found, at=timezone.now().replace(microsecond=0))
    say = _("The simulation will begin at once.") if news else _("The simulation is under way or finished.")
    return done(request, reverse("simulator:run", args=[pk]), say=say)


@require_safe
@for_readers
def rows_file(request: PersonRequest, pk: int, form: str) -> HttpResponse:
    """Give the rows behind a figure as CSV or XLSX: those of cases that the reader may see."""
    found = get_object_or_404(SimulationRun, pk=pk)
    heads, lines = behind.sheet(found, Asked.read(request.GET), person=request.user)
    return download(f"simulation-{found.pk}", form=form, header=heads, rows=lines)


@require_safe
@for_readers
def held_by(request: PersonRequest, pk: int) -> HttpResponse:
    """Show the cases behind what a team held."""
    found = get_object_or_404(SimulationRun, pk=pk)
    context = behind_cost.page(found, request.GET, person=request.user)
    return render(request, "simulator/held_by.html", context | {"run": found})


@require_safe
@for_readers
def held_by_file(request: PersonRequest, pk: int, form: str) -> HttpResponse:
    """Give the cases behind what a team held as CSV or XLSX: those that the reader may see."""
    found = get_object_or_404(SimulationRun, pk=pk)
    heads, lines = behind_cost.sheet(found, request.GET, person=request.user)
    return download(f"simulation-{found.pk}-held", form=form, header=heads, rows=lines)


@require_safe
@for_readers
def rows(request: PersonRequest, pk: int) -> HttpResponse:
    """Show the rows behind a figure of a simulation."""
    found = get_object_or_404(SimulationRun, pk=pk)
    asked = Asked.read(request.GET)
    context = behind.page(found, asked, person=request.user, after=key_of(request.GET.get("after")))
    gone = not context["total"] and running.are_gone(found)
    return render(
        request,
        "simulator/rows.html",
        context | {"run": found, "asked": asked.words(), "gone": gone, "query": asked.query()},
    )
