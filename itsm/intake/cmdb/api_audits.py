"""Verification audits over REST."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.http import Http404
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from configuration import audit_corrections, audits, schema, sensitive
from configuration.models import AuditLine, VerificationAudit
from itsm.api.idempotency import once
from itsm.api.schema import IDEMPOTENCY_KEY, refusals
from itsm.intake.cmdb import api_shapes as shapes
from itsm.intake.cmdb import pages
from itsm.intake.cmdb.api import MOST, READ, WRITE, CmdbView, objecting, share_body
from itsm.intake.cmdb.audit_views import COUNTED


def _audit(row: Any) -> dict[str, Any]:
    figures = row.figures or {}
    auditor = row.auditor
    return {
        "number": row.number, "title": row.title, "kind": row.kind, "ci_class": row.ci_class.code if row.ci_class else None,
        "progress": audits.state_of(row), "population": row.population, "size": row.size, "counted": row.counted, "seed": row.seed,
        "auditor": {"username": auditor.username, "name": auditor.name} if auditor else None, "planned_on": row.planned_on,
        "accuracy": share_body(figures.get("accuracy")), "strict": share_body(figures.get("strict")), "conclusion": row.conclusion,
    }  # fmt: skip


class AuditsView(CmdbView):
    """What the addresses of audits share."""

    def rows(self) -> Any:
        """This will give the audits that the caller may see, with how far each has come."""
        rows = VerificationAudit.objects.visible_to(self.workers_only()).select_related("ci_class", "auditor")
        return rows.annotate(size=Count("items", distinct=True), counted=COUNTED).order_by("-pk")

    def one(self, number: str) -> Any:
        """This will find an audit.

        :raises Http404: if there is none
        """
        found = self.rows().filter(number=number).first()
        if found is None:
            raise Http404
        return found

    def counter(self) -> Any:
        """This will give the caller, if that may count.

        :raises PermissionDenied: if not
        """
        return pages.counter(self.request)


class Audits(AuditsView):
    """The audits."""

    scopes = READ | WRITE

    @extend_schema(
        operation_id="list_audits", tags=["configuration"], responses={200: shapes.AuditShape(many=True), **refusals()}
    )
    def get(self, request: Request) -> Response:
        """List the newest 200 audits."""
        return Response([_audit(row) for row in self.rows()[:MOST]])

    @extend_schema(
        operation_id="plan_audit", tags=["configuration"], request=shapes.AuditBody, parameters=[IDEMPOTENCY_KEY],
        responses={201: shapes.AuditShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Plan an audit; its sample is drawn when it starts."""
        return once(request, self._plan)

    def _plan(self) -> Response:
        by, given = self.counter(), self.body(shapes.AuditBody)
        given["ci_class"] = schema.present().by_code(given.pop("ci_class", ""))
        made = audits.plan(**given, by=by, at=timezone.now())
        return Response(_audit(self.one(made.number)), status=201)


class AuditAct(AuditsView):
    """Starting an audit."""

    scopes = WRITE

    @extend_schema(
        operation_id="start_audit", tags=["configuration"], request=None, parameters=[IDEMPOTENCY_KEY],
        responses={200: shapes.AuditShape, **refusals(409, 422)},
    )  # fmt: skip
    def post(self, request: Request, number: str) -> Response:
        """Draw the sample and lay out the count sheet."""
        return once(request, lambda: self._start(number))

    def _start(self, number: str) -> Response:
        by, found = self.counter(), self.one(number)
        with objecting():
            audits.start(found, by=by, at=timezone.now())
        return Response(_audit(self.one(number)))


