"""What the lists of this app share: pages of fifty from the newest on, and who may open them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext

from itsm.people.models import Person

PAGE, LONGEST = 50, 200
View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def for_staff(view: View) -> View:
    """Let only those who work cases in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        person: Any = request.user
        if not person.is_worker:
            raise PermissionDenied(
                gettext("These screens are for those who work cases. Your own cases are in the portal.")
            )
        return view(request, *args, **kwargs)

    return cast(View, guarded)


def reader(request: HttpRequest) -> Person:
    """Give who asks."""
    person: Person = request.user  # type: ignore[assignment]  # signed in
    return person


def page_of_rows(rows: QuerySet[Any], request: HttpRequest) -> tuple[list[Any], int | None]:
    """Take fifty rows, the newest first, and the key before which older ones follow."""
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows.order_by("-pk")[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None


def words(request: HttpRequest) -> str:
    """Give the words that are looked for."""
    return request.GET.get("q", "").replace("\x00", " ").strip()[:LONGEST]
