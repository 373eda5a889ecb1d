"""The rules of the house: how long closed cases reopen, when figures freeze, when reports are due."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from itsm.desk.settings.access import for_administrators
from itsm.desk.settings.pages import SettingForm, edit
from itsm.people.requests import PersonRequest
from itsm.tickets.models import HouseRules


class HouseForm(SettingForm):
    """The one row."""

    broken: ClassVar[dict[str, Any]] = {
        "house_reopen_days_in_range": _("Cases may be reopened for 1 to 90 days."),
        "house_freeze_days_in_range": _("Figures are frozen after 1 to 20 working days."),
        "house_report_days_in_range": _("Reports are due after 1 to 20 working days."),
    }

    class Meta:
        model = HouseRules
        fields: ClassVar[list[str]] = ["reopen_days", "freeze_days", "report_days"]


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def write(request: PersonRequest) -> HttpResponse:
    """Show the rules of the house, or change them."""
    row = HouseRules.objects.first() or HouseRules(pk=1)
    form = HouseForm(request.POST or None, instance=row)
    hint = gettext("They count from now on: what is frozen or issued already stays as it is.")
    return edit(request, form, title=gettext("Rules of the house"), back=reverse("settings:home"), more={"hint": hint})
