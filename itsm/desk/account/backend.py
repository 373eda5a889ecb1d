"""Signing in by user name or e-mail address."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from itsm.people.models import Person


class NameOrMailBackend(ModelBackend):
    """Finds the person by user name, else by e-mail address; an unknown one costs the same time as a wrong password."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> Person | None:
        """Give the active person whose password fits, else None."""
        if not username or password is None:
            return None
        person = Person.objects.filter(username=username).first()
        if person is None and "@" in username:
            person = Person.objects.filter(email__iexact=username).first()
        if person is None:
            Person().set_password(password)
            return None
        return person if person.check_password(password) and self.user_can_authenticate(person) else None

    def get_user(self, user_id: int) -> Person | None:
        """Give the active person of a session with roles and teams, in one statement."""
        person = Person.objects.with_rights(user_id)
        return person if person is not None and self.user_can_authenticate(person) else None
