"""The pages on which items are made, edited, related, verified and reported as wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from configuration import access, attributes, corrections, far, field_values, relating, sensitive, services
from configuration.authority import Grounds
from configuration.forms import GroundsForm, ItemForm, RelationForm, WrongForm
from configuration.models import AuditFind, CiRelation, ConfigurationItem
from configuration.views import for_workers
from itsm.records import register
from itsm.ui.answers import done

METHODS = ["GET", "HEAD", "POST"]


def find(request: HttpRequest, number: str) -> ConfigurationItem:
    """Find an item that the person may see.

    :raises Http404: if there is none
    """
    person: Any = request.user
    found: Any = ConfigurationItem.objects.visible_to(person).select_related("ci_class", "owner").filter(number=number)
    for item in found[:1]:
        made: ConfigurationItem = item
        return made
    raise Http404(_("There is no record with this number."))


def address(item: Any) -> str:
    """Give the address of an item's page."""
    return f"/cmdb/cis/{item.number}/"


def given(request: HttpRequest) -> dict[str, str]:
    """Read what the address says of the grounds."""
    return {name: request.GET[name][:32] for name in ("change", "correction") if request.GET.get(name)}


@require_http_methods(METHODS)
@for_workers
def edit(request: HttpRequest, number: str) -> HttpResponse:
    """Edit an item under what authorises it."""
    person: Any = request.user
    item = find(request, number)
    form = ItemForm(request.POST or None, person=person, ci_class=item.ci_class, item=item, initial=given(request))
    if request.method == "POST" and form.is_valid():

        def act(grounds: Grounds) -> ConfigurationItem:
            at = timezone.now().replace(microsecond=0)
            return services.edit(item, grounds=grounds, by=person, at=at, given=form.given, **form.written)

        if tried(form, act):
            return done(request, address(item), say=_("Saved."))
    title = _("Edit %(name)s") % {"name": item}
    return _shown(request, form, title=title, back=address(item), ask=far.change_address(number))


@require_http_methods(METHODS)
@for_workers
def relate(request: HttpRequest, number: str) -> HttpResponse:
    """Join the item to another."""
    person: Any = request.user
    item = find(request, number)
    form = RelationForm(request.POST or None, person=person, ci_class=item.ci_class)
    if request.method == "POST" and form.is_valid():

        def act(grounds: Grounds) -> CiRelation:
            kind, forward = form.chosen
            other = form.cleaned_data["other"]
            source, target = (item, other) if forward else (other, item)
            return relating.relate(
                source, target, type=kind, grounds=grounds, by=person, at=timezone.now().replace(microsecond=0),
                weight=form.cleaned_data["weight"], group=form.cleaned_data["group"], needs=form.cleaned_data["needs"],
            )  # fmt: skip

        if tried(form, act):
            return done(request, address(item), say=_("Saved."))
    title = _("Add a relationship of %(name)s") % {"name": item}
    return _shown(request, form, title=title, back=address(item), ask=far.change_address(number))


@require_http_methods(METHODS)
@for_workers
def end_relation(request: HttpRequest, pk: int) -> HttpResponse:
    """End a relationship; that it held stays on record."""
    person: Any = request.user
    relation = get_object_or_404(
        CiRelation.objects.present().select_related("source__ci_class", "target", "type"), pk=pk
    )
    item = find(request, str(relation.source.number))
    form = GroundsForm(request.POST or None, person=person, ci_class=item.ci_class)
    if request.method == "POST" and form.is_valid():

        def act(grounds: Grounds) -> bool:
            relating.end(relation, grounds=grounds, by=person, at=timezone.now().replace(microsecond=0))
            return True

        if tried(form, act):
            return done(request, address(item), say=_("The relationship has ended."))
    words = {"source": item.title, "type": relation.type.name, "target": relation.target.title}
    title = _("End “%(source)s %(type)s %(target)s”") % words
    return _shown(request, form, title=title, back=address(item), ask=far.change_address(str(item.number)))


def tried(form: GroundsForm, act: Callable[[Grounds], Any]) -> Any:
    """Make the change; what is refused stands in the form, and None is given."""
    assert form.grounds is not None
    try:
        return act(form.grounds)
    except attributes.UnfitAttributes as refusal:
        assert isinstance(form, ItemForm)
        form.refuse(refusal.fields)
    except services.Unauthorised as refusal:
        form.add_error("change", str(refusal))
    except (services.NothingToChange, relating.Unfitting) as refusal:
        form.add_error(None, str(refusal))
    return None


