"""Changing the role while looking around."""

from __future__ import annotations

import logging

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from itsm.demo.personas import find, may_switch
from itsm.people.models import OpenSession, Person

log = logging.getLogger(__name__)
BACKEND = "itsm.desk.account.backend.NameOrMailBackend"


@login_not_required
@require_POST
def become(request: HttpRequest, username: str) -> HttpResponse:
    """Sign in as a persona with a new session and go to its first page."""
    if not may_switch() or find(username) is None:
        raise Http404
    person = get_object_or_404(Person.objects.active(), username=username, is_demo=True)
    before, old_key = request.user, request.session.session_key or ""
    request.session.flush()
    login(request, person, backend=BACKEND)
    _remember(request, person, old_key=old_key)
    log.info("demo: %s became %s from %s", before, person, request.META.get("REMOTE_ADDR"))
    return HttpResponseRedirect("/", status=303)


def _remember(request: HttpRequest, person: Person, *, old_key: str) -> None:
    OpenSession.objects.filter(session_key=old_key).delete()
    OpenSession.objects.update_or_create(
        session_key=request.session.session_key or "",
        defaults={
            "person": person, "since": timezone.now(), "address": request.META.get("REMOTE_ADDR"),
            "browser": request.headers.get("User-Agent", "")[:200],
        },
    )  # fmt: skip
