"""What is said about a case and attached to it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.db.models import QuerySet
from django.http import Http404, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.api.fetching import fetch
from itsm.api.files import TakesFile
from itsm.api.idempotency import once
from itsm.api.paging import Order
from itsm.api.schema import IDEMPOTENCY_KEY, listing, refusals
from itsm.api.scopes import Scope, has_scope
from itsm.api.views import ApiView, ListView
from itsm.records import attachments
from itsm.records.models import Attachment
from itsm.tickets.api import rows, shapes
from itsm.tickets.comments import note, reply
from itsm.tickets.files import attach_file, files_visible_to
from itsm.tickets.finding import find_case
from itsm.tickets.models import Comment


class OfCase(ListView):
    """A list of what hangs on the case in the address."""

    def find(self) -> Any:
        """This will find the case among what the caller may know of.

        :raises Http404: if there is none
        """
        return find_case(self.kwargs["number"], person=self.caller)

    def reads_notes(self, case: Any) -> bool:
        """This will tell whether caller and token may read internal notes of the case."""
        return bool(case.shows_notes) and has_scope(self.request, Scope.INTERNAL_READ)


class CommentList(OfCase):
    """What was said about a case."""

    scopes = {"GET": Scope.TICKETS_READ, "POST": Scope.TICKETS_WRITE}
    orders = {"at": Order("at", kind=datetime), "-at": Order("at", descending=True, kind=datetime)}
    columns = ("kind", "body", "at", "channel", *rows.person_columns("author"))

    def rows(self) -> QuerySet[Any]:
        """This will give public replies, and internal notes where caller and token may read them."""
        case = self.find()
        found: QuerySet[Any] = Comment.objects.visible_to(self.caller).filter(ticket=case.pk)
        return found if self.reads_notes(case) else found.public()  # type: ignore[attr-defined]

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will lay out one comment."""
        said = {name: row[name] for name in ("kind", "body", "at", "channel")}
        return {"id": row["pk"], "author": rows.person(row, "author"), **said}

    @extend_schema(operation_id="list_comments", tags=["comments"], responses=listing(shapes.CommentShape))
    def get(self, request: Request, number: str) -> Response:
        """List the public replies of a case, and its internal notes if you and the token may read them."""
        return self.page()

    @extend_schema(
        operation_id="write_comment", tags=["comments"], request=shapes.CommentBody, parameters=[IDEMPOTENCY_KEY],
        responses={201: shapes.CommentShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request, number: str) -> Response:
        """Write a public reply or an internal note; which of them can never be changed."""
        return once(request, self.write)

    def write(self) -> Response:
        """This will write and answer with the comment."""
        case = self.find()
        body = shapes.CommentBody(data=self.request.data)
        body.is_valid(raise_exception=True)
        internal = body.validated_data["kind"] == Comment.Kind.INTERNAL
        if internal and not has_scope(self.request, Scope.INTERNAL_READ):
            raise PermissionDenied
        made = (note if internal else reply)(case, body=body.validated_data["body"], by=self.caller, channel="api")
        row = fetch(Comment.objects.visible_to(self.caller).filter(pk=made.pk), self.columns)[0]
        return Response(self.shape(row), status=201)


class AttachmentList(TakesFile, OfCase):
    """The files of a case."""

    scopes = {"GET": Scope.TICKETS_READ, "POST": Scope.TICKETS_WRITE}
    orders = {
        "added_at": Order("added_at", kind=datetime),
        "-added_at": Order("added_at", descending=True, kind=datetime),
    }
    columns = ("name", "media_type", "size", "sha256", "is_internal", "added_at", *rows.person_columns("added_by"))

    def rows(self) -> QuerySet[Any]:
        """This will give the files that the caller may see; internal ones where the token allows it too."""
        case = self.find()
        found = files_visible_to(self.caller).filter(record=case.pk)
        return found if self.reads_notes(case) else found.filter(is_internal=False)

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will lay out one file."""
        told = {name: row[name] for name in ("name", "media_type", "size", "sha256", "added_at")}
        return {"id": row["pk"], "internal": row["is_internal"], "added_by": rows.person(row, "added_by"), **told}

    @extend_schema(
        operation_id="list_attachments",
        tags=["attachments"],
        responses=listing(shapes.AttachmentShape),
    )
    def get(self, request: Request, number: str) -> Response:
        """List the files of a case."""
        return self.page()

    @extend_schema(
        operation_id="attach_file", tags=["attachments"], parameters=[IDEMPOTENCY_KEY],
        request={"multipart/form-data": shapes.AttachmentBody},
        responses={201: shapes.AttachmentShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request, number: str) -> Response:
        """Attach a file; its type is told by its content."""
        return once(request, self.attach)

    def attach(self) -> Response:
        """This will keep the file and answer with its row."""
        case = self.find()
        body = shapes.AttachmentBody(data=self.request.data)
        body.is_valid(raise_exception=True)
        internal = body.validated_data["internal"]
        if internal and not has_scope(self.request, Scope.INTERNAL_READ):
            raise PermissionDenied
        file = body.validated_data["file"]
        made = attach_file(case, name=file.name, pieces=file.chunks(), by=self.caller, internal=internal, channel="api")
        row = fetch(Attachment.objects.filter(pk=made.pk), self.columns)[0]
        return Response(self.shape(row), status=201)


class AttachmentContent(ApiView):
    """The content of one file."""

    scopes = {"GET": Scope.TICKETS_READ}

    @extend_schema(
        operation_id="download_attachment", tags=["attachments"],
        responses={(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY), **refusals()},
    )  # fmt: skip
    def get(self, request: Request, key: int) -> StreamingHttpResponse:
        """Download a file; it is never shown in place."""
        found = get_object_or_404(files_visible_to(self.caller), pk=key)
        if found.is_internal and not has_scope(request, Scope.INTERNAL_READ):
            raise Http404
        response = StreamingHttpResponse(attachments.read(found), content_type="application/octet-stream")
        response.headers["Content-Length"] = str(found.size)
        response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.name)}"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response
