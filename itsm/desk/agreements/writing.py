"""Drafting an agreement: its head with the clauses, and one page for each row of its table."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from itsm.desk.access import for_workers
from itsm.desk.agreements import forms as made_of
from itsm.desk.agreements.finding import agreement_at
from itsm.desk.agreements.limiting import limit_forms
from itsm.people.requests import PersonRequest
from itsm.records.refusals import Objected, Refusal
from itsm.tickets.finding import page_of
from itsm.ui.answers import done
from itsm.ui.together import Together
from sla import agreement_sheet as sheet
from sla import agreement_writing, workload
from sla.agreement_querysets import keeps
from sla.models import AgreementEdition, AgreementRow, ServiceAgreement

WRITES = ("GET", "HEAD", "POST")


def _only_keepers(request: PersonRequest) -> None:
    if not keeps(request.user):
        raise PermissionDenied(_("Agreements are written by service level managers and service owners."))


def _draft_at(request: PersonRequest, number: str) -> tuple[ServiceAgreement, AgreementEdition]:
    """Find the draft of an agreement that may be written now.

    :raises PermissionDenied: if it is signed or waits for signatures, or the person does not keep agreements
    """
    _only_keepers(request)
    record = agreement_at(request, number)
    edition = record.editions.drafts().first() if record.state in agreement_writing.WRITTEN_IN else None
    if edition is None:
        raise PermissionDenied(_("What was signed is not altered: revise the agreement."))
    if edition.sealed_at is not None:
        raise PermissionDenied(_("Signatures are asked for this version: withdraw the request first."))
    return record, edition


class Head:
    """The forms of a head: subject and parties, validity and clauses, limits of the workload, exclusions, remedies, documents."""

    def __init__(
        self, request: PersonRequest, record: ServiceAgreement | None, edition: AgreementEdition | None
    ) -> None:
        data = request.POST if request.method == "POST" else None
        held = edition or AgreementEdition()
        begun = record or ServiceAgreement(owner=request.user)
        self.head = made_of.HeadForm(data, instance=begun, person=request.user)
        self.body = made_of.EditionForm(data, instance=held, prefix="body")
        rows = {name: list(getattr(held, name).all()) if edition else [] for name in sheet.CLOSING}
        self.limits = limit_forms(held.workload, data)
        self.exclusions = made_of.several(made_of.ExclusionForm, rows["exclusions"], data, "exclusion")
        self.remedies = made_of.several(made_of.RemedyForm, rows["remedies"], data, "remedy")
        self.documents = made_of.several(made_of.DocumentForm, rows["documents"], data, "document")

    def _all(self) -> tuple[Any, ...]:
        return self.head, self.body, self.limits, self.exclusions, self.remedies, self.documents

    def is_valid(self) -> bool:
        """Tell whether everything was filled in rightly."""
        return all([form.is_valid() for form in self._all()])

    def sheet(self) -> dict[str, Any]:
        """Give the contents but the rows."""
        names = tuple(name for name in sheet.EDITION if name != "workload")
        return made_of.plain(self.body, names) | {
            "workload": made_of.parts_of(self.limits, workload.COLUMNS),
            "exclusions": made_of.parts_of(self.exclusions, sheet.CLOSING["exclusions"][1]),
            "remedies": made_of.parts_of(self.remedies, sheet.CLOSING["remedies"][1]),
            "documents": made_of.parts_of(self.documents, sheet.CLOSING["documents"][1]),
        }

    def parties(self) -> dict[str, Any]:
        """Give subject and parties."""
        given = self.head.cleaned_data
        return {name: given[name] for name in (*agreement_writing.PARTIES, "title", "underpins")}

    def context(self) -> dict[str, Any]:
        """Give what the page draws."""
        parts = dict(zip(("form", "body", "limits", "exclusions", "remedies", "documents"), self._all(), strict=True))
        return parts | {"wrong": Together(*parts.values())}


@require_http_methods(WRITES)
@for_workers
def new(request: PersonRequest) -> HttpResponse:
    """Draft an agreement."""
    _only_keepers(request)
    forms = Head(request, None, None)
    if request.method == "POST" and forms.is_valid():
        try:
            made = agreement_writing.draft(by=request.user, sheet=forms.sheet(), **forms.parties())
            said = _("%(number)s is drafted: add what is promised of each service.") % {"number": made.number}
            return done(request, page_of(made), say=said)
        except Objected as refusal:
            made_of.lay(forms.head, refusal.fields or {"": refusal})
    context = forms.context() | {"title": _("Draft an agreement"), "back": reverse("agreements:list")}
    return render(request, "agreement/form.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(WRITES)
@for_workers
def edit(request: PersonRequest, number: str) -> HttpResponse:
    """Write the head of a draft anew."""
    record, edition = _draft_at(request, number)
    version, whole = record.version, sheet.read(edition)
    forms = Head(request, record, edition)
    if request.method == "POST" and forms.is_valid():
        given = whole | forms.sheet()
        if _save(request, forms.head, record, given, version=_version(request, version), **forms.parties()):
            return done(request, page_of(record), say=_("Saved."))
    context = forms.context() | {"title": _("Change the agreement"), "back": page_of(record), "version": version}
    return render(request, "agreement/form.html", context, status=422 if request.method == "POST" else 200)


class Row:
    """The forms of a row: its line of the table, items, promises, maintenance."""

    def __init__(self, request: PersonRequest, row: AgreementRow | None) -> None:
        data = request.POST if request.method == "POST" else None
        self.line = made_of.RowForm(data, instance=row or AgreementRow())
        parts = {name: list(getattr(row, name).all()) if row is not None else [] for name in sheet.PARTS}
        self.items = made_of.several(made_of.ItemForm, parts["items"], data, "item")
        self.promises = made_of.several(made_of.PromiseForm, parts["promises"], data, "promise")
        self.plans = made_of.several(made_of.PlanForm, parts["maintenance_plans"], data, "plan")

    def is_valid(self) -> bool:
        """Tell whether everything was filled in rightly."""
        return all([form.is_valid() for form in (self.line, self.items, self.promises, self.plans)])

    def sheet(self) -> dict[str, Any]:
        """Give the contents of the row."""
        return made_of.plain(self.line, sheet.ROW) | {
            "offerings": [one.code for one in self.line.cleaned_data["offerings"]],
            "items": made_of.parts_of(self.items, sheet.PARTS["items"][1]),
            "promises": made_of.parts_of(self.promises, sheet.PARTS["promises"][1]),
            "maintenance_plans": made_of.parts_of(self.plans, sheet.PARTS["maintenance_plans"][1]),
        }


@require_http_methods(WRITES)
@for_workers
def new_row(request: PersonRequest, number: str) -> HttpResponse:
    """Add a service with what is promised of it."""
    record, edition = _draft_at(request, number)
    return _row(request, record, edition, place=None)


@require_http_methods(WRITES)
@for_workers
def edit_row(request: PersonRequest, number: str, place: int) -> HttpResponse:
    """Write a row anew, or take it out."""
    record, edition = _draft_at(request, number)
    return _row(request, record, edition, place=place)


def _row(
    request: PersonRequest, record: ServiceAgreement, edition: AgreementEdition, *, place: int | None
) -> HttpResponse:
    rows = list(edition.rows.all())
    if place is not None and not 0 < place <= len(rows):
        raise Http404(_("There is no such row."))
    version, whole = record.version, sheet.read(edition)
    forms = Row(request, rows[place - 1] if place else None)
    removes = request.method == "POST" and place is not None and "remove" in request.POST
    if request.method == "POST" and (removes or forms.is_valid()):
        told = _told(whole["rows"], place, None if removes else forms.sheet())
        if _save(request, forms.line, record, whole | {"rows": told}, version=_version(request, version)):
            return done(request, page_of(record), say=_("Saved."))
    parts = {"form": forms.line, "items": forms.items, "promises": forms.promises, "plans": forms.plans}
    context = parts | {
        "record": record, "place": place, "wrong": Together(*parts.values()),
        "back": page_of(record), "version": version, "title": _("What is promised of a service"),
    }  # fmt: skip
    return render(request, "agreement/row.html", context, status=422 if request.method == "POST" else 200)


def _told(rows: list[dict[str, Any]], place: int | None, row: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Put a row in its place, at the end, or take it out."""
    if place is None:
        return [*rows, *([row] if row is not None else [])]
    return [*rows[: place - 1], *([row] if row is not None else []), *rows[place:]]


def _version(request: PersonRequest, present: int) -> int:
    seen = request.POST.get("version", "")
    return int(seen) if seen.isdecimal() and len(seen) < 10 else present


def _save(request: PersonRequest, form: Any, record: ServiceAgreement, given: dict[str, Any], **more: Any) -> bool:
    """Write it; what objects is told on the form."""
    try:
        agreement_writing.change(record, by=request.user, sheet=given, **more)
    except Objected as refusal:
        made_of.lay(form, refusal.fields or {"": refusal})
    except Refusal as refusal:
        form.add_error(None, str(refusal))
    return not form.errors
