"""Hold reasons and the priority matrix in the administration; cases themselves never: only flows change them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from itsm.people.admin import SettingsAdmin
from itsm.tickets.models import HoldReason, PriorityRule


@admin.register(HoldReason)
class HoldReasonAdmin(SettingsAdmin):
    """Why cases wait."""

    list_display = ("code", "name_zh", "name_en", "pauses_resolution", "ending", "limit_days", "sort", "is_active")
    list_filter = ("is_active", "pauses_resolution", "ending")
    search_fields = ("code", "name_zh", "name_en")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Keep the code of a reason that is there: flows and imports name it."""
        return ("code",) if obj else ()


@admin.register(PriorityRule)
class PriorityRuleAdmin(SettingsAdmin):
    """The cells of the matrix."""

    list_display = ("impact", "urgency", "service", "priority")
    list_filter = ("service",)
    list_select_related = ("service",)