def _shown(request: HttpRequest, form: Any, *, title: str, back: str, ask: str = "") -> HttpResponse:
    context = {"form": form, "title": title, "back": back, "ask": ask}
    return render(request, "configuration/form.html", context, status=422 if form.errors else 200)


@require_POST
@for_workers
def verify(request: HttpRequest, number: str) -> HttpResponse:
    """Say that what is recorded is still right."""
    person: Any = request.user
    item = find(request, number)
    services.verify(item, by=person, at=timezone.now().replace(microsecond=0))
    return done(request, address(item), say=_("Noted: still right."))


@require_http_methods(METHODS)
@for_workers
def wrong(request: HttpRequest, number: str) -> HttpResponse:
    """Report data that is wrong; who keeps the data judges it."""
    person: Any = request.user
    item = find(request, number)
    form = WrongForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        at = timezone.now().replace(microsecond=0)
        corrections.report(item, field=form.cleaned_data["field"], found=form.cleaned_data["found"], by=person, at=at)
        return done(request, address(item), say=_("Reported to those who keep the configuration data."))
    return _shown(request, form, title=_("Wrong data of %(name)s") % {"name": item}, back=address(item))


@for_workers
def corrections_page(request: HttpRequest) -> HttpResponse:
    """List the corrections that are open."""
    person: Any = request.user
    rows = sensitive.corrections(corrections.open_for(person), person)
    known = cases_seen(rows, person)
    words = field_values.named((row.field, text) for row in rows for text in (row.recorded, row.found))
    for row in rows:
        row.seen_case = row.case if row.case_id in known else None
        row.label = (
            field_values.label_of(row.field, class_id=row.item.ci_class_id, words=words) if row.item else _kind_of(row)
        )
        _say(row, words)
    context = {"rows": rows, "keeps": access.keeps(person), "person": person}
    return render(request, "configuration/corrections.html", context)


def _say(row: Any, words: field_values.Words) -> None:
    """Put what is recorded and what was found into words; nothing is saved."""
    if row.item and row.field:
        of = row.item.ci_class_id
        row.recorded = field_values.shown(row.field, row.recorded, class_id=of, words=words)
        row.found = field_values.shown(row.field, row.found, class_id=of, words=words)


def cases_seen(rows: list[Any], person: Any) -> set[int]:
    """Find which of the cases that the corrections name the person may see."""
    by_kind: dict[str, list[int]] = {}
    for row in rows:
        if row.case is not None:
            by_kind.setdefault(row.case.kind, []).append(row.case.pk)
    return {
        key
        for kind, keys in by_kind.items()
        for key in register.process(kind)
        .model.objects.visible_to(person)
        .filter(pk__in=keys)
        .values_list("pk", flat=True)
    }


def _kind_of(row: Any) -> str:
    kinds = dict(AuditFind.Kind.choices)
    return str(kinds.get(row.field, row.field))


@require_POST
@for_workers
def judge(request: HttpRequest, pk: int, verdict: str) -> HttpResponse:
    """Verify a correction as a second person, or refuse it with a reason."""
    person: Any = request.user
    if not access.keeps(person):
        raise PermissionDenied(_("Only who keeps the configuration data judges corrections."))
    row = get_object_or_404(corrections.open_for(person), pk=pk)
    try:
        pronounce(row, verdict, person, request.POST)
    except corrections.Refused as refusal:
        return done(request, reverse("configuration:corrections"), warn=str(refusal))
    return done(request, reverse("configuration:corrections"), say=_("Saved."))


def pronounce(row: Any, verdict: str, person: Any, given: Any) -> None:
    """Do as the verdict says: verify, refuse, or settle by a change.

    :raises Refused: if it cannot be judged so
    """
    at = timezone.now().replace(microsecond=0)
    if verdict == "verify":
        corrections.verify(row, by=person, at=at)
    elif verdict == "refuse":
        corrections.refuse(row, by=person, at=at, reason=given.get("reason", ""))
    else:
        number = given.get("change", "").strip().upper()[:32]
        change = register.process("change").model.objects.visible_to(person).filter(number=number).first()
        if change is None:
            raise corrections.Refused(services.no_such_change())
        corrections.settle(row, change=change, by=person, at=at)
