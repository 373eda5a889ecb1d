"""Services, categories and request items in the administration."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from catalogue.editions.content import LANGUAGES, SINGLE, TEXTS
from catalogue.models import Category, RequestItem, Service
from catalogue.roots import no_such_item
from configuration.models import ConfigurationItem
from itsm.people.admin import SettingsAdmin

#: What an edition says of its service.
SAID = (*(f"{name}_{tongue}" for name in TEXTS for tongue in LANGUAGES), *SINGLE, "audiences")


class ItemField(forms.CharField):
    """A configuration item by its number."""

    def prepare_value(self, value: Any) -> Any:
        """Show a stored key as the number."""
        found = ConfigurationItem.objects.filter(pk=value).first() if isinstance(value, int) else None
        return found.number if found else value

    def clean(self, value: Any) -> Any:
        """Find the item.

        :raises ValidationError: if there is none in use with this number
        """
        number = str(super().clean(value) or "").strip().upper()
        if not number:
            return None
        found = ConfigurationItem.objects.in_use().filter(number=number).first()
        if found is None:
            raise forms.ValidationError(no_such_item())
        return found


@admin.register(Service)
class ServiceAdmin(SettingsAdmin):
    """What the desk supports."""

    list_display = ("code", "name_zh", "name_en", "support_team", "owner", "criticality", "lifecycle", "is_active")
    list_filter = ("lifecycle", "criticality", "is_active")
    list_select_related = ("support_team", "owner")
    search_fields = ("code", "name_zh", "name_en")
    autocomplete_fields = ("support_team", "second_line_team", "owner", "audiences")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **named: Any) -> Any:
        """Take the root item by its number: nobody chooses among all items."""
        if db_field.name != "root_ci":
            return super().formfield_for_foreignkey(db_field, request, **named)
        return ItemField(label=db_field.verbose_name, help_text=db_field.help_text, required=False, max_length=32)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Keep the life of a service to its transitions, and what an edition says to editions."""
        kept = tuple(super().get_readonly_fields(request, obj))
        if obj is None:
            return kept
        kept = (*kept, "lifecycle")
        if obj.lifecycle in (Service.Lifecycle.LIVE, Service.Lifecycle.RETIRING):
            kept = (*kept, "is_active")
        return (*kept, *SAID) if obj.editions.in_force().exists() else kept


@admin.register(Category)
class CategoryAdmin(SettingsAdmin):
    """What cases are about."""

    list_display = ("code", "name_zh", "name_en", "parent", "first_contact", "is_active")
    list_filter = ("first_contact", "is_active")
    list_select_related = ("parent",)
    search_fields = ("code", "name_zh", "name_en")


@admin.register(RequestItem)
class RequestItemAdmin(SettingsAdmin):
    """What may be ordered."""

    list_display = ("code", "name_zh", "name_en", "service", "target_seconds", "approval", "sort", "is_active")
    list_filter = ("approval", "service", "is_active")
    list_select_related = ("service",)
    search_fields = ("code", "name_zh", "name_en", "keywords")
