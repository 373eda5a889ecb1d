"""Files of a case: taken in, given out as downloads, pictures only re-encoded."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from itsm.desk.record.answering import answers_refusals, case_of, finish
from itsm.records import attachments
from itsm.records.models import Attachment
from itsm.records.refusals import Objected
from itsm.tickets.files import attach_file, files_visible_to

if TYPE_CHECKING:
    from itsm.people.models import Person

MOST_AT_ONCE = 20


def keep_all(case: Any, files: Iterable[UploadedFile[Any]], *, by: Person, internal: bool) -> list[Attachment]:
    """Keep files with a case, journaled; ``internal`` ones are hidden from the requester.

    :raises NotAllowed: if ``by`` neither works on the case nor asked for it
    :raises Objected: if there are too many, or one is empty or too large
    """
    sent = list(files)
    if len(sent) > MOST_AT_ONCE:
        raise Objected(_("At most %(most)s files at once.") % {"most": MOST_AT_ONCE})
    return [attach_file(case, name=file.name or "", pieces=file.chunks(), by=by, internal=internal) for file in sent]


@require_POST
@answers_refusals
def attach(request: HttpRequest, number: str) -> HttpResponse:
    """Take files in beside the conversation."""
    case = case_of(request, number)
    files = request.FILES.getlist("files")
    if not files:
        raise Objected(_("Choose a file first."))
    kept = keep_all(case, files, by=request.user, internal=bool(request.POST.get("internal")))  # type: ignore[arg-type]  # signed in
    return finish(
        request, case, _("Attached: %(names)s.") % {"names": ", ".join(row.name for row in kept)}, anchor="#files"
    )


@require_safe
def download(request: HttpRequest, number: str, pk: int) -> HttpResponseBase:
    """Give a file out, always as a download under its honest name and type."""
    row = _readable(request, number, pk)
    if not attachments.path_of(row.sha256).exists():
        raise Http404(_("The content of this file is gone."))
    headers = {
        "Content-Disposition": content_disposition_header(True, row.name) or "attachment",
        "Content-Length": str(row.size),
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return StreamingHttpResponse(attachments.read(row), content_type=row.media_type, headers=headers)


@require_safe
def picture(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Show an image re-encoded, without what else its file may hold."""
    row = _readable(request, number, pk)
    drawn = attachments.picture(row) if attachments.path_of(row.sha256).exists() else None
    if drawn is None:
        raise Http404(_("This file is no picture that can be shown."))
    headers = {
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, max-age=86400",
        "Content-Disposition": "inline",
    }
    return HttpResponse(drawn[0], content_type=drawn[1], headers=headers)


def _readable(request: HttpRequest, number: str, pk: int) -> Attachment:
    person: Any = request.user
    return get_object_or_404(files_visible_to(person), pk=pk, record=case_of(request, number).pk)
