"""Who may run simulations, and who may read what came out."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.translation import gettext

from itsm.people.models import Person
from itsm.people.requests import PersonRequest

#: The service level manager and the owners of processes draft and run; who oversees services reads.
RUNNERS = frozenset(
    {"slm", "incident_manager", "problem_manager", "change_manager", "release_manager", "config_manager", "brm"}
)
READERS = RUNNERS | {"service_owner", "auditor", "management_rep"}
View = Callable[..., HttpResponse]


def may_run(person: Person) -> bool:
    """Tell whether ``person`` may draft and run simulations."""
    return bool(person.role_codes & RUNNERS)


def may_read(person: Person) -> bool:
    """Tell whether ``person`` may read simulations, held time and the prediction's accuracy."""
    return bool(person.role_codes & READERS)


def refuse_reading(person: Person) -> None:
    """Stop who may not read.

    :raises PermissionDenied: with the sentence that says who may
    """
    if not may_read(person):
        raise PermissionDenied(
            gettext("This is for the service level manager, the owners of processes and services, and auditors.")
        )


def refuse_running(person: Person) -> None:
    """Stop who may not run.

    :raises PermissionDenied: with the sentence that says who may
    """
    if not may_run(person):
        raise PermissionDenied(gettext("Simulations are run by the service level manager and the owners of processes."))


def for_readers(view: View) -> View:
    """Let only readers in."""

    @wraps(view)
    def guarded(request: PersonRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        refuse_reading(request.user)
        return view(request, *args, **kwargs)

    return guarded


def for_runners(view: View) -> View:
    """Let only those in who may run simulations."""

    @wraps(view)
    def guarded(request: PersonRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        refuse_running(request.user)
        return view(request, *args, **kwargs)

    return guarded
