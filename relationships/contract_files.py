"""The documents of a contract: attached by its keepers, read by who may read the contract."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from itsm.flow import Move
from itsm.records import attachments, journal
from itsm.records.clock import whole
from itsm.records.models import Attachment, Event
from itsm.records.refusals import Refusal
from itsm.tickets.finding import page_of
from itsm.ui.answers import done
from relationships.listing import for_staff, reader
from relationships.models import Contract
from relationships.supplier_querysets import keeps


@require_POST
@for_staff
def attach(request: HttpRequest, number: str) -> HttpResponseBase:
    """Keep documents with a contract, journaled."""
    person = reader(request)
    contract = get_object_or_404(Contract.objects.visible_to(person), number=number)
    if not keeps(person):
        raise PermissionDenied(_("The registers are kept by the service level and the relationship manager."))
    move = Move("attach", person, whole(timezone.now()))
    lost = []
    for file in request.FILES.getlist("files"):
        try:
            with transaction.atomic():
                made = attachments.attach(contract, name=file.name or "", pieces=file.chunks(), by=person, at=move.at)
                journal.write(
                    contract, kind=Event.Kind.ATTACHED, name="attach", move=move, file=made.name, attachment=made.pk
                )
        except Refusal as refusal:
            lost.append(f"{file.name}: {' '.join(refusal.reasons)}")
    return done(request, f"{page_of(contract)}#files", warn=" ".join(lost))


@require_safe
@for_staff
def read(request: HttpRequest, number: str, pk: int) -> HttpResponseBase:
    """Send a document, always to be saved."""
    contract = get_object_or_404(Contract.objects.visible_to(reader(request)), number=number)
    found = get_object_or_404(Attachment, pk=pk, record=contract.pk)
    path = attachments.path_of(found.sha256)
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=found.name, content_type="application/octet-stream"
    )
