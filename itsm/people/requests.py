"""The request of somebody who is signed in, for the types of views."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from itsm.people.models import Person


class PersonRequest(HttpRequest):
    """A request behind the sign-in: its user is a Person (LoginRequiredMiddleware sees to it)."""

    user: Person
