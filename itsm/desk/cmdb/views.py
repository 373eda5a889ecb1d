"""The items of a case and what they touch: a page, and a piece of the case's own page."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from configuration import corrections, sensitive
from itsm.desk.access import for_workers
from itsm.desk.cmdb import affected
from itsm.desk.record.answering import AskForm, answers_refusals, ask, case_of, finish
from itsm.flow import Input, Words
from itsm.records.models import Link, LinkKind
from itsm.records.refusals import Objected
from itsm.tickets.finding import page_of
from itsm.ui.answers import is_htmx

WRONG = (
    Input(
        "item", Words("Configuration item whose data is wrong: number", "資料有誤的組態項目編號"), "ci", required=False,
        help=Words("Left empty: something is there that is not registered.", "留空表示現場有未登錄的項目。"),
    ),
    Input("field", Words("What of it is wrong", "哪一項有誤"), required=False),
    Input("found", Words("What is right", "正確的內容"), "text"),
)  # fmt: skip
ITEM = (Input("item", Words("Configuration item: number", "組態項目編號"), "ci"),)


@require_safe
@for_workers
def items(request: HttpRequest, number: str) -> HttpResponse:
    """Show the items that the case names with the services that they touch; for htmx the piece alone."""
    person: Any = request.user
    case = case_of(request, number)
    context = {
        "record": case, "here": f"/t/{case.number}", "touching": affected.of_case(case, person=person),
        "may_name": affected.may_name(case, person), "back": page_of(case),
        "wrong": sensitive.corrections(corrections.of_case(case), person),
        "case_number": case.number,
    }  # fmt: skip
    return render(request, f"configuration/{'case_part' if is_htmx(request) else 'case_items'}.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@answers_refusals
@for_workers
def add(request: HttpRequest, number: str) -> HttpResponse:
    """Ask for an item that the case affects, or name it."""
    person: Any = request.user
    case = case_of(request, number)
    form = AskForm(case, ITEM, person, request.POST if request.method == "POST" else None, name="items")
    if form.is_bound and form.is_valid():
        try:
            affected.name(case, form.given["item"], by=person)
            return finish(request, case, _("%(number)s is named.") % {"number": form.given["item"].number})
        except Objected as refusal:
            form.refuse(refusal)
    status = 422 if form.is_bound else 200
    return ask(request, case, form, title=_("Name an affected item"), button=_("Name it"), status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@answers_refusals
@for_workers
def wrong(request: HttpRequest, number: str) -> HttpResponse:
    """Say that wrong configuration data hindered the work on this case; who keeps the data gets it to judge."""
    person: Any = request.user
    case = case_of(request, number)
    form = AskForm(case, WRONG, person, request.POST if request.method == "POST" else None, name="wrong")
    if form.is_bound and form.is_valid():
        try:
            affected.report_wrong(case, form.given, by=person)
            return finish(request, case, _("Reported to those who keep the configuration data."))
        except Objected as refusal:
            form.refuse(refusal)
    status = 422 if form.is_bound else 200
    return ask(request, case, form, title=_("Configuration data was wrong"), button=_("Report it"), status=status)


@require_POST
@answers_refusals
@for_workers
def remove(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Take an item back that the case named."""
    person: Any = request.user
    case = case_of(request, number)
    row = Link.objects.select_related("target").filter(pk=pk, source=case.pk, kind=LinkKind.AFFECTS).first()
    if row is None:
        raise Http404
    number_of_item = row.target.number
    affected.take_back(case, row, by=person)
    return finish(request, case, _("%(number)s is no longer named.") % {"number": number_of_item})
