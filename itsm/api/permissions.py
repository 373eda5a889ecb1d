"""Who may call at all, and with which scope."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from itsm.api.scopes import has_scope


class MayUseApi(BasePermission):
    """Active people, with a token that has the scope which the view names for the method; no scope named, no entry."""

    message = _("This token has no scope for that.")

    def has_permission(self, request: Request, view: Any) -> bool:
        """This will tell whether the caller is somebody and the token allows the method."""
        if not (request.user and request.user.is_authenticated and request.user.is_active):
            return False
        if request.auth is None:
            return True
        scopes = getattr(view, "scopes", {})
        method = "GET" if request.method == "HEAD" else request.method
        return method in scopes and has_scope(request, scopes[method]) if method in view.allowed_methods else True
