"""Evidence of exclusions over REST: the list, taking a file in, giving it out."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.api.idempotency import once
from itsm.api.problems import TooLarge
from itsm.api.schema import IDEMPOTENCY_KEY, refusals
from itsm.api.scopes import Scope
from itsm.api.serializers import Strict
from itsm.records.attachments import path_of
from itsm.records.clock import database_now
from sla import claim_files
from sla.api_availability import ForWorkers
from sla.models import ClaimFile, ExclusionClaim

#: Bytes that a form may have around its file.
FORM_AROUND_FILE = 64 * 1024


class EvidenceShape(serializers.ModelSerializer[ClaimFile]):
    """A file of evidence."""

    class Meta:
        model = ClaimFile
        fields = ("id", "name", "media_type", "size", "sha256", "added_at")


class EvidenceBody(Strict):
    """A file to keep as evidence."""

    file = serializers.FileField(allow_empty_file=True)  # an empty one is refused with the sentence of the pages


class EvidenceList(ForWorkers):
    """The files of a claim."""

    scopes = {"GET": Scope.TICKETS_READ, "POST": Scope.TICKETS_WRITE}
    parser_classes = (MultiPartParser,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """This will refuse what says of itself that it is too large before it is read."""
        super().initial(request, *args, **kwargs)
        said = request.META.get("CONTENT_LENGTH") or "0"
        if said.isdecimal() and int(said) > settings.ATTACHMENT_MAX_BYTES + FORM_AROUND_FILE:
            raise TooLarge

    def find(self) -> ExclusionClaim:
        """This will find a claim that the caller may know of (404)."""
        found: ExclusionClaim = get_object_or_404(ExclusionClaim.objects.visible_to(self.caller), pk=self.kwargs["pk"])
        return found

    @extend_schema(
        operation_id="list_exclusion_files", tags=["availability"],
        responses={200: EvidenceShape(many=True), **refusals()},
    )  # fmt: skip
    def get(self, request: Request, pk: int) -> Response:
        """List the files that are kept as evidence of a claim."""
        return Response(EvidenceShape(self.find().files.order_by("pk"), many=True).data)

    @extend_schema(
        operation_id="attach_exclusion_file", tags=["availability"], parameters=[IDEMPOTENCY_KEY],
        request={"multipart/form-data": EvidenceBody}, responses={201: EvidenceShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request, pk: int) -> Response:
        """Keep a file as evidence of a claim that is not decided; its type is told by its content."""
        return once(request, self.attach)

    def attach(self) -> Response:
        """This will keep the file and answer with its row."""
        claim, body = self.find(), EvidenceBody(data=self.request.data)
        body.is_valid(raise_exception=True)
        file = body.validated_data["file"]
        made = claim_files.attach(claim, name=file.name, pieces=file.chunks(), by=self.caller, at=database_now())
        return Response(EvidenceShape(made).data, status=201)


class EvidenceContent(ForWorkers):
    """The content of one file."""

    scopes = {"GET": Scope.TICKETS_READ}

    @extend_schema(
        operation_id="download_exclusion_file", tags=["availability"],
        responses={(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY), **refusals()},
    )  # fmt: skip
    def get(self, request: Request, pk: int, key: int) -> FileResponse:
        """Download a file of evidence; it is never shown in place."""
        return content(get_object_or_404(claim_files.visible_to(self.caller), pk=key, claim=pk))


def content(found: ClaimFile) -> FileResponse:
    """Give a file out, always to be saved.

    :raises Http404: if its content is gone
    """
    if not path_of(found.sha256).exists():
        raise Http404
    answer = FileResponse(path_of(found.sha256).open("rb"), content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.name)}"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


urlpatterns = [
    path("exclusions/<int:pk>/files", EvidenceList.as_view()),
    path("exclusions/<int:pk>/files/<int:key>", EvidenceContent.as_view()),
]
