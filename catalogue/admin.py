"""Services, categories and request items in the administration."""

from __future__ import annotations

from django.contrib import admin

from catalogue.models import Category, RequestItem, Service
from itsm.people.admin import SettingsAdmin


@admin.register(Service)
class ServiceAdmin(SettingsAdmin):
    """What the desk supports."""

    list_display = ("code", "name_zh", "name_en", "support_team", "owner", "criticality", "lifecycle", "is_active")
    list_filter = ("lifecycle", "criticality", "is_active")
    list_select_related = ("support_team", "owner")
    search_fields = ("code", "name_zh", "name_en")
    autocomplete_fields = ("support_team", "second_line_team", "owner", "audiences")


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
