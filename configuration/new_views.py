"""The pages on which an item is registered: its class first, then what is known of it, with what it may already be."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from configuration import attributes, schema, services
from configuration.alike import Alike, alike
from configuration.authority import Grounds
from configuration.editing import METHODS, address, given, tried
from configuration.forms import OWN, ItemForm
from configuration.models import CiClass, ConfigurationItem
from configuration.services import FIELDS
from configuration.views import for_workers
from itsm.ui.answers import done


@require_http_methods(METHODS)
@for_workers
def new(request: HttpRequest) -> HttpResponse:
    """Make an item: first its class, then what is known of it; what may be registered already is shown before it is kept."""
    person: Any = request.user
    known = schema.present()
    chosen = known.by_code(request.GET.get("class", ""))
    if chosen is None:
        rows = [known.classes[key] for key in _listed(known)]
        return render(request, "configuration/choose_class.html", {"rows": rows, "given": given(request)})
    form = ItemForm(request.POST or None, person=person, ci_class=chosen, initial=given(request))
    found: list[Alike] = []
    if request.method == "POST" and form.is_valid():
        found = [] if request.POST.get("anyway") else likely(form, chosen, person)
        if not found and (made := _kept(form, chosen, person)):
            return done(request, address(made), say=_("%(number)s recorded.") % {"number": made.number})
    _watch(form, chosen)
    context = {
        "form": form, "title": _("New item: %(name)s") % {"name": chosen.name}, "back": reverse("configuration:list"), "alike": found,
    }  # fmt: skip
    return render(request, "configuration/new.html", context, status=422 if form.errors or found else 200)


def _listed(known: schema.Schema) -> list[int]:
    return [key for key in schema.in_order(known) if known.classes[key].is_active and known.classes[key].parent_id]


def _kept(form: ItemForm, chosen: CiClass, person: Any) -> Any:
    def act(grounds: Grounds) -> ConfigurationItem:
        return services.create(
            ci_class=chosen, grounds=grounds, by=person, at=timezone.now().replace(microsecond=0), given=form.given, **form.written
        )  # fmt: skip

    return tried(form, act)


@require_safe
@for_workers
def typed(request: HttpRequest) -> HttpResponse:
    """Give the items that may be meant by what is being typed."""
    person: Any = request.user
    chosen = schema.present().by_code(request.GET.get("class", ""))
    if chosen is None:
        raise Http404(_("There is no such class."))
    form = ItemForm(request.GET, person=person, ci_class=chosen)
    form.is_valid()
    return render(request, "configuration/alike.html", {"alike": likely(form, chosen, person)})


def likely(form: ItemForm, chosen: CiClass, person: Any) -> list[Alike]:
    """Ask with every field that is fit so far."""
    values = {name: value for name, value in form.cleaned_data.items() if name in FIELDS}
    for row in form.attributes:
        with suppress(attributes.Unfit):
            values[row.code] = attributes.read(row, form.cleaned_data.get(OWN + row.code))
    return alike(chosen.pk, values, person=person)


def _watch(form: ItemForm, chosen: CiClass) -> None:
    """Let the fields that tell items apart ask while they are written."""
    marks = {name for rule in schema.present().identity(chosen.pk) for name in rule} | {"title"}
    names = [name for name in form.fields if name.removeprefix(OWN) in marks]
    for name in names:
        form.fields[name].widget.attrs |= {
            "hx-get": f"{reverse('configuration:alike')}?class={chosen.code}", "hx-target": "#alike", "hx-include": "closest form",
            "hx-params": ",".join(names), "hx-trigger": "input changed delay:400ms", "hx-sync": "closest form:replace",
        }  # fmt: skip
