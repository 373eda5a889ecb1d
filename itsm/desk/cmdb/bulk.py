"""Acts on several items of the list at once: each item in a transaction of its own, under the rules of one item."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from configuration import access, attributes, field_values, listing, services
from configuration.flow import CI
from configuration.forms import GroundsForm
from configuration.models import ConfigurationItem
from itsm.desk.access import for_workers
from itsm.desk.queue.acts import Outcome, Pick, picks
from itsm.draw.labels import Label, sheet
from itsm.records.perform import perform
from itsm.records.refusals import Refusal
from itsm.ui.answers import dialog, done, way_back

if TYPE_CHECKING:
    from itsm.people.models import Person

#: Labels that one file takes: ten sheets.
MOST_LABELS = 240
#: What is written into many items at once; what tells one item from another is not.
FIELDS = (
    "place", "site", "owner", "team", "supplier", "environment", "criticality", "release_version", "licence",
    "support_until", "data_classification",
)  # fmt: skip
MOVES = ("receive", "begin_build", "put_live", "begin_change", "retire_ci")


class ChangeForm(GroundsForm):
    """One field or one step for all chosen items, under one change."""

    act = forms.ChoiceField(label=gettext_lazy("What is done with each"))
    value = forms.CharField(label=gettext_lazy("New value, for a field"), required=False, max_length=300)
    correction = None  # type: ignore[assignment]  # Django drops the field so; one correction is of one item
    field_order = ("act", "value", "change")

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        fields = [(f"set:{name}", field_values.label_of(name, class_id=0)) for name in FIELDS]
        moves = [(f"do:{name}", CI.transitions[name].label) for name in MOVES]
        self.fields["act"].choices = [(_("Write a field"), fields), (_("Step"), moves)]  # type: ignore[attr-defined]  # of a choice
        self.fields["value"].help_text = _("A team, a site and a supplier by their code, an owner by the user name.")
        self.is_light = True  # each item's own class decides whether it needs a change


def each(chosen: list[Pick], act: Callable[[ConfigurationItem], Any], *, person: Person) -> Outcome:
    """Do ``act`` to each chosen item in a transaction of its own; what is refused is kept with its sentence."""
    numbers = [pick.number for pick in chosen]
    found = ConfigurationItem.objects.visible_to(person).select_related("ci_class").filter(number__in=numbers)
    items, outcome = {str(item.number): item for item in found}, Outcome()
    for number in dict.fromkeys(numbers):
        if number not in items:
            outcome.refused[number] = _("There is no record with this number.")
            continue
        try:
            act(items[number])
        except Refusal as refusal:
            outcome.refused[number] = " ".join(dict.fromkeys(refusal.reasons))
        except (attributes.Unfit, attributes.UnfitAttributes, services.NothingToChange) as refusal:
            outcome.refused[number] = str(refusal)
        else:
            outcome.done.append(number)
    return outcome


@require_POST
@for_workers
def verify(request: HttpRequest) -> HttpResponse:
    """Say of each chosen item that what is recorded is still right."""
    person: Any = request.user
    at = timezone.now().replace(microsecond=0)
    outcome = each(picks(request), lambda item: services.verify(item, by=person, at=at), person=person)
    say = ngettext("%(count)d item is still right.", "%(count)d items are still right.", len(outcome.done))
    return _answer(request, outcome, say % {"count": len(outcome.done)})


@require_http_methods(["GET", "HEAD", "POST"])
@for_workers
def change(request: HttpRequest) -> HttpResponse:
    """Ask what is written into the chosen items and what authorises it, and do so item by item."""
    person: Any = request.user
    chosen = picks(request)
    if not chosen:
        return _answer(request, Outcome(), "")
    form = ChangeForm(request.POST if request.method == "POST" else None, person=person)
    if form.is_bound and form.is_valid():
        outcome = each(chosen, lambda item: _apply(item, form, person), person=person)
        say = ngettext("%(count)d item written.", "%(count)d items written.", len(outcome.done))
        return _answer(request, outcome, say % {"count": len(outcome.done)})
    context = {
        "title": _("Change the chosen items"), "form": form, "picks": [pick.number for pick in chosen],
        "next": way_back(request, reverse("configuration:list")), "keeps": access.keeps(person),
    }  # fmt: skip
    return dialog(request, "configuration/bulk.html", context, status=422 if form.is_bound else 200)


def _apply(item: ConfigurationItem, form: ChangeForm, person: Person) -> None:
    """Write the field or make the step.

    :raises Refusal: if nothing authorises it, or the step is not open
    :raises Unfit: if the value does not fit
    """
    how, _colon, name = form.cleaned_data["act"].partition(":")
    at, grounds = timezone.now().replace(microsecond=0), form.grounds
    assert grounds is not None
    if how == "set":
        value = field_values.read(name, form.cleaned_data["value"], class_id=item.ci_class_id)
        services.edit(item, grounds=grounds, by=person, at=at, **{name: value})
    else:
        given = {"change": grounds.change} if grounds.change is not None else {}
        perform(item, name, by=person, **{key: value for key, value in given.items() if CI.transitions[name].inputs})


def _answer(request: HttpRequest, outcome: Outcome, say: str) -> HttpResponse:
    refused = " ".join(f"{number}: {sentence}" for number, sentence in list(outcome.refused.items())[:5])
    if not outcome.done and not refused:
        refused = _("Tick the items first.")
    back = way_back(request, reverse("configuration:list"))
    return done(request, back, say=say if outcome.done else "", warn=refused)


@require_safe
@for_workers
def labels(request: HttpRequest) -> HttpResponse:
    """Give labels of the chosen items, or of all that match the filters of the address, as a PDF."""
    person: Any = request.user
    chosen = picks(request)
    if chosen:
        rows = ConfigurationItem.objects.visible_to(person).filter(number__in=[pick.number for pick in chosen])
    else:
        rows = listing.matching(listing.ask(request.GET.dict(), at=timezone.now()), person=person)
    items = rows.select_related("ci_class", "site").order_by("title", "pk")[:MOST_LABELS]
    file = sheet([_label(item) for item in items], title=str(_("Labels")))
    headers = {"Content-Disposition": 'inline; filename="labels.pdf"'}
    return HttpResponse(file, content_type="application/pdf", headers=headers)


def _label(item: ConfigurationItem) -> Label:
    where = " · ".join(part for part in (str(item.site or ""), item.place) if part)
    address = f"{settings.SITE_URL}/cmdb/cis/{item.number}/"
    return Label(address, str(item.number), (item.title, item.ci_class.name, where, item.asset_no))
