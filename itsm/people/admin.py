"""Organisations, sites, teams and absences in the administration; who may open it at all."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, gettext_lazy

from itsm.people.administrators import last_one
from itsm.people.models import Absence, Organisation, Person, RoleGrant, Site, Team


class SettingsAdmin(admin.ModelAdmin[Any]):
    """A table that every administrator of the settings may change; rows are switched off, never deleted."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Administrators only."""
        return _administers(request)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Administrators only."""
        return _administers(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Administrators only."""
        return _administers(request)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Administrators only."""
        return _administers(request)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Nobody: others may refer to the row."""
        return False


def _administers(request: HttpRequest) -> bool:
    return bool(request.user.is_active and getattr(request.user, "is_staff", False))


def sign_in(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
    """Send whoever came to the administration on; the product's own page signs people in.

    :raises PermissionDenied: if the person is no administrator
    """
    if not _administers(request):
        raise PermissionDenied(gettext("Only administrators may open the settings."))
    wanted = request.GET.get("next", "")
    known = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    return HttpResponseRedirect(wanted if known else reverse("admin:index"))


setattr(admin.site, "login", sign_in)  # noqa: B010 - the stubs know no other login
admin.site.site_header = admin.site.site_title = gettext_lazy("Settings")
admin.site.index_title = gettext_lazy("Tables")
admin.site.site_url = "/settings/"


class PersonAdminForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only in the stubs
    """One person; the last administrator stays one."""

    class Meta:
        model = Person
        fields = ("is_staff", "is_active")

    def clean(self) -> dict[str, Any]:
        """Keep the last administrator.

        :raises ValidationError: if nobody else could open the settings
        """
        cleaned = super().clean() or self.cleaned_data
        stays = cleaned.get("is_staff") and cleaned.get("is_active")
        if self.instance.pk and not stays and (why := last_one(self.instance)):
            raise ValidationError(why)
        return dict(cleaned)


@admin.register(Person)
class PersonAdmin(SettingsAdmin):
    """People; they come in by the settings' own page or a file, so none are added here."""

    form = PersonAdminForm
    list_display = ("name", "username", "unit", "is_staff", "is_active")
    list_filter = ("is_active", "is_staff", "is_demo")
    list_select_related = ("unit",)
    search_fields = ("name", "username", "email", "employee_number")
    ordering = ("name", "pk")
    autocomplete_fields = ("unit",)
    readonly_fields = ("username", "joined_at")
    fields: ClassVar[tuple[str, ...]] = (
        "username", "name", "email", "employee_number", "unit", "phone", "language", "time_zone", "is_vip", "is_staff",
        "is_active", "joined_at",
    )  # fmt: skip

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody: the settings' own page does it."""
        return False


@admin.register(Organisation)
class OrganisationAdmin(SettingsAdmin):
    """Units, customers and suppliers."""

    list_display = ("name_zh", "name_en", "code", "kind", "parent", "lead", "is_active")
    list_filter = ("kind", "is_active")
    list_select_related = ("parent", "lead")
    search_fields = ("name_zh", "name_en", "code")
    ordering = ("code",)
    autocomplete_fields = ("parent", "lead")


@admin.register(Site)
class SiteAdmin(SettingsAdmin):
    """Places."""

    list_display = ("name_zh", "name_en", "code", "county", "is_active")
    search_fields = ("name_zh", "name_en", "code")
    ordering = ("code",)


@admin.register(Team)
class TeamAdmin(SettingsAdmin):
    """Teams."""

    list_display = ("name_zh", "name_en", "code", "tier", "lead", "is_active")
    list_filter = ("tier", "is_active")
    list_select_related = ("lead",)
    search_fields = ("name_zh", "name_en", "code")
    autocomplete_fields = ("lead", "members")


@admin.register(RoleGrant)
class RoleGrantAdmin(SettingsAdmin):
    """Roles of people, to look at; the settings' own page grants them."""

    list_display = ("person", "role", "process")
    list_filter = ("role", "process")
    list_select_related = ("person",)
    search_fields = ("person__name", "person__username")
    ordering = ("person__name", "pk")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody: the settings' own page does it."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Nobody: the settings' own page does it."""
        return False


@admin.register(Absence)
class AbsenceAdmin(SettingsAdmin):
    """Who stands in for whom."""

    list_display = ("person", "deputy", "starts_on", "ends_on")
    list_select_related = ("person", "deputy")
    ordering = ("-starts_on", "-pk")
    autocomplete_fields = ("person", "deputy")
