"""Who may open the desk's screens."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

View = Callable[..., HttpResponse]


def for_workers(view: View) -> View:
    """Let only those who work cases in; everybody else is told so (403)."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        person: Any = request.user
        if not person.is_worker:
            raise PermissionDenied(
                gettext("These screens are for those who work cases. Your own cases are in the portal.")
            )
        return view(request, *args, **kwargs)

    return guarded
