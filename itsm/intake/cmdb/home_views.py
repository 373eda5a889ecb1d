"""The home of the configuration data: how far they can be relied on, the worst first."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from configuration import access, corrections, health, health_months
from configuration.duplicates import duplicates
from configuration.models import CiVersion, ConfigurationItem, ImportBatch, VerificationAudit
from configuration.views import for_workers
from itsm.draw.figures import Bar, bars
from itsm.intake.cmdb import pages
from itsm.ui.moments import month_text
from itsm.ui.sheets import download

LATEST = 8
TARGET = 0.95  # accuracy that is hoped for where nobody says otherwise


@require_safe
@for_workers
def home(request: HttpRequest) -> HttpResponse:
    """This will show accuracy, completeness, stale, lonely and doubled items, and the worst classes."""
    person: Any = request.user
    at = timezone.now()
    found = health.health(at=at)
    whole = found.whole
    context = {
        "whole": whole, "accuracy": pages.interval_text(whole.accuracy), "completeness": pages.percent(whole.completeness),
        "correctness": pages.percent(whole.correctness), "below": whole.accuracy is not None and whole.accuracy.share < TARGET,
        "rows": [_row(row) for row in found.classes], "keeps": access.keeps(person), "target": pages.percent(TARGET, decimals=0),
        "corrections": corrections.open_for(person).count(), "changes": _latest(),
        "imports": ImportBatch.objects.visible_to(person).select_related("made_by")[:5],
        "audits": VerificationAudit.objects.visible_to(person).filter(closed_at=None)[:5],
        "due": health.due(found, at=at), "months": _months(), "relations": found.relations, "relations_sound": found.relations_sound,
    }  # fmt: skip
    return render(request, "cmdb/home.html", context)


def _months() -> dict[str, Any]:
    """Give the score by month as bars with the same as a table, empty where one month alone is known."""
    rows = health_months.whole()
    if len(rows) < 2:
        return {}
    series = [
        Bar(month_text(row.month), row.score, pages.percent(row.score), missed=row.score < TARGET) for row in rows
    ]
    shown = [
        {
            "row": row, "month": month_text(row.month), "score": pages.percent(row.score), "accuracy": pages.percent(row.accuracy),
            "completeness": pages.percent(row.completeness), "correctness": pages.percent(row.correctness),
        }
        for row in rows[::-1]
    ]  # fmt: skip
    return {"drawn": bars(series, title=_("Score by month"), ident="health-months"), "rows": shown}


def _row(row: health.ClassHealth) -> dict[str, Any]:
    return {
        "row": row, "accuracy": pages.interval_text(row.accuracy), "completeness": pages.percent(row.completeness),
        "correctness": pages.percent(row.correctness), "score": pages.percent(row.score),
    }  # fmt: skip


def _latest() -> list[dict[str, Any]]:
    rows = CiVersion.objects.select_related("item", "authority__by", "authority__record").order_by("-pk")[:LATEST]
    return [{"version": row, "page": pages.address_of(row.item)} for row in rows]


@require_safe
@for_workers
def faults(request: HttpRequest, kind: str) -> HttpResponse:
    """This will list the items with one fault, to mend them; also as a file."""
    groups = _groups(kind)
    if (form := request.GET.get("as", "")) in ("csv", "xlsx"):
        rows = (
            (item.number, item.title, str(item.ci_class), item.place, item.changed_at, group["rule"])
            for group in groups
            for item in group["items"]
        )
        header = [_("Number"), _("Name"), _("Class"), _("Location"), _("Changed"), _("Rule")]
        return download(f"items-{kind}", form=form, header=header, rows=rows)
    titles = {"stale": _("Stale items"), "orphans": _("Items without a relationship"), "duplicates": _("Duplicates")}
    context = {
        "groups": groups,
        "title": titles[kind],
        "kind": kind,
        "count": sum(len(group["items"]) for group in groups),
    }
    return render(request, "cmdb/faults.html", context)


def _groups(kind: str) -> list[dict[str, Any]]:
    """Give the items in groups: duplicates by their set, the others in one."""
    if kind in health.FAULTS:
        items = list(health.faulty(kind, at=timezone.now()))
        return [{"rule": "", "items": items}] if items else []
    if kind != "duplicates":
        raise Http404
    found = duplicates()[: health.MOST]
    keys = [key for group in found for key in group.keys]
    items_by_key = ConfigurationItem.objects.select_related("ci_class").in_bulk(keys)
    return [
        {"rule": " + ".join(group.rule), "items": [items_by_key[key] for key in group.keys if key in items_by_key]}
        for group in found
    ]
