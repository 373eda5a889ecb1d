"""Who may open the settings."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.translation import gettext

from itsm.people.models import Person
from itsm.people.requests import PersonRequest

View = Callable[..., HttpResponse]
MOST_NAMED = 3


def is_administrator(person: Any) -> bool:
    """Tell whether ``person`` may change the settings."""
    return bool(person.is_staff)


def for_administrators(view: View) -> View:
    """Let only administrators in; everybody else is told who they are (403)."""

    @wraps(view)
    def guarded(request: PersonRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_administrator(request.user):
            raise PermissionDenied(_who_can())
        return view(request, *args, **kwargs)

    return guarded


def _who_can() -> str:
    staff = Person.objects.active().filter(is_staff=True).order_by("name", "pk")[:MOST_NAMED]
    names = gettext(", ").join(person.name for person in staff)
    if not names:
        return gettext("Only administrators may open the settings.")
    return gettext("Only administrators may open the settings. Ask one of them for access: %s.") % names
