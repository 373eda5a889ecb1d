"""What a token may be used for; it never gives more than its owner may do."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request


class Scope(models.TextChoices):
    """One kind of use. Whoever is signed in at the browser has all of them."""

    TICKETS_READ = "tickets:read", _("Read cases, the catalogue and public replies")
    TICKETS_WRITE = "tickets:write", _("Raise, edit and move cases, reply and attach")
    INTERNAL_READ = "internal:read", _("Read and write internal notes")
    PEOPLE_READ = "people:read", _("Read people and teams")
    MONITOR_INGEST = "monitor:ingest", _("Send alarms of a monitoring system and counts of a telephone exchange")


def has_scope(request: Request, scope: Scope) -> bool:
    """Tell whether the request may be used for ``scope``: by its token, or because somebody is signed in."""
    token: Any = request.auth
    return token is None or scope in token.scopes
