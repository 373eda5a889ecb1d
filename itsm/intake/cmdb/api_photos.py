"""The photo beside a line of an audit over REST: under the limits and the judgement of content that every file has."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import path
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from configuration import audits
from itsm.api.files import TakesFile
from itsm.api.idempotency import once
from itsm.api.schema import IDEMPOTENCY_KEY, refusals
from itsm.api.serializers import Strict
from itsm.intake.cmdb import api_shapes as shapes
from itsm.intake.cmdb.api import READ, WRITE, objecting
from itsm.intake.cmdb.api_audits import AuditsView, item_body
from itsm.records import attachments


class PhotoBody(Strict):
    """A photo of one item, as a form."""

    file = serializers.FileField(
        allow_empty_file=True, help_text="A PNG, JPEG, GIF or WebP picture; told by its content, not by its name."
    )


class AuditPhoto(TakesFile, AuditsView):
    """The photo of one item on the count sheet."""

    scopes = READ | WRITE

    def row(self, number: str, place: int) -> Any:
        """This will find the line of the sheet.

        :raises Http404: if there is none
        """
        found = self.one(number).items.select_related("item", "audit", "photo").filter(place=place).first()
        if found is None:
            raise Http404
        return found

    @extend_schema(
        operation_id="read_audit_photo", tags=["configuration"],
        responses={**{(200, kind): OpenApiResponse(OpenApiTypes.BINARY) for kind in attachments.INLINE}, **refusals()},
    )  # fmt: skip
    def get(self, request: Request, number: str, place: int) -> HttpResponse:
        """Look at the photo, encoded anew and without where and when it was taken."""
        row = self.row(number, place)
        made = attachments.picture(row.photo) if row.photo is not None else None
        if made is None:
            raise Http404
        return HttpResponse(made[0], content_type=made[1])

    @extend_schema(
        operation_id="add_audit_photo", tags=["configuration"], parameters=[IDEMPOTENCY_KEY],
        request={"multipart/form-data": PhotoBody}, responses={201: shapes.AuditItemShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request, number: str, place: int) -> Response:
        """Keep a photo with the item, as evidence of what was found; a newer one takes its place on the sheet."""
        return once(request, lambda: self.keep(number, place))

    def keep(self, number: str, place: int) -> Response:
        """This will keep it and answer with the line."""
        by, row = self.counter(), self.row(number, place)
        file = self.body(PhotoBody)["file"]
        with objecting():
            audits.photograph(row, name=str(file.name), pieces=file.chunks(), by=by, at=timezone.now())
        return Response(item_body(self.row(number, place), by), status=201)


urlpatterns = [path("cmdb/audits/<slug:number>/items/<int:place>/photo", AuditPhoto.as_view())]
