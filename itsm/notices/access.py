"""Who may open the pages of notices beyond their own."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.translation import gettext

from itsm.notices.roles import ANNOUNCES
from itsm.people.models import Person
from itsm.people.requests import PersonRequest

P = ParamSpec("P")
View = Callable[Concatenate[PersonRequest, P], HttpResponse]


def may_announce(person: Person) -> bool:
    """Tell whether ``person`` may write announcements."""
    return person.is_staff or person.holds(*ANNOUNCES)


def only_for(test: Callable[[Any], bool]) -> Callable[[View[P]], View[P]]:
    """Let only those in who pass ``test``; everybody else is told so (403)."""

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: PersonRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not test(request.user):
                raise PermissionDenied(gettext("Your role may not open this page."))
            return view(request, *args, **kwargs)

        return guarded

    return guard


def base_of(person: Any) -> str:
    """Name the frame of a page for workers or requesters."""
    return "base.html" if person.is_authenticated and person.is_worker else "portal_base.html"
