"""Pages of verification audits: the list, one audit, and the count sheet that is carried on a phone."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from configuration import access, audit_corrections, audits, field_values
from configuration.audits import Refused
from configuration.models import AuditItem, AuditLine, VerificationAudit
from configuration.views import for_workers
from itsm.intake.cmdb import pages
from itsm.intake.cmdb.audit_forms import FindForm, PlanForm, sheet_of
from itsm.intake.cmdb.audit_shown import as_typed, result_of, sheet_lines, sheet_rows
from itsm.records import attachments
from itsm.records.refusals import Objected

COUNTED = Count("items", filter=~Q(items__result=""))


@require_http_methods(["GET", "HEAD", "POST"])
@for_workers
def audit_list(request: HttpRequest) -> HttpResponse:
    """This will list the audits, and plan one."""
    person: Any = request.user
    form = PlanForm(request.POST or None, initial=_wanted(request))
    if request.method == "POST":
        pages.counter(request)
        if form.is_valid():
            made = audits.plan(**form.cleaned_data, by=person, at=timezone.now())
            return redirect("cmdb:audit", made.number)
    rows = VerificationAudit.objects.visible_to(person).select_related("ci_class", "auditor")
    page = pages.paged(request, rows.annotate(size=Count("items"), counted=COUNTED).order_by("-pk"))
    shown = [{"audit": row, "state": audits.state_of(row), "result": result_of(row)} for row in page]
    context = {"rows": shown, "page": page, "form": form, "may": _may_count(person)}
    return render(request, "cmdb/audits.html", context, status=422 if form.is_bound else 200)


def _wanted(request: HttpRequest) -> dict[str, Any]:
    """Begin a plan with what is usual, of the class that the address names."""
    return {"kind": "sample", "precision": 5, "confidence": 95, "ci_class": request.GET.get("class", "")[:12]}


def _may_count(person: Any) -> bool:
    return bool(access.keeps(person) or person.role_codes & pages.COUNTERS)


def _found(request: HttpRequest, number: str) -> VerificationAudit:
    person: Any = request.user
    rows = VerificationAudit.objects.visible_to(person).select_related("ci_class", "auditor", "closed_by", "made_by")
    found: VerificationAudit = get_object_or_404(rows, number=number)
    return found


@require_safe
@for_workers
def audit(request: HttpRequest, number: str) -> HttpResponse:
    """This will show an audit: its plan, how far it is, its lines and its result."""
    return _page(request, _found(request, number))


def _page(
    request: HttpRequest, found: VerificationAudit, *, wrong: str = "", find: FindForm | None = None
) -> HttpResponse:
    person: Any = request.user
    population = found.population or audits.in_question(found.ci_class).count()
    page = pages.paged(request, found.items.select_related("item", "counted_by").order_by("place"))
    counted = found.items.exclude(result="").count()
    context = {
        "audit": found, "state": audits.state_of(found), "population": population, "wrong": wrong,
        "size": found.items.count() or audits.size_of(found, population=population), "counted": counted,
        "page": page, "rows": sheet_rows(page, person=person), "finds": found.finds.select_related("found_by"), "result": result_of(found),
        "may": _may_count(person), "keeps": access.keeps(person), "find_form": find or FindForm(),
        "open": audits.open_lines(found).count() if found.closed_at else 0, "person": person,
    }  # fmt: skip
    return render(request, "cmdb/audit.html", context, status=422 if wrong or (find and find.errors) else 200)


@require_POST
@for_workers
def start(request: HttpRequest, number: str) -> HttpResponse:
    """This will draw the sample and lead to the count sheet."""
    found = _found(request, number)
    person = pages.counter(request)
    try:
        audits.start(found, by=person, at=timezone.now())
    except Refused as refusal:
        return _page(request, found, wrong=str(refusal))
    return redirect("cmdb:count", number)


@require_POST
@for_workers
def close(request: HttpRequest, number: str) -> HttpResponse:
    """This will let the result stand, with its conclusion."""
    found = _found(request, number)
    person = pages.counter(request)
    try:
        audits.close(found, conclusion=request.POST.get("conclusion", "")[:4000], by=person, at=timezone.now())
    except Refused as refusal:
        return _page(request, found, wrong=str(refusal))
    messages.success(request, _("Audit closed."))
    return redirect("cmdb:audit", number)


@require_POST
@for_workers
def note_find(request: HttpRequest, number: str) -> HttpResponse:
    """This will keep something that is there and not on the sheet."""
    found = _found(request, number)
    person = pages.counter(request)
    form = FindForm(request.POST)
    if not form.is_valid():
        return _page(request, found, find=form)
    try:
        audits.note_find(found, **form.cleaned_data, by=person, at=timezone.now())
    except Refused as refusal:
        return _page(request, found, wrong=str(refusal))
    messages.success(request, _("Noted."))
    return redirect("cmdb:audit", number)


@require_safe
@for_workers
def count(request: HttpRequest, number: str) -> HttpResponse:
    """This will lead to the next item that is not counted; to the audit when none is left."""
    found = _found(request, number)
    after = request.GET.get("after", "0")
    left = found.items.filter(result="").order_by("place")
    onward = left.filter(place__gt=int(after) if after.isdecimal() and len(after) < 9 else 0).first() or left.first()
    if onward is None:
        return redirect("cmdb:audit", number)
    return redirect("cmdb:sheet", number, onward.place)


@require_http_methods(["GET", "HEAD", "POST"])
@for_workers
def sheet(request: HttpRequest, number: str, place: int) -> HttpResponse:
    """This will show the count sheet of one item, and write down what was found of it."""
    found = _found(request, number)
    row = _row(found, place)
    wrong = ""
    if request.method == "POST":
        person = pages.counter(request)
        result, seen = sheet_of(request.POST, list(row.lines.all()))
        remark = request.POST.get("remark", "")
        try:
            _keep_photo(request, row, person)
            audits.count(row, result=result, found=seen, by=person, at=timezone.now(), remark=remark)
        except Refused as refusal:
            wrong = str(refusal)
        except Objected as refusal:
            wrong = " ".join(dict.fromkeys(refusal.reasons))
        else:
            return redirect(f"{_address(number)}?after={place}")
    return _sheet(request, found, row, wrong=wrong)


def _sheet(request: HttpRequest, found: VerificationAudit, row: AuditItem, *, wrong: str) -> HttpResponse:
    place, total = row.place, found.items.count()
    lines = sheet_lines(row, person=request.user)
    context = {
        "audit": found, "row": row, "item": row.item, "total": total, "wrong": wrong,
        "lines": as_typed(lines, request.POST) if wrong else lines, "remark": request.POST.get("remark", row.remark),
        "counted": found.items.exclude(result="").count(), "item_page": pages.address_of(row.item),
        "previous": place - 1 if place > 1 else None, "following": place + 1 if place < total else None,
        "open": found.started_at is not None and found.closed_at is None,
    }  # fmt: skip
    return render(request, "cmdb/sheet.html", context, status=422 if wrong else 200)


def _keep_photo(request: HttpRequest, row: AuditItem, person: Any) -> None:
    file = request.FILES.get("photo")
    if file is not None:
        audits.photograph(row, name=str(file.name), pieces=file.chunks(), by=person, at=timezone.now())


@require_safe
@for_workers
def photo(request: HttpRequest, number: str, place: int) -> HttpResponse:
    """This will show the photo of one item of the sheet, encoded anew and without where and when it was taken."""
    row = _row(_found(request, number), place)
    made = attachments.picture(row.photo) if row.photo is not None else None
    if made is None:
        raise Http404
    return HttpResponse(made[0], content_type=made[1], headers={"Cache-Control": "private, max-age=3600"})


def _row(found: VerificationAudit, place: int) -> AuditItem:
    row: AuditItem = get_object_or_404(
        AuditItem.objects.select_related("item__ci_class", "item__site", "audit", "photo"), audit=found, place=place
    )
    return row


def _address(number: str) -> str:
    from django.urls import reverse

    return reverse("cmdb:count", args=[number])


@require_POST
@for_workers
def correct(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """This will verify the correction of a line as a second person and carry it out."""
    found = _found(request, number)
    person = pages.keeper(request)
    line = (
        AuditLine.objects.select_related("correction", "audit_item__item")
        .filter(audit_item__audit=found, pk=pk)
        .first()
    )
    if line is None:
        raise Http404
    try:
        audit_corrections.correct(line, by=person, at=timezone.now())
    except Refused as refusal:
        return _page(request, found, wrong=str(refusal))
    label = field_values.label_of(line.field, class_id=line.audit_item.item.ci_class_id)
    messages.success(
        request, _("Corrected: %(label)s of %(item)s.") % {"label": label, "item": line.audit_item.item.number}
    )
    return redirect("cmdb:audit", number)
