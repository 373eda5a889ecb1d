"""Who may read reports, and who sets what a figure aims at."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from itsm.tickets.querysets import SEES_ALL

if TYPE_CHECKING:
    from itsm.people.models import Person
    from itsm.records.kpis import Kpi

#: Reports count cases of all teams, so they are for those who see all of them.
READS = SEES_ALL
#: Who sets targets of every figure, beside the owner of each.
AIMS = frozenset({"slm", "management_rep"})

View = Callable[..., HttpResponse]


def for_readers(view: View) -> View:
    """Let only readers of reports in; everybody else is told so (403)."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        person: Any = request.user
        if not reads(person):
            raise PermissionDenied(refusal())
        return view(request, *args, **kwargs)

    return guarded


def reads(person: Person) -> bool:
    """Tell whether the person reads reports."""
    return bool(person.role_codes & READS)


def refusal() -> str:
    """Say why somebody may not."""
    return gettext("Reports count the cases of all teams: they are for the desk and the owners of processes.")


def may_aim(person: Person, kpi: Kpi) -> bool:
    """Tell whether the person sets the target of the figure."""
    return bool(person.role_codes & (AIMS | {kpi.owner}))
