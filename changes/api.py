"""Changes over REST."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import path
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from changes import api_rules, api_scope, api_standard, api_steps, api_work, services
from changes import api_shapes as shapes
from changes.models import Change
from itsm.api.idempotency import once
from itsm.api.schema import IDEMPOTENCY_KEY, IF_NONE_MATCH, listing, refusals
from itsm.api.scopes import Scope
from itsm.records.refusals import NotAllowed, Objected
from itsm.tickets.api import rows
from itsm.tickets.api.filters import filter_of
from itsm.tickets.api.moves import move_routes
from itsm.tickets.api.views import CaseDetail, CaseView, EditableView, TicketList, rows_named
from itsm.tickets.finding import find_case

PLAIN = (
    "change_class",
    "outcome",
    "window_start",
    "window_end",
    "risk_score",
    "agreed_risk",
    "is_unauthorised",
    "break_glass",
)
#: What only those who work cases read.
MORE = (
    "class_basis", "service_change_reason", "risk_answers",
    "reason_kind", "justification", "benefit", "impact_text", "no_ci_reason", "found_how", "cost_estimate",
    "expected_downtime_min", "plan", "test_plan", "test_result", "backout_plan", "backout_tested", "communication_plan",
    "conditions", "requires_release", "needs_transition", "authorised_at", "actual_start", "actual_end", "forms_due_at", "lessons",
)  # fmt: skip
PEOPLE = ("authoriser", "closer")


class ChangeDetail(CaseDetail):
    """How a change is laid out."""

    model = Change
    detail_columns = (
        *rows.DETAIL_COLUMNS,
        *PLAIN,
        *MORE,
        *rows.person_columns("implementer", *PEOPLE),
        "template__code",
    )

    def whole(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will add what only changes have; requesters learn nothing of plans and risks."""
        works = self.caller.is_worker
        made = super().whole(row) | {name: row[name] for name in PLAIN}
        made["implementer"] = rows.person(row, "implementer") if works else None
        empty: dict[str, Any] = {"class_basis": [], "risk_answers": {}} | dict.fromkeys(
            ("backout_tested", "requires_release", "needs_transition"), False
        )
        made |= {name: row[name] if works else empty.get(name) for name in MORE}
        made |= {name: rows.person(row, name) if works else None for name in PEOPLE}
        return made | {"template": row["template__code"]}


class ChangeList(ChangeDetail, TicketList):
    """Changes."""

    scopes = {"GET": Scope.TICKETS_READ, "POST": Scope.TICKETS_WRITE}
    columns = (*rows.COLUMNS, *PLAIN, *rows.person_columns("implementer"))
    filterset_class = filter_of(Change, Change.flows[0])

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will add what only changes have."""
        made = super().shape(row) | {name: row[name] for name in PLAIN}
        return made | {"implementer": rows.person(row, "implementer") if self.caller.is_worker else None}

    @extend_schema(operation_id="list_changes", tags=["changes"], responses=listing(shapes.ChangeShape))
    def get(self, request: Request) -> Response:
        """List changes that you may see."""
        return self.page()

    @extend_schema(
        operation_id="draft_change", tags=["changes"], request=shapes.ChangeBody, parameters=[IDEMPOTENCY_KEY],
        responses={201: shapes.WholeChangeShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Draft a request for change; submit it by its transition."""
        return once(request, self.create)

    def create(self) -> Response:
        """This will draft it and answer with it."""
        if not self.caller.is_worker:
            raise NotAllowed
        body = shapes.ChangeBody(data=self.request.data)
        body.is_valid(raise_exception=True)
        given = rows_named(body.validated_data, person=self.caller, record=Change(kind="change", requester=self.caller))
        origin, similar = (
            self._other(given.pop("origin", None), "origin"),
            self._other(given.pop("similar", None), "similar"),
        )
        known = services.known_of(origin) if origin is not None else {"title": ""}
        made = services.draft(by=self.caller, origin=origin, similar=similar, channel="api", **(known | given))
        return self.answer(made.pk, status=201, Location=f"/api/v1/changes/{made.number}")

    def _other(self, number: str | None, name: str) -> Any:
        if not number:
            return None
        try:
            found = find_case(number, person=self.caller)
        except Http404 as fault:
            raise Objected(fields={name: str(fault)}) from fault
        if name == "similar" and found.kind != "change":
            raise Objected(fields={name: f"{number} is no change."})
        return found


class UnauthorisedView(ChangeDetail, CaseView):
    """Changes that nobody authorised."""

    scopes = {"POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="report_unauthorised_change", tags=["changes"], request=shapes.UnauthorisedBody,
        parameters=[IDEMPOTENCY_KEY], responses={201: shapes.WholeChangeShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Report a change that was made without authorisation; it then takes the way of any request."""
        return once(request, self.report)

    def report(self) -> Response:
        """This will record it and answer with it."""
        if not self.caller.is_worker:
            raise NotAllowed
        body = shapes.UnauthorisedBody(data=self.request.data)
        body.is_valid(raise_exception=True)
        given = rows_named(body.validated_data, person=self.caller, record=Change(kind="change", requester=self.caller))
        made = services.report_unauthorised(by=self.caller, channel="api", **given)
        return self.answer(made.pk, status=201, Location=f"/api/v1/changes/{made.number}")


@extend_schema_view(
    get=extend_schema(
        operation_id="read_change", tags=["changes"], parameters=[IF_NONE_MATCH],
        responses={200: shapes.WholeChangeShape, 304: None, **refusals()},
    ),
    patch=extend_schema(
        operation_id="edit_change", tags=["changes"], request=shapes.RfcBody,
        responses={200: shapes.WholeChangeShape, **refusals(409, 412, 413, 415, 422, 428)},
    ),
)  # fmt: skip
class ChangeView(ChangeDetail, EditableView):
    """One change."""

    body = shapes.RfcBody


@extend_schema_view(
    post=extend_schema(
        operation_id="extend_change", tags=["changes"], request=shapes.ChangeExtensionBody, parameters=[IDEMPOTENCY_KEY],
        responses={200: shapes.WholeChangeShape, **refusals(409, 413, 415, 422)},
    ),
)  # fmt: skip
class ExtensionView(ChangeDetail, CaseView):
    """The window of an authorised change."""

    scopes = {"POST": Scope.TICKETS_WRITE}

    def post(self, request: Request, number: str) -> Response:
        """Let an authorised change take longer."""
        return once(request, lambda: self.extend(number))

    def extend(self, number: str) -> Response:
        """This will move the end of the window and answer with the change."""
        change = self.find(number)
        body = shapes.ChangeExtensionBody(data=self.request.data)
        body.is_valid(raise_exception=True)
        return self.answer(services.extend(change, by=self.caller, **body.validated_data).pk)


urlpatterns = [
    path("changes", ChangeList.as_view()),
    path("unauthorised-changes", UnauthorisedView.as_view()),
    path("changes/<record_number:number>", ChangeView.as_view()),
    path("changes/<record_number:number>/extension", ExtensionView.as_view()),
    *move_routes("changes", model=Change, flows=Change.flows, detail=ChangeDetail, shape=shapes.WholeChangeShape),
    *api_steps.urlpatterns,
    *api_scope.urlpatterns,
    *api_work.urlpatterns,
    *api_rules.urlpatterns,
    *api_standard.urlpatterns,
]
