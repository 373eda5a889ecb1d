"""Pages of baselines: the list, the difference between two of them or two moments, and the data of a change."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from configuration import access, baselines, comparing, deciding, schema, sensitive
from configuration.models import Baseline, BaselineItem, CiVersion, ConfigurationItem
from configuration.views import for_workers
from itsm.intake.cmdb import pages
from itsm.intake.cmdb.answering import items_of
from itsm.tickets.finding import find_case, page_of
from itsm.ui.sheets import download

TAKERS = frozenset({"change_manager", "change_implementer", "release_manager", "release_implementer", "config_manager"})
MOST = 2000  # differences on one page
NOW = "now"


def may_take(person: Any) -> bool:
    """Tell whether the person may take baselines: who keeps the data, and who makes or manages changes and releases."""
    return bool(access.keeps(person) or person.role_codes & TAKERS)


@require_http_methods(["GET", "HEAD", "POST"])
@for_workers
def baseline_list(request: HttpRequest) -> HttpResponse:
    """This will list the baselines, and take one of a class or of everything."""
    person: Any = request.user
    wrong = ""
    if request.method == "POST":
        if not may_take(person):
            pages.keeper(request)
        found = schema.present().by_code(request.POST.get("class", ""))
        name = request.POST.get("name", "").strip() or (found.name if found else _("Everything"))
        keys = baselines.of_scope(class_id=found.pk if found else None)
        try:
            made = baselines.take(
                keys, name=name, by=person, at=timezone.now(), scope={"class": found.code if found else ""}
            )
        except baselines.NothingToKeep as refusal:
            wrong = str(refusal)
        else:
            return redirect("cmdb:difference", made.pk, NOW)
    rows = Baseline.objects.visible_to(person).select_related("made_by", "record").order_by("-pk")
    context = {
        "page": pages.paged(request, rows), "may": may_take(person), "wrong": wrong,
        "classes": sorted(schema.present().classes.values(), key=lambda row: (row.layer, row.code)),
    }  # fmt: skip
    return render(request, "cmdb/baselines.html", context, status=422 if wrong else 200)


@require_safe
@for_workers
def difference(request: HttpRequest, first: int, second: str) -> HttpResponse:
    """This will show what differs between a baseline and another, or now; as a file, the plan to restore it."""
    person: Any = request.user
    seen = Baseline.objects.visible_to(person).select_related("record", "made_by")
    one = get_object_or_404(seen, pk=first)
    other = (
        None
        if second == NOW
        else get_object_or_404(seen, pk=int(second) if second.isdecimal() and len(second) < 19 else 0)
    )
    chosen = [row.pk for row in (one, other) if row is not None]
    keys = set(BaselineItem.objects.filter(baseline__in=chosen).values_list("item", flat=True))
    found = sensitive.differences(comparing.compare(keys, start=one.at, end=other.at if other else None), person)
    if (form := request.GET.get("as", "")) in ("csv", "xlsx"):
        return _plan(found, name=f"restore-{one.pk}", form=form)
    context = {"one": one, "other": other, "intact": baselines.is_intact(one), "here": request.path} | _shown(found)
    return render(request, "cmdb/difference.html", context | {"keeps": access.keeps(person)})


@require_safe
@for_workers
def pair(request: HttpRequest) -> HttpResponse:
    """This will lead to the difference of the two baselines that were chosen."""
    first, second = request.GET.get("first", ""), request.GET.get("second", NOW)
    if not _is_key(first) or (second != NOW and not _is_key(second)):
        raise Http404
    return redirect("cmdb:difference", int(first), second if second == NOW else int(second))


def _is_key(text: str) -> bool:
    return text.isdecimal() and len(text) < 19


@require_safe
@for_workers
def moments(request: HttpRequest) -> HttpResponse:
    """This will show what differs between any two moments, of one class or of everything."""
    person: Any = request.user
    asked = {name: request.GET.get(name, "") for name in ("start", "end", "class")}
    start, end = _moment(asked["start"]), _moment(asked["end"])
    of = schema.present().by_code(asked["class"])
    found: list[comparing.Difference] = []
    wrong = ""
    if asked["start"] and (start is None or (end is None and asked["end"])):
        wrong = _("This moment cannot be read: write it as 2026-11-23 10:00.")
    elif start is not None and end is not None and end < start:
        wrong = _("The second moment lies before the first.")
    elif start is not None:
        found = sensitive.differences(comparing.compare(_since(of.pk if of else None), start=start, end=end), person)
    classes = sorted(schema.present().classes.values(), key=lambda row: (row.layer, row.code))
    context = {
        "asked": asked,
        "classes": classes,
        "wrong": wrong,
        "looked": start is not None and not wrong,
        "here": "",
    }
    context |= _shown(found) | {"keeps": access.keeps(person)}
    return render(request, "cmdb/moments.html", context, status=422 if wrong else 200)


def _since(class_id: int | None) -> list[int]:
    rows = ConfigurationItem.objects.all()
    if class_id is not None:
        rows = rows.filter(ci_class__in=schema.present().below(class_id))
    return list(rows.values_list("pk", flat=True))


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text.strip().replace("/", "-"))
        return found if found.tzinfo else timezone.make_aware(found)
    except (ValueError, OverflowError):
        return None


def _shown(found: list[comparing.Difference]) -> dict[str, Any]:
    """Group differences by item; what nothing authorises first."""
    shown = sorted(found[:MOST], key=lambda one: (one.why.is_authorised, one.number, one.kind, one.label))
    groups = [{"number": number, "rows": list(rows)} for number, rows in groupby(shown, key=lambda one: one.number)]
    return {
        "groups": groups, "count": len(found), "cut": max(len(found) - MOST, 0), "unauthorised": len(comparing.unauthorised(found)),
    }  # fmt: skip


def _plan(found: list[comparing.Difference], *, name: str, form: str) -> HttpResponse:
    """Write what has to be done to bring everything back, in the order in which it can be done."""
    words = deciding.step_words()
    header = [_("Item"), _("Name"), _("Step"), _("Field"), _("From"), _("Back to"), _("Why it differs")]
    rows = (
        (one.number, one.title, words[one.kind], one.label, one.becomes, one.was, one.why.words or _("unauthorised"))
        for one in found
    )
    return download(name, form=form, header=header, rows=rows)


@require_POST
@for_workers
def accept(request: HttpRequest) -> HttpResponse:
    """This will let a difference stand that nothing authorises, with the reason."""
    person = pages.keeper(request)
    version = _version(request)
    try:
        deciding.let_stand(version, reason=request.POST.get("reason", ""), by=person, at=timezone.now())
    except deciding.Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(_back(request))
    messages.success(request, _("The difference stands."))
    return redirect(_back(request))


@require_POST
@for_workers
def correction(request: HttpRequest) -> HttpResponse:
    """This will raise a correction that sets a field back to what it was."""
    person = pages.keeper(request)
    version = _version(request)
    made = {name: request.POST.get(name, "").replace("\x00", "")[:2000] for name in ("field", "old", "new")}
    try:
        deciding.set_back(version, **made, by=person, at=timezone.now())
    except deciding.Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(_back(request))
    messages.success(request, _("Correction raised; a second person must verify it."))
    return redirect(_back(request))


def _version(request: HttpRequest) -> CiVersion:
    text = request.POST.get("version", "")
    key = int(text) if text.isdecimal() and len(text) < 19 else 0
    found: CiVersion = get_object_or_404(CiVersion.objects.select_related("item"), pk=key)
    return found


def _back(request: HttpRequest) -> str:
    """Lead back to the page of the difference, never out of here."""
    here = request.POST.get("here", "")
    return here if here.startswith("/cmdb/baselines/") and "//" not in here and "\\" not in here else "/cmdb/baselines/"


@require_http_methods(["GET", "HEAD", "POST"])
@for_workers
def of_record(request: HttpRequest, number: str) -> HttpResponse:
    """This will show what a change or release does to the configuration data, take its baseline, and answer per item."""
    person: Any = request.user
    record = find_case(number, person=person)
    if record.kind not in ("change", "release"):
        raise Http404
    if request.method == "POST":
        return _answer(request, record, person)
    keys = items_of(record)
    last = Baseline.objects.of(record).first()
    found = sensitive.differences(comparing.compare(keys, start=last.at, end=None) if last else [], person)
    items = ConfigurationItem.objects.filter(pk__in=keys).select_related("ci_class").order_by("title", "pk")
    left = set(baselines.unanswered(record, since=record.actual_end, written_since=record.actual_start))
    context = {
        "record": record, "record_page": page_of(record), "last": last, "may": _may_answer(person, record), "here": "",
        "items": [{"item": item, "page": pages.address_of(item), "left": item.pk in left} for item in items],
        "history": Baseline.objects.of(record).select_related("made_by")[:20], "keeps": access.keeps(person),
    }  # fmt: skip
    return render(request, "cmdb/of_record.html", context | _shown(found))


def _may_answer(person: Any, record: Any) -> bool:
    return may_take(person) or person.pk in (getattr(record, "implementer_id", None), record.assignee_id)


def _answer(request: HttpRequest, record: Any, person: Any) -> HttpResponse:
    if not _may_answer(person, record):
        pages.keeper(request)
    at = timezone.now()
    unchanged = request.POST.get("unchanged", "")
    if unchanged:
        keys = baselines.affected(record)
        item = get_object_or_404(ConfigurationItem, pk__in=keys, number=unchanged[:32])
        try:
            baselines.say_no_change(record, item, by=person, at=at)
            messages.success(request, _("Noted: %(item)s was not changed.") % {"item": item.number})
        except baselines.NotToAnswer as refusal:
            messages.error(request, str(refusal))
        return redirect("cmdb:of_record", record.number)
    try:
        name = _("Before %(number)s") % {"number": record.number}
        baselines.take(items_of(record), name=name, by=person, at=at, record=record, scope={"of": record.kind})
        messages.success(request, _("Baseline taken."))
    except baselines.NothingToKeep as refusal:
        messages.error(request, str(refusal))
    return redirect("cmdb:of_record", record.number)
