"""Boards, their seats and proxies in the administration; meetings and votes never: only their own pages change them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from changes.board_models import Board, BoardMember, Proxy
from itsm.people.admin import SettingsAdmin


class OfBoard(admin.TabularInline[Any, Any]):
    """Rows of a board; administrators of the settings keep them."""

    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Administrators only."""
        return bool(getattr(request.user, "is_staff", False))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Administrators only."""
        return self.has_view_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Administrators only."""
        return self.has_view_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Administrators only: what a vote names, the database keeps."""
        return self.has_view_permission(request, obj)


class MembersOfBoard(OfBoard):
    """The seats."""

    model = BoardMember
    autocomplete_fields = ("person", "alternate_for")


class ProxiesOfBoard(OfBoard):
    """The proxies, with their days."""

    model = Proxy
    autocomplete_fields = ("member", "person")


@admin.register(Board)
class BoardAdmin(SettingsAdmin):
    """The definition of a board."""

    list_display = ("code", "name_zh", "name_en", "weekday", "opens", "quorum_percent", "is_active")
    search_fields = ("code", "name_zh", "name_en")
    filter_horizontal = ("services",)
    inlines = (MembersOfBoard, ProxiesOfBoard)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Keep the code of a board that is there."""
        return ("code",) if obj else ()
