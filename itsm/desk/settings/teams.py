"""Teams: their members, lead, tier and calendar."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from catalogue.models import Service
from itsm.desk.settings.access import for_administrators
from itsm.desk.settings.pages import SettingForm, edit
from itsm.hours.models import Calendar
from itsm.people.models import Person, Team
from itsm.people.requests import PersonRequest
from itsm.tickets.models import Ticket


class TeamForm(SettingForm):
    """One team; it stays active while services or open cases need it."""

    fixed = ("code",)

    class Meta:
        model = Team
        fields: ClassVar[list[str]] = [
            "code", "name_zh", "name_en", "tier", "lead", "calendar", "email", "members", "is_active",
        ]  # fmt: skip
        widgets: ClassVar[dict[str, Any]] = {"members": forms.CheckboxSelectMultiple({"class": "pick-list"})}

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        workers = Q(grants__isnull=False) | Q(is_staff=True)
        already = Q(teams=self.instance.pk) | Q(pk=self.instance.lead_id) if self.instance.pk else Q()
        people = Person.objects.filter(Q(is_active=True) & workers | already).distinct().order_by("name", "pk")
        for name in ("lead", "members"):
            self.fields[name].queryset = people  # type: ignore[attr-defined]  # both choose a row
        self.fields["calendar"].queryset = Calendar.objects.active()  # type: ignore[attr-defined]  # chooses a row

    def clean_is_active(self) -> bool:
        """Keep a team that is needed.

        :raises ValidationError: naming what needs it
        """
        wanted = bool(self.cleaned_data["is_active"])
        if not wanted and self.instance.pk and (why := needed_by(self.instance)):
            raise forms.ValidationError(why)
        return wanted


def needed_by(team: Team) -> str:
    """Say what stands against closing ``team`` down, or nothing."""
    services = Service.objects.filter(Q(support_team=team) | Q(second_line_team=team), is_active=True).order_by("code")
    if names := gettext(", ").join(service.name for service in services[:3]):
        return gettext("These services send their cases to the team: %s. Choose another team for them first.") % names
    if left := Ticket.objects.open().filter(team=team).count():
        return gettext("Open cases with this team: %s. Give them to another team first.") % left
    return ""


@require_safe
@for_administrators
def listing(request: PersonRequest) -> HttpResponse:
    """List every team, active ones first."""
    rows = Team.objects.select_related("lead", "calendar").annotate(size=Count("members"))
    return render(request, "settings/teams.html", {"rows": rows.order_by("-is_active", "tier", "code")})


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def write(request: PersonRequest, pk: int | None = None) -> HttpResponse:
    """Make a team or change one."""
    row = get_object_or_404(Team, pk=pk) if pk else None
    title = row.name if row else gettext("New team")
    return edit(request, TeamForm(request.POST or None, instance=row), title=title, back=reverse("settings:teams"))
