"""Pages of imports: upload, what the columns mean, the comparison cell by cell, applying, the report, undoing."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from configuration import access, schema, sensitive
from configuration.field_values import Words
from configuration.models import ImportBatch, ImportRow, ImportUpload, SourceOrder
from configuration.services import FIELDS
from configuration.views import for_workers
from itsm.intake.cmdb import applying, held, pages, undoing, uploading
from itsm.intake.cmdb.matching import match_named
from itsm.intake.cmdb.shown import cells_of, said, type_of, value_of, words_of
from itsm.intake.faults import Refused
from itsm.intake.management.commands.import_history import LABEL
from itsm.tickets.models import Ticket
from itsm.ui.sheets import download

FIELD = re.compile(r"[a-z][a-z0-9_]{0,59}")
WORKING = ("queued", "applying", "undoing")


@require_http_methods(["GET", "HEAD", "POST"])
@for_workers
def import_list(request: HttpRequest) -> HttpResponse:
    """This will list the imports, and take a file up."""
    person: Any = request.user
    wrong = ""
    if request.method == "POST":
        by = pages.keeper(request)
        file = request.FILES.get("file")
        try:
            content = file.read(uploading.MOST_BYTES + 1) if file else b""
            upload = uploading.keep(str(file.name if file else ""), content, by=by, at=timezone.now())
            uploading.columns(upload)
            return redirect("cmdb:import_map", upload.pk)
        except Refused as refusal:
            wrong = refusal.said()
    rows = ImportBatch.objects.visible_to(person).select_related("made_by", "change", "verified_by").order_by("-pk")
    context = {
        "page": pages.paged(request, rows), "keeps": access.keeps(person), "wrong": wrong,
        "classes": sorted(schema.present().classes.values(), key=lambda row: (row.layer, row.code)),
    }  # fmt: skip
    return render(request, "cmdb/imports.html", context, status=422 if wrong else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_workers
def import_map(request: HttpRequest, pk: int) -> HttpResponse:
    """This will ask what each column means, and compare the file."""
    by = pages.keeper(request)
    upload = ImportUpload.objects.filter(pk=pk, made_by=by).first()
    if upload is None:
        messages.info(request, _("That file has been compared already, or was dropped after a day."))
        return redirect("cmdb:imports")
    found, wrong = uploading.columns(upload), ""
    asked = request.POST if request.method == "POST" else request.GET
    relations = asked.get("what", "") == "relations" or (not asked.get("what") and _looks_like_edges(found))
    class_code = asked.get("class", "item")
    chosen = {column.name: asked.get(f"c{place}", column.guess) for place, column in enumerate(found)}
    if request.method == "POST" and asked.get("then") == "compare":
        try:
            batch = _compare(
                upload, chosen, source=asked.get("source", ""), class_code=class_code, relations=relations, by=by
            )
            return redirect("cmdb:import", batch.pk)
        except Refused as refusal:
            wrong = refusal.said()
    return render(request, "cmdb/import_map.html", _map_context(upload, found, chosen, asked, relations, class_code, wrong),
                  status=422 if wrong else 200)  # fmt: skip


def _looks_like_edges(found: list[uploading.Column]) -> bool:
    return {"source", "target"} <= {column.guess for column in found}


def _map_context(
    upload: ImportUpload,
    found: list[uploading.Column],
    chosen: dict[str, str],
    asked: Any,
    relations: bool,
    class_code: str,
    wrong: str,
) -> dict[str, Any]:
    of = schema.present().by_code(class_code)
    options = (
        list(zip(uploading.ENDS, uploading.words_for(uploading.ENDS), strict=True))
        if relations
        else uploading.targets(None)
    )
    columns = [
        {"column": column, "name": f"c{place}", "chosen": chosen[column.name]} for place, column in enumerate(found)
    ]
    classes = sorted(schema.present().classes.values(), key=lambda row: (row.layer, row.code))
    return {
        "upload": upload, "columns": columns, "options": options, "relations": relations, "class_code": of.code if of else "item",
        "classes": classes, "wrong": wrong, "source": asked.get("source", "") or "spreadsheet",
    }  # fmt: skip


def _compare(
    upload: ImportUpload, chosen: dict[str, str], *, source: str, class_code: str, relations: bool, by: Any
) -> ImportBatch:
    if not LABEL.fullmatch(source):
        raise Refused(_("The source needs a label of 1 to 40 letters, digits, dots, dashes or underscores."))
    plan = uploading.plan_of(upload, chosen, class_code=class_code, relations=relations)
    return uploading.compare(upload, plan, source=source, by=by, at=timezone.now())


def _found(request: HttpRequest, pk: int) -> ImportBatch:
    person: Any = request.user
    rows = ImportBatch.objects.visible_to(person).select_related(
        "made_by", "change", "verified_by", "applied_by", "undone_by"
    )
    found: ImportBatch = get_object_or_404(rows, pk=pk)
    return found


@require_safe
@for_workers
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """This will show an import: the difference of each cell, what was reported, how far it is."""
    return _page(request, _found(request, pk))


def _page(request: HttpRequest, found: ImportBatch, *, wrong: str = "") -> HttpResponse:
    person: Any = request.user
    counts = found.rows.counts()
    show = request.GET.get("show", "")
    rows = found.rows.select_related("item")
    rows = (
        rows.reported() if show == "reported" else rows.filter(action=show) if show in ImportRow.Action.values else rows
    )
    page = pages.paged(request, rows.order_by("place"))
    done = found.rows.filter(applied_at__isnull=False).count()
    todo = sum(count for (_kind, action), count in counts.items() if action in ("create", "update"))
    unread, words = sensitive.hidden(person), words_of(page)
    context = {
        "batch": found, "wrong": wrong, "keeps": access.keeps(person), "page": page, "show": show, "done": done, "todo": todo,
        "rows": [_drawn(row, unread, words) for row in page], "tabs": _tabs(found, counts, show),
        "unchanged": found.counts.get("same", 0), "items_at": pages.items_at(), "working": found.state in WORKING,
        "is_mine": found.made_by_id == person.pk,
        "authorised": found.change_id is not None or found.verified_by_id is not None or found.channel == "command",
    }  # fmt: skip
    return render(request, "cmdb/import.html", context, status=422 if wrong else 200)


def _drawn(row: ImportRow, unread: frozenset[str], words: Words) -> dict[str, Any]:
    cells = cells_of(row, unread=unread, words=words)
    return {
        "row": row,
        "cells": cells,
        "value": value_of(row, unread=unread),
        "said": said(row),
        "type": type_of(row, words=words),
    }


def _tabs(found: ImportBatch, counts: dict[tuple[str, str], int], show: str) -> list[dict[str, Any]]:
    by_action: dict[str, int] = {}
    for (_kind, action), count in counts.items():
        by_action[action] = by_action.get(action, 0) + count
    tabs = [{"label": _("All"), "url": "?show=", "current": show == "", "count": sum(by_action.values())}]
    for action in ImportRow.Action:
        if by_action.get(action):
            made = {
                "label": action.label,
                "url": f"?show={action}",
                "current": show == action,
                "count": by_action[action],
            }
            tabs.append(made)
    reported = found.rows.reported().count()
    return [
        *tabs,
        {"label": _("To look at"), "url": "?show=reported", "current": show == "reported", "count": reported},
    ]


def _authorise(request: HttpRequest, found: ImportBatch, by: Any) -> None:
    number = request.POST.get("change", "").strip()
    change = Ticket.objects.visible_to(by).filter(number=number[:32], kind="change").first() if number else None
    if number and change is None:
        raise Refused(_("There is no change %s.") % number[:32])
    applying.authorise(found, by=by, at=timezone.now(), change=change)


def apply_now(found: ImportBatch, *, by: Any, at: datetime) -> None:
    """This will let an import be applied; a short one at once, a long one by the background work."""
    applying.begin(found, by=by, at=at)
    if found.rows.to_write().count() <= applying.AT_ONCE:
        applying.finish(found, at=at)
        match_named()


def undo_now(found: ImportBatch, *, by: Any, at: datetime) -> None:
    """This will let an import be undone; a short one at once, a long one by the background work."""
    undoing.begin(found, by=by, at=at)
    if found.rows.written().count() <= applying.AT_ONCE:
        undoing.finish(found, at=at)


def _now() -> datetime:
    return timezone.now().replace(microsecond=0)


ACTS: dict[str, Callable[[HttpRequest, ImportBatch, Any], None]] = {
    "authorise": _authorise,
    "apply": lambda request, found, by: apply_now(found, by=by, at=_now()),
    "stop": lambda request, found, by: applying.stop(found),
    "drop": lambda request, found, by: applying.drop(found),
    "undo": lambda request, found, by: undo_now(found, by=by, at=_now()),
}


@require_POST
@for_workers
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """This will authorise, apply, stop, drop or undo an import."""
    found = _found(request, pk)
    by = pages.keeper(request)
    if act not in ACTS:
        raise Http404
    try:
        ACTS[act](request, found, by)
    except Refused as refusal:
        return _page(request, _found(request, pk), wrong=refusal.said())
    return redirect("cmdb:import", pk)


@require_safe
@for_workers
def rows(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """This will give every row that was reported, to mend the file by."""
    found = _found(request, pk)
    unread = sensitive.hidden(request.user)  # type: ignore[arg-type]  # behind the sign-in it is a person
    header = [_("File"), _("Line"), _("What"), _("Name"), _("Other end"), _("Column"), _("Value"), _("Reason")]
    lines = (
        (
            row.file,
            row.line,
            str(row.get_action_display()),
            row.name,
            row.other,
            row.column,
            value_of(row, unread=unread),
            said(row),
        )
        for row in found.rows.reported().iterator(chunk_size=1000)
    )
    return download(f"import-{found.pk}-reported", form=form, header=header, rows=lines)


@require_safe
@for_workers
def template(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """This will give an empty table for items of a class, with the columns that an import knows."""
    found = schema.present().by_code(code)
    if found is None:
        raise Http404
    attributes = [row.code for row in schema.present().attributes(found.pk)]
    return download(f"items-{code}", form=form, header=[held.NUMBER, *FIELDS, *attributes], rows=())


@require_http_methods(["GET", "HEAD", "POST"])
@for_workers
def order(request: HttpRequest) -> HttpResponse:
    """This will show whose word counts, for all fields and for some, and keep it otherwise."""
    person: Any = request.user
    if request.method == "POST":
        pages.keeper(request)
        _keep_order(request)
        return redirect("cmdb:import_order")
    kept = SourceOrder.objects.order_by("field")
    usual = next((row.sources for row in kept if not row.field), list(held.USUAL))
    context = {
        "kept": [row for row in kept if row.field],
        "usual": usual,
        "keeps": access.keeps(person),
        "targets": uploading.targets(None),
    }
    return render(request, "cmdb/order.html", context)


def _keep_order(request: HttpRequest) -> None:
    field = request.POST.get("field", "")
    sources = [part for part in request.POST.get("sources", "").replace(",", " ").split() if LABEL.fullmatch(part)][:20]
    if field and not FIELD.fullmatch(field):
        raise PermissionDenied(_("There is no such field."))
    if sources:
        SourceOrder.objects.update_or_create(field=field, defaults={"sources": list(dict.fromkeys(sources))})
        messages.success(request, _("Order kept."))
    else:
        SourceOrder.objects.filter(field=field).delete()
        messages.success(request, _("Order dropped."))
