"""Marking items as not affected on the page of risk and impact, and taking it back."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from changes import judging, sparing, tabs
from changes.sparing_shown import SparingForm
from configuration.models import ConfigurationItem
from itsm.records.refusals import Objected, Refusal
from itsm.ui.answers import done


@require_POST
def spare(request: HttpRequest, number: str) -> HttpResponse:
    """Say that an item is not affected."""
    person: Any = request.user
    change = tabs.load(number, person=person)
    form = SparingForm(request.POST, person=person)
    if form.is_valid():
        item = form.cleaned_data["item"]
        try:
            sparing.spare(change, item, reason=form.cleaned_data["reason"], by=person)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return done(request, _here(number), say=_("%(number)s is not affected.") % {"number": item.number})
    return judging.draw_impact(request, change, form=form)


@require_POST
def take_back(request: HttpRequest, number: str) -> HttpResponse:
    """Say that an item is affected after all."""
    person: Any = request.user
    change = tabs.load(number, person=person)
    wanted = request.POST.get("item", "")[:32]
    item = ConfigurationItem.objects.visible_to(person).filter(number=wanted).first()
    try:
        if item is None:
            raise Objected(_("There is no configuration item “%(name)s”.") % {"name": wanted})
        sparing.take_back(change, item, by=person)
    except Refusal as refusal:
        return done(request, _here(number), warn=str(refusal) or _("You may not do this here."))
    return done(request, _here(number), say=_("%(number)s is affected after all.") % {"number": item.number})


def _here(number: str) -> str:
    return f"{reverse('changes:impact', args=[number])}#i-spared"