class AuditClose(AuditsView):
    """Closing an audit."""

    scopes = WRITE

    @extend_schema(
        operation_id="close_audit", tags=["configuration"], request=shapes.CloseBody, parameters=[IDEMPOTENCY_KEY],
        responses={200: shapes.AuditShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request, number: str) -> Response:
        """Let the result stand; differences become corrections that a second person verifies."""
        return once(request, lambda: self._close(number))

    def _close(self, number: str) -> Response:
        by, found = self.counter(), self.one(number)
        given = self.body(shapes.CloseBody)
        with objecting():
            audits.close(found, conclusion=given["conclusion"], by=by, at=timezone.now())
        return Response(_audit(self.one(number)))


class AuditItems(AuditsView):
    """The count sheet."""

    scopes = READ

    @extend_schema(
        operation_id="list_audit_items",
        tags=["configuration"],
        responses={200: shapes.AuditItemShape(many=True), **refusals()},
    )
    def get(self, request: Request, number: str) -> Response:
        """List the items on the sheet with their lines."""
        rows = self.one(number).items.select_related("item").prefetch_related("lines").order_by("place")
        return Response([item_body(row, self.caller) for row in rows])


def item_body(row: Any, caller: Any) -> dict[str, Any]:
    """Lay a line of the sheet out as the caller may read it."""
    unread = sensitive.hidden(caller, row.item.ci_class_id)
    lines = [
        {
            "field": line.field, "recorded": sensitive.shown(line.recorded, line.field, unread),
            "found": sensitive.shown(line.found, line.field, unread), "result": line.result,
        }
        for line in row.lines.all()
    ]  # fmt: skip
    return {
        "place": row.place, "number": row.item.number, "title": row.item.title, "result": row.result, "remark": row.remark,
        "lines": lines, "has_photo": row.photo_id is not None,
    }  # fmt: skip


class AuditItem(AuditsView):
    """One line of the sheet."""

    scopes = WRITE

    @extend_schema(
        operation_id="count_audit_item", tags=["configuration"], request=shapes.CountBody, parameters=[IDEMPOTENCY_KEY],
        responses={200: shapes.AuditItemShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request, number: str, place: int) -> Response:
        """Write down what was found of one item."""
        return once(request, lambda: self._count(number, place))

    def _count(self, number: str, place: int) -> Response:
        by, found = self.counter(), self.one(number)
        row = found.items.select_related("item", "audit").filter(place=place).first()
        if row is None:
            raise Http404
        given = self.body(shapes.CountBody)
        with objecting():
            audits.count(row, **given, by=by, at=timezone.now())
        return Response(item_body(row, by))


class AuditCorrect(AuditsView):
    """The correction of one line."""

    scopes = WRITE

    @extend_schema(
        operation_id="correct_audit_line", tags=["configuration"], request=shapes.AuditCorrectBody, parameters=[IDEMPOTENCY_KEY],
        responses={200: shapes.AuditCorrectedShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request, number: str, place: int) -> Response:
        """Verify the correction of a line as a second person, and carry it out."""
        return once(request, lambda: self._correct(number, place))

    def _correct(self, number: str, place: int) -> Response:
        by, found = self.keepers_only(), self.one(number)
        field = self.body(shapes.AuditCorrectBody)["field"]
        lines = AuditLine.objects.select_related("correction", "audit_item__item")
        line = lines.filter(audit_item__audit=found, audit_item__place=place, field=field).first()
        if line is None:
            raise Http404
        with objecting():
            audit_corrections.correct(line, by=by, at=timezone.now())
        return Response(_corrected(lines.select_related("correction__verified_by").get(pk=line.pk)))


def _corrected(line: Any) -> dict[str, Any]:
    made = line.correction
    return {
        "number": line.audit_item.item.number, "field": line.field, "correction": made.pk, "applied_at": made.applied_at,
        "verified_by": {"username": made.verified_by.username, "name": made.verified_by.name},
    }  # fmt: skip


class AuditFinds(AuditsView):
    """What is met on the way."""

    scopes = WRITE

    @extend_schema(
        operation_id="note_audit_find", tags=["configuration"], request=shapes.FindBody, parameters=[IDEMPOTENCY_KEY],
        responses={200: shapes.AuditShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request, number: str) -> Response:
        """Write down something that is there and not on the sheet."""
        return once(request, lambda: self._note(number))

    def _note(self, number: str) -> Response:
        by, found = self.counter(), self.one(number)
        given = self.body(shapes.FindBody)
        with objecting():
            audits.note_find(found, **given, by=by, at=timezone.now())
        return Response(_audit(self.one(number)))


urlpatterns = [
    path("cmdb/audits", Audits.as_view()),
    path("cmdb/audits/<slug:number>/start", AuditAct.as_view()),
    path("cmdb/audits/<slug:number>/close", AuditClose.as_view()),
    path("cmdb/audits/<slug:number>/items", AuditItems.as_view()),
    path("cmdb/audits/<slug:number>/items/<int:place>", AuditItem.as_view()),
    path("cmdb/audits/<slug:number>/items/<int:place>/correct", AuditCorrect.as_view()),
    path("cmdb/audits/<slug:number>/finds", AuditFinds.as_view()),
]
