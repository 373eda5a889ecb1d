"""Releases over REST."""

from __future__ import annotations

from typing import Any

from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.api.idempotency import once
from itsm.api.schema import IDEMPOTENCY_KEY, IF_NONE_MATCH, listing, refusals
from itsm.api.scopes import Scope
from itsm.records import register
from itsm.records.links import linking
from itsm.records.models import LinkKind
from itsm.records.refusals import Objected
from itsm.tickets.api import rows
from itsm.tickets.api.filters import filter_of
from itsm.tickets.api.moves import move_routes
from itsm.tickets.api.views import CaseDetail, EditableView, TicketList
from releases import api_acts, api_deployments, reading
from releases import api_shapes as shapes
from releases.models import Release
from releases.receive import draft_release
from releases.views import may_draft

LISTED = ("release_type", "label", "planned_at", "planned_end", "outcome")
PLAIN = (
    *LISTED, "method", "targets", "deliverables", "fixes", "test_environment", "acceptance_record", "rollback_plan", "rollback_tested",
    "only_configuration", "early_life_days", "early_life_until", "approved_at", "actual_start", "actual_end", "customer_effect", "lessons",
)  # fmt: skip
PEOPLE = ("implementer", "approver")


class ReleaseDetail(CaseDetail):
    """How a release is laid out."""

    model = Release
    detail_columns = (*rows.DETAIL_COLUMNS, *PLAIN, *rows.person_columns(*PEOPLE))

    def whole(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will add what only releases have."""
        made = super().whole(row) | {name: row[name] for name in PLAIN}
        made |= {name: rows.person(row, name) for name in PEOPLE}
        record = Release.objects.get(number=row["number"])
        gates = reading.gates_of(record)
        return made | {
            "changes": [str(change.number) for change in linking(record, kind=LinkKind.IMPLEMENTED_BY).records],
            "contents": [api_acts.content(one) for one in record.contents.select_related("item").order_by("pk")],
            "criteria": [api_acts.criterion(one) for one in record.criteria.select_related("signed_by").order_by("pk")],
            "deployments": list(record.deployments.order_by("wave", "pk").values_list("number", flat=True)),
            "gates": [{"code": gate.code, "label": gate.label, "open": gate.is_open} for gate in gates],
            "incidents_after": reading.incidents_after(record).count(),
        }


class ReleaseList(ReleaseDetail, TicketList):
    """Releases."""

    scopes = {"GET": Scope.TICKETS_READ, "POST": Scope.TICKETS_WRITE}
    columns = (*rows.COLUMNS, *LISTED)
    filterset_class = filter_of(Release, Release.flows[0])

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will add kind, window and outcome."""
        return super().shape(row) | {name: row[name] for name in LISTED}

    @extend_schema(operation_id="list_releases", tags=["releases"], responses=listing(shapes.ReleaseShape))
    def get(self, request: Request) -> Response:
        """List releases that you may see."""
        return self.page()

    @extend_schema(
        operation_id="draft_release", tags=["releases"], request=shapes.DraftBody, parameters=[IDEMPOTENCY_KEY],
        responses={201: shapes.WholeReleaseShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Draft a release that carries out open changes."""
        return once(request, self.draft)

    def draft(self) -> Response:
        """This will read the body and draft."""
        if not may_draft(self.caller):
            raise PermissionDenied
        body = shapes.DraftBody(data=self.request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        changes = self._changes(list(dict.fromkeys(given["changes"])))
        made = draft_release(
            changes, title=given["title"], by=self.caller, at=timezone.now(), channel="api",
            **({"description": given["description"]} if given.get("description") else {}),
        )  # fmt: skip
        return self.answer(made.pk, status=201)

    def _changes(self, numbers: list[str]) -> list[Any]:
        model = register.process("change").model
        found = list(model.objects.visible_to(self.caller).open().filter(number__in=numbers).order_by("pk"))
        odd = sorted(set(numbers) - {row.number for row in found})
        if odd or not found:
            sentence = gettext("%(numbers)s is no open change.") % {"numbers": ", ".join(odd)[:200] or "—"}
            raise Objected(fields={"changes": sentence})
        return found


@extend_schema_view(
    get=extend_schema(
        operation_id="read_release", tags=["releases"], parameters=[IF_NONE_MATCH],
        responses={200: shapes.WholeReleaseShape, 304: None, **refusals()},
    ),
    patch=extend_schema(
        operation_id="edit_release", tags=["releases"],
        responses={200: shapes.WholeReleaseShape, **refusals(409, 412, 413, 415, 422, 428)},
    ),
)  # fmt: skip
class ReleaseView(ReleaseDetail, EditableView):
    """One release."""


urlpatterns = [
    path("releases", ReleaseList.as_view()),
    path("releases/<record_number:number>", ReleaseView.as_view()),
    *api_acts.routes(ReleaseDetail),
    *move_routes("releases", model=Release, flows=Release.flows, detail=ReleaseDetail, shape=shapes.WholeReleaseShape),
    *api_deployments.urlpatterns,
]
