"""The item that stands for a service: shown on its page with what it stands on, and chosen there."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from catalogue import roots
from configuration import impact
from configuration.models import ConfigurationItem
from itsm.desk.access import for_workers
from itsm.desk.services.entry import service_at
from itsm.people.requests import PersonRequest
from itsm.records.refusable import refuse
from itsm.records.refusals import Objected
from itsm.tickets.finding import page_of
from itsm.ui.answers import done


class RootForm(forms.Form):
    """Which item; none when it is left empty."""

    item = forms.CharField(
        label=gettext_lazy("Configuration item that stands for the service"), max_length=160, required=False,
        help_text=gettext_lazy("Its number or its whole name; left empty: none."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, person: Any, **named: Any) -> None:
        """This will find items as ``person`` may."""
        super().__init__(data, **named)
        self.person = person

    def clean_item(self) -> ConfigurationItem | None:
        """Find the item.

        :raises ValidationError: if there is none, or more than one of that name
        """
        text = self.cleaned_data["item"].replace("\x00", " ").strip()
        if not text:
            return None
        seen = ConfigurationItem.objects.visible_to(self.person)
        found = list(seen.filter(number=text.upper())[:1] or seen.filter(title=text)[:2])
        if len(found) != 1:
            raise forms.ValidationError(_("No item, or more than one, has this number or name."))
        made: ConfigurationItem = found[0]
        return made


def shown(service: Any, person: Any) -> dict[str, Any]:
    """Give the item that stands for the service, as far as ``person`` may know of it, and on how many it stands."""
    may_choose = roots.may_choose(person, service)
    found = ConfigurationItem.objects.visible_to(person).filter(pk=service.root_ci_id).first()
    if found is None:
        return {"root": None, "may_choose_root": may_choose}
    up = impact.walk(found.pk, down=False)
    root = {
        "record": found,
        "url": page_of(found),
        "state": found.flows[0].states[found.state],
        "below": len(up.others),
        "cut": up.cut,
    }
    return {"root": root, "may_choose_root": may_choose}


@require_http_methods(["GET", "HEAD", "POST"])
@for_workers
def choose(request: PersonRequest, code: str) -> HttpResponse:
    """Ask which item stands for the service, and keep it.

    :raises PermissionDenied: if the person keeps neither the entry nor the items
    """
    service, person = service_at(code), request.user
    if not roots.may_choose(person, service):
        raise PermissionDenied(_("Who keeps the catalogue entry, or the configuration data, chooses this item."))
    now = service.root_ci.number if service.root_ci_id else ""
    form = RootForm(request.POST if request.method == "POST" else None, person=person, initial={"item": now})
    back = reverse("services:page", args=[code])
    if form.is_bound and form.is_valid():
        try:
            roots.choose(service, form.cleaned_data["item"], by=person)
            return done(request, back, say=_("Saved."))
        except Objected as refusal:
            refuse(form, refusal)
    context = {
        "form": form,
        "service": service,
        "back": back,
        "title": _("Root item of %(name)s") % {"name": service.name},
    }
    return render(request, "services/root.html", context, status=422 if form.errors else 200)
