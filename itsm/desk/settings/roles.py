"""The roles of a person: granted for one process or for all, and taken back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import lazystr
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from itsm.desk.settings.access import for_administrators
from itsm.flow.roles import GRANTABLE, ROLES
from itsm.people.models import Person, RoleGrant
from itsm.people.requests import PersonRequest
from itsm.records import register
from itsm.ui.answers import done


def role_choices() -> list[tuple[str, Any]]:
    """List the roles that can be granted, in the reader's language."""
    return [(code, lazystr(ROLES[code])) for code in GRANTABLE]


def process_choices() -> list[tuple[str, Any]]:
    """List the processes in the reader's language."""
    return [(process.key, lazystr(process.flow.title)) for process in register.processes()]


class GrantForm(forms.Form):
    """Which role, for which process."""

    role = forms.ChoiceField(label=_("Role"))
    process = forms.ChoiceField(label=_("Process"), required=False)

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["role"].choices = role_choices()  # type: ignore[attr-defined]  # it chooses
        self.fields["process"].choices = [("", _("every process")), *process_choices()]  # type: ignore[attr-defined]


def held_by(person: Person) -> list[dict[str, Any]]:
    """List the roles of ``person`` with the words for role and process."""
    names = dict(process_choices())
    rows: models.QuerySet[RoleGrant] = person.grants.order_by("role", "process")
    return [
        {
            "pk": grant.pk,
            "role": ROLES.get(grant.role, grant.role),
            "process": names.get(grant.process, grant.process) if grant.process else gettext("every process"),
        }
        for grant in rows
    ]


@require_POST
@for_administrators
def grant(request: PersonRequest, pk: int) -> HttpResponse:
    """Give a person a role; one that they hold already stays."""
    person = get_object_or_404(Person.objects.visible_to(request.user), pk=pk)
    back = reverse("settings:person", args=[person.pk])
    form = GrantForm(request.POST)
    if not form.is_valid():
        return done(request, back, warn=gettext("Choose a role from the list."))
    held, made = RoleGrant.objects.get_or_create(person=person, **form.cleaned_data)
    said = gettext("Role granted: %s.") if made else gettext("The role is held already: %s.")
    return done(request, back, say=said % ROLES[held.role])


@require_POST
@for_administrators
def revoke(request: PersonRequest, pk: int, grant_pk: int) -> HttpResponse:
    """Take a role back; one that is gone already is no trouble."""
    person = get_object_or_404(Person.objects.visible_to(request.user), pk=pk)
    for held in person.grants.filter(pk=grant_pk):
        held.delete()
    return done(request, reverse("settings:person", args=[person.pk]), say=gettext("Role taken back."))
