"""Services, categories and request items in the administration."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from catalogue.editions.content import LANGUAGES, SINGLE, TEXTS
from catalogue.models import Category, RequestItem, Service
from itsm.people.admin import SettingsAdmin

#: What an edition says of its service.
SAID = (*(f"{name}_{tongue}" for name in TEXTS for tongue in LANGUAGES), *SINGLE, "audiences")


@admin.register(Service)
class ServiceAdmin(SettingsAdmin):
    """What the desk supports."""

    list_display = ("code", "name_zh", "name_en", "support_team", "owner", "criticality", "lifecycle", "is_active")
    list_filter = ("lifecycle", "criticality", "is_active")
    list_select_related = ("support_team", "owner")
    search_fields = ("code", "name_zh", "name_en")
    autocomplete_fields = ("support_team", "second_line_team", "owner", "audiences")

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

    list_display = ("code", "name_zh", "name_en", "parent", "is_active")
    list_filter = ("is_active",)
    list_select_related = ("parent",)
    search_fields = ("code", "name_zh", "name_en")


@admin.register(RequestItem)
class RequestItemAdmin(SettingsAdmin):
    """What may be ordered."""

    list_display = ("code", "name_zh", "name_en", "service", "target_seconds", "approval", "sort", "is_active")
    list_filter = ("approval", "service", "is_active")
    list_select_related = ("service",)
    search_fields = ("code", "name_zh", "name_en", "keywords")
