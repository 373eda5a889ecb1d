"""People: who they are, whether they still work here, and who administers the settings."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib.auth.hashers import make_password
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from itsm.desk.settings.access import for_administrators
from itsm.desk.settings.pages import SettingForm, edit
from itsm.desk.settings.roles import GrantForm, held_by, role_choices
from itsm.people.administrators import last_one
from itsm.people.managers import PersonQuerySet
from itsm.people.models import Organisation, Person
from itsm.people.requests import PersonRequest
from itsm.tickets.models import Ticket

MOST = 100


class FindForm(forms.Form):
    """Whom to list."""

    q = forms.CharField(label=_("Name, user name or e-mail"), required=False, max_length=80)
    role = forms.ChoiceField(label=_("Role"), required=False)
    gone = forms.BooleanField(label=_("Leavers too"), required=False)

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["role"].choices = [("", _("Any")), ("is_staff", _("administrator")), *role_choices()]  # type: ignore[attr-defined]

    def found(self, people: PersonQuerySet) -> PersonQuerySet:
        """Keep those who are asked for."""
        asked = self.cleaned_data if self.is_valid() else {}
        if not asked.get("gone"):
            people = people.active()
        if asked.get("role") == "is_staff":
            people = people.filter(is_staff=True)
        elif role := asked.get("role"):
            people = people.filter(grants__role=role)
        if words := asked.get("q"):
            named = Q(name__icontains=words) | Q(username__icontains=words) | Q(email__istartswith=words)
            people = people.filter(named | Q(employee_number=words))
        return people.distinct()


class PersonForm(SettingForm):
    """One person. Nobody is deleted; leavers are not active."""

    broken: ClassVar[dict[str, Any]] = {
        "person_email_once": _("Somebody else has this e-mail address."),
        "person_employee_number_once": _("Somebody else has this employee number."),
    }
    fixed = ("username",)

    class Meta:
        model = Person
        fields: ClassVar[list[str]] = [
            "username", "name", "email", "employee_number", "unit", "phone", "language", "is_vip", "is_staff", "is_active",
        ]  # fmt: skip

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        units = Organisation.objects.filter(is_active=True) | Organisation.objects.filter(pk=self.instance.unit_id)
        self.fields["unit"].queryset = units.order_by("code")  # type: ignore[attr-defined]  # chooses a row
        self.was_administrator = bool(self.instance.pk and self.instance.is_staff and self.instance.is_active)

    def clean(self) -> dict[str, Any]:
        """Keep the last administrator.

        :raises ValidationError: if nobody else could open the settings
        """
        cleaned = super().clean() or self.cleaned_data
        stays = cleaned.get("is_staff") and cleaned.get("is_active")
        if self.was_administrator and not stays and (why := last_one(self.instance)):
            raise forms.ValidationError(why)
        return dict(cleaned)

    def save(self, commit: bool = True) -> Any:
        """Write the person; a new one sets the password by the link that “forgotten password” sends."""
        if not self.instance.pk:
            self.instance.password = make_password(None)
        return super().save(commit)


@require_safe
@for_administrators
def listing(request: PersonRequest) -> HttpResponse:
    """List people by name, as many as fit."""
    form = FindForm(request.GET or None)
    people = form.found(Person.objects.visible_to(request.user)).select_related("unit").prefetch_related("grants")
    rows = list(people.order_by("name", "pk")[: MOST + 1])
    context = {"form": form, "rows": rows[:MOST], "more": len(rows) > MOST, "most": MOST}
    return render(request, "settings/people.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def new(request: PersonRequest) -> HttpResponse:
    """Make a person."""
    form = PersonForm(request.POST or None)
    hint = gettext("New people choose a password with “Forgotten password” on the sign-in page.")
    return edit(request, form, title=gettext("New person"), back=reverse("settings:people"), more={"hint": hint})


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def change(request: PersonRequest, pk: int) -> HttpResponse:
    """Change a person; beside the form stand the roles."""
    row = get_object_or_404(Person.objects.visible_to(request.user), pk=pk)
    title = row.name
    cases = Ticket.objects.visible_to(request.user).open().filter(assignee=row).count()
    more = {"row": row, "grants": held_by(row), "grant_form": GrantForm(), "cases": cases}
    form = PersonForm(request.POST or None, instance=row)
    return edit(request, form, title=title, back=reverse("settings:people"), template="settings/person.html", more=more)
