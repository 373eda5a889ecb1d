"""What an hour of each role costs, from which day on."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from itsm.desk.settings.access import for_administrators
from itsm.desk.settings.pages import SettingForm, edit
from itsm.desk.settings.roles import role_choices
from itsm.flow.roles import ROLES
from itsm.people.requests import PersonRequest
from itsm.tickets.models import RoleRate


class RateForm(SettingForm):
    """One rate."""

    broken: ClassVar[dict[str, Any]] = {
        "role_rate_once": _("This role has a rate from that day on already: change that one."),
        "role_rate_in_range": _("An hour costs NT$0 to NT$1,000,000."),
    }
    fixed = ("role",)
    role = forms.ChoiceField(label=_("Role"), choices=role_choices)

    class Meta:
        model = RoleRate
        fields: ClassVar[list[str]] = ["role", "since", "rate"]
        widgets: ClassVar[dict[str, Any]] = {"since": forms.DateInput({"type": "date"}, format="%Y-%m-%d")}


@require_safe
@for_administrators
def listing(request: PersonRequest) -> HttpResponse:
    """List every rate by role, the latest first, with the one that is in force today."""
    today = timezone.localdate()
    rows, known = [], set()
    order = list(ROLES)
    for rate in sorted(RoleRate.objects.order_by("-since"), key=lambda one: order.index(one.role)):
        current = rate.since <= today and rate.role not in known
        known |= {rate.role} if current else set()
        rows.append({"rate": rate, "name": ROLES[rate.role], "current": current, "ahead": rate.since > today})
    return render(request, "settings/rates.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def write(request: PersonRequest, pk: int | None = None) -> HttpResponse:
    """Add a rate or correct one."""
    row = get_object_or_404(RoleRate, pk=pk) if pk else None
    title = str(ROLES[row.role]) if row else gettext("New rate")
    hint = gettext("Time that is entered from now on has this rate; what was entered before keeps the one that it has.")
    form = RateForm(request.POST or None, instance=row)
    return edit(request, form, title=title, back=reverse("settings:rates"), more={"hint": hint})
