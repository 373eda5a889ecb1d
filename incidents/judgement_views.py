"""The page of the weekly samples of judgements."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from incidents import judgements as of
from incidents.models import JudgementCheck, JudgementSample
from itsm.records.refusals import NotAllowed, Objected
from itsm.tickets.finding import page_of
from itsm.tickets.models import Ticket
from itsm.ui.answers import done

#: So many weeks are shown, the newest first.
WEEKS = 8


@require_safe
def judgements(request: HttpRequest) -> HttpResponse:
    """Show the samples of the last weeks: what is to be checked, and what was found."""
    return _draw(request)


@require_POST
def checked(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what a second person finds a case to be."""
    person: Any = request.user
    seen = JudgementCheck.objects.filter(ticket__in=Ticket.objects.visible_to(person))
    line = get_object_or_404(seen, pk=pk)
    given = {"found": request.POST.get("found", ""), "note": request.POST.get("note", "")}
    try:
        of.check(line, found=given["found"], note=given["note"], by=person)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Objected as refusal:
        return _draw(request, wrong=given | {"pk": pk, "errors": refusal.fields}, status=422)
    return done(request, f"{reverse('incidents:judgements')}#week-{line.sample_id}", say=_("Your finding was kept."))


def _draw(request: HttpRequest, *, wrong: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    person: Any = request.user
    if not person.role_codes & of.READERS:
        raise PermissionDenied(_("The sample of judgements is for those who answer for incidents."))
    lines = JudgementCheck.objects.filter(ticket__in=Ticket.objects.visible_to(person))
    lines = lines.select_related("ticket", "judged_by", "checked_by").order_by("pk")
    samples = JudgementSample.objects.prefetch_related(Prefetch("checks", lines, to_attr="seen"))[:WEEKS]
    reasons = of.reasons({row.ticket_id for sample in samples for row in sample.seen})
    context = {
        "weeks": [_week(sample, person, reasons) for sample in samples],
        "matters": JudgementCheck.Matter.choices,
        "wrong": wrong or {},
    }
    return render(request, "incidents/judgements.html", context, status=status)


def _week(sample: Any, person: Any, reasons: dict[int, str]) -> dict[str, Any]:
    may = of.may_check(person)
    lines = [
        {
            "row": row,
            "url": page_of(row.ticket),
            "reason": reasons.get(row.ticket_id, ""),
            "may_check": may and not row.found and row.judged_by_id != person.pk,
        }
        for row in sample.seen
    ]
    checked_rows = [row for row in sample.seen if row.found]
    return {
        "row": sample,
        "lines": lines,
        "checked": len(checked_rows),
        "wrong": sum(1 for row in checked_rows if row.found != row.judged),
    }
