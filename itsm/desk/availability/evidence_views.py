"""Evidence of an exclusion: files taken in beside the claim, and given out to those who may know of it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from itsm.desk.availability.letting import for_those_who_may
from itsm.records.clock import database_now
from itsm.records.refusals import Refusal
from itsm.ui.answers import done
from sla import claim_files
from sla.api_claim_files import content
from sla.models import ExclusionClaim


@require_POST
@for_those_who_may
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep files with a claim; what cannot be kept is said."""
    person: Any = request.user
    claim = get_object_or_404(ExclusionClaim.objects.visible_to(person), pk=pk)
    files, lost = request.FILES.getlist("files"), []
    for file in files:
        try:
            claim_files.attach(claim, name=file.name or "", pieces=file.chunks(), by=person, at=database_now())
        except Refusal as refusal:
            lost.append(f"{file.name}: {' '.join(map(str, refusal.reasons))}")
    warn = " ".join(lost) if files else _("Choose a file first.")
    return done(request, f"{reverse('availability:claim', args=[pk])}#evidence", warn=warn)


@require_safe
@for_those_who_may
def read(request: HttpRequest, pk: int, key: int) -> Any:
    """Give a file out, always as a download."""
    person: Any = request.user
    return content(get_object_or_404(claim_files.visible_to(person), pk=key, claim=pk))
