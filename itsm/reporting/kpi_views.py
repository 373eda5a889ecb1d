"""The KPI dictionary: what every figure is, and what it aims at."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_safe

from itsm.records import kpis
from itsm.records.refusals import NotAllowed, Objected
from itsm.reporting import access, shown, snapshots, targets, unmeasured
from itsm.reporting.access import for_readers
from itsm.reporting.asked import Asked
from itsm.reporting.dashboards import apart, process, ways
from itsm.reporting.forms import AimForm
from itsm.reporting.views import read
from itsm.ui import sheets
from itsm.ui.answers import done


@require_safe
@for_readers
def dictionary(request: HttpRequest) -> HttpResponse:
    """List every figure with its formula, owner, aim, direction, unit and period."""
    asked, known = read(request), targets.all_set()
    groups = [
        {"name": shown.area_name(area), "key": area, "rows": [_described(one, asked, known) for one in entries]}
        for area, entries in process.areas().items()
    ]  # fmt: skip
    if (form := request.GET.get("as", "")) in sheets.MEDIA:
        return _file(groups, form)
    context = {
        "groups": groups,
        "asked": asked,
        "count": sum(len(one["rows"]) for one in groups),
        "unmeasured": unmeasured.FIGURES,
    }
    return render(request, "reporting/dictionary.html", context)


def _described(kpi: kpis.Kpi, asked: Any, known: Any) -> dict[str, Any]:
    aim = targets.in_force(kpi, on=asked.last, known=known)
    return {
        "kpi": kpi, "names": names(kpi), "owner": shown.owner_name(kpi), "aim": shown.aim_text(kpi, aim), "unit": shown.UNITS[kpi.unit],
        "better": shown.BETTER[kpi.good], "period": shown.PERIODS[kpi.period],
        "url": reverse("reporting:kpi", args=[kpi.key]) + asked.query(),
    }  # fmt: skip


def names(kpi: kpis.Kpi) -> dict[str, str]:
    """Give its name in both languages."""
    found = {}
    for language, code in (("zh-hant", "zh"), ("en", "en")):
        with override(language):
            found[code] = str(kpi.label)
    return found


def _file(groups: list[dict[str, Any]], form: str) -> HttpResponse:
    head = ["key", "name_zh", "name_en", "formula", "owner", "target", "direction", "unit", "period", "process"]
    rows = (
        [one["kpi"].key, one["names"]["zh"], one["names"]["en"], str(one["kpi"].formula), one["owner"], one["aim"], str(one["better"]),
         str(one["unit"]), str(one["period"]), group["name"]]
        for group in groups for one in group["rows"]
    )  # fmt: skip
    return sheets.download("kpi-dictionary", form=form, header=head, rows=rows)


@require_http_methods(["GET", "HEAD", "POST"])
@for_readers
def kpi(request: HttpRequest, figure: str) -> HttpResponse:
    """Show one figure with its value and the history of its aims; who may, sets a new one."""
    found = kpis.find(figure)
    if found is None:
        raise Http404(_("There is no such figure."))
    person: Any = request.user
    may = access.may_aim(person, found)
    if request.method == "POST" and "recount" in request.POST:
        return _recount(request, found)
    form = AimForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            targets.aim(found, by=person, at=timezone.now(), **form.cleaned_data)
        except NotAllowed as refusal:
            raise PermissionDenied(_("You do not set the target of this figure.")) from refusal
        except Objected as refusal:
            form.add_error(None, " ".join(map(str, refusal.reasons)))
        else:
            return done(request, reverse("reporting:kpi", args=[figure]), say=_("The target is set."))
    return _draw(request, found, form, may)


def _recount(request: HttpRequest, found: kpis.Kpi) -> HttpResponse:
    """Have the worker count a figure anew; where there are few cases the page itself does."""
    if snapshots.many():
        snapshots.again(found, read(request))
    return done(request, request.get_full_path(), say=_("The figure is being counted anew."))


def _draw(request: HttpRequest, found: kpis.Kpi, form: AimForm, may: bool) -> HttpResponse:
    asked = read(request)
    is_many = snapshots.many()
    counted = snapshots.told([found], asked)[0] if is_many else snapshots.Told(found, shown.compute(found, asked))
    aim = targets.in_force(found, on=asked.last)
    told = shown.pending(found, asked=asked, aim=aim)
    if counted.value is not None:
        told = shown.line(found, counted.value, asked=asked, aim=aim)
    context = {
        **_described(found, asked, {found.key: targets.history(found)}), "told": told, "counted_at": counted.at,
        "coverage": shown.coverage(found, asked),
        "history": targets.history(found), "form": form, "may": may, "asked": asked, "area": shown.area_name(found.area),
        "board": reverse("reporting:process", args=[found.area]) if found.area != "desk" else reverse("reporting:desk"),
        "panels": ways.panels(found, counted.value, asked), **_apart(request, counted, asked, is_many=is_many),
    }  # fmt: skip
    return render(request, "reporting/kpi.html", context, status=422 if form.errors else 200)


def _apart(request: HttpRequest, counted: snapshots.Told, asked: Asked, *, is_many: bool) -> dict[str, Any]:
    """Tell a figure apart: at once where there are few cases, else when asked for, as the worker counted it; and what is still counted."""
    found, value = counted.kpi, counted.value
    if not is_many:
        return {"apart_panels": apart.panels(found, value, asked, apart.told_apart(value, asked)), "is_apart": True}
    is_apart, groups, at = "apart" in request.GET, None, None
    if is_apart:
        row = snapshots.row_of(found.key + snapshots.APART, asked)
        groups, at = row.value, row.counted_at
    panels = [] if value is None or groups is None else apart.panels(found, value, asked, apart.restored(groups))
    waits = snapshots.waiting(found.key, asked) or (is_apart and snapshots.waiting(found.key + snapshots.APART, asked))
    return {"apart_panels": panels, "is_apart": is_apart, "apart_at": at, "waits": waits or None, "may_recount": True}
