"""Who may open these pages: those who work cases; what a service refuses is a page that says so."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from itsm.desk.access import for_workers
from itsm.records.refusals import NotAllowed

View = Callable[..., HttpResponse]


def for_those_who_may(view: View) -> View:
    """Let those who work cases in, and answer what they may not do with 403 and its sentence."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal)) from refusal

    return for_workers(guarded)
