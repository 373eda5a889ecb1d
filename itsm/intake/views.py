"""Pages: what histories were imported, the figures of one, and bringing in people."""

from __future__ import annotations

import io

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from itsm.intake.figures import figures
from itsm.intake.forms import PeopleFileForm
from itsm.intake.models import ImportRun, RejectedCell
from itsm.intake.shown import drawn
from itsm.people.intake import import_people
from itsm.people.models import Person
from itsm.people.requests import PersonRequest
from itsm.tickets.models import Ticket
from itsm.tickets.querysets import SEES_ALL, TicketQuerySet
from itsm.ui.sheets import download

MOST_REJECTED = 100  # shown on the page; the files have them all


@require_safe
def histories(request: PersonRequest) -> HttpResponse:
    """This will list the sources whose cases the person may see."""
    cases = _cases(request.user).values("source").annotate(records=Count("pk"), last=Max("changed_at"))
    return render(request, "intake/histories.html", {"sources": cases.order_by("source")})


@require_safe
def history(request: PersonRequest, source: str) -> HttpResponse:
    """This will show the figures of one source, from the cases that the person may see."""
    cases = _cases(request.user).filter(source=source)
    if not cases.exists():
        raise Http404
    rejected = _rejected(source)
    context = {
        "source": source,
        "runs": ImportRun.objects.of(source)[:5],
        "rejected": rejected[:MOST_REJECTED],
        "more_rejected": max(rejected.count() - MOST_REJECTED, 0),
    }
    return render(request, "intake/history.html", context | drawn(figures(cases)))


@require_safe
def rejected_cells(request: PersonRequest, source: str, form: str) -> HttpResponse:
    """This will give every cell that the last import of a source rejected, as a table to mend the file by."""
    if not _cases(request.user).filter(source=source).exists():
        raise Http404
    rows = ((cell.line, cell.column, cell.value, cell.said()) for cell in _rejected(source).iterator())
    header = [_("Line"), _("Column"), _("Value"), _("Reason")]
    return download(f"{source}-rejected", form=form, header=header, rows=rows)


@require_http_methods(["GET", "HEAD", "POST"])
def people_import(request: PersonRequest) -> HttpResponse:
    """This will show what a file would change, and write it when asked to."""
    if not request.user.is_staff:
        raise PermissionDenied(_("Only administrators may import people."))
    form = PeopleFileForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "intake/people_import.html", {"form": form}, status=422 if form.is_bound else 200)
    asked = form.cleaned_data
    checking = request.POST.get("then") != "import"
    lines = io.StringIO(asked["text"], newline="")
    plan = import_people(lines, complete=asked["complete"], dry_run=checking, many_leavers=asked["many_leavers"])
    if plan.written:
        messages.success(
            request, _("Imported: %(created)s new, %(changed)s changed, %(deactivated)s deactivated.") % plan.as_json()
        )
        return redirect("intake:people_import")
    return render(
        request, "intake/people_import.html", {"form": form.again(), "plan": plan}, status=422 if plan.errors else 200
    )


def _rejected(source: str) -> QuerySet[RejectedCell]:
    return RejectedCell.objects.filter(run__in=ImportRun.objects.of(source)[:1]).order_by("line", "pk")


def _cases(person: Person) -> TicketQuerySet:
    """Imported cases as the person may see them; figures are for those who oversee the desk's cases.

    :raises PermissionDenied: if the person does not
    """
    if not person.role_codes & SEES_ALL:
        raise PermissionDenied(_("The figures are for those who see the cases of the whole desk."))
    found: TicketQuerySet = Ticket.objects.visible_to(person).filter(imported__isnull=False)
    return found
