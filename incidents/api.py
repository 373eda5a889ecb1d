"""Incidents, service requests and alarms over REST."""

from __future__ import annotations

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from incidents import alarms, api_judgements
from incidents import api_shapes as shapes
from incidents.models import Incident, ServiceRequest
from incidents.services import raise_incident, raise_request
from itsm.api.idempotency import once
from itsm.api.schema import IDEMPOTENCY_KEY, IF_NONE_MATCH, listing, refusals
from itsm.api.scopes import Scope
from itsm.api.serializers import Strict
from itsm.api.views import ApiView
from itsm.records.refusals import NotAllowed
from itsm.tickets.api import rows
from itsm.tickets.api.filters import filter_of
from itsm.tickets.api.moves import move_routes
from itsm.tickets.api.views import CaseDetail, EditableView, TicketList, rows_named
from itsm.tickets.models import Ticket

INCIDENT_PLAIN = ("major_status", "is_security", "occurrences")
INCIDENT_MORE = ("component", "occurred_at", "restored_at", "affected_users", "resolution_code", "resolution_note")
REQUEST_MORE = ("fulfilment_code", "fulfilment_note", "expected_at", "approval_granted_at", "answers")
RAISES_FOR_OTHERS = frozenset({"agent", "engineer", "incident_manager"})
CREATED = refusals(409, 413, 415, 422)


class IncidentDetail(CaseDetail):
    """How an incident is laid out."""

    model = Incident
    detail_columns = (
        *rows.DETAIL_COLUMNS,
        *INCIDENT_PLAIN,
        *INCIDENT_MORE,
        *rows.person_columns("reporter"),
        "parent__number",
    )

    def whole(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will add what only incidents have."""
        made = super().whole(row) | {name: row[name] for name in (*INCIDENT_PLAIN, *INCIDENT_MORE)}
        made["reporter"] = rows.person(row, "reporter")
        made["parent"] = row["parent__number"] if self.caller.is_worker else None
        return made


class RequestDetail(CaseDetail):
    """How a service request is laid out."""

    model = ServiceRequest
    detail_columns = (*rows.DETAIL_COLUMNS, *REQUEST_MORE, *rows.named_columns("request_item"))

    def whole(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will add what only service requests have."""
        more = {name: row[name] for name in REQUEST_MORE}
        return super().whole(row) | more | {"request_item": rows.named(row, "request_item")}


class IncidentList(IncidentDetail, TicketList):
    """Incidents."""

    scopes = {"GET": Scope.TICKETS_READ, "POST": Scope.TICKETS_WRITE}
    columns = (*rows.COLUMNS, *INCIDENT_PLAIN)
    filterset_class = filter_of(Incident, Incident.flows[0])

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will add what only incidents have."""
        return super().shape(row) | {name: row[name] for name in INCIDENT_PLAIN}

    @extend_schema(
        operation_id="list_incidents",
        tags=["incidents"],
        responses=listing(shapes.IncidentShape),
    )
    def get(self, request: Request) -> Response:
        """List incidents that you may see."""
        return self.page()

    @extend_schema(
        operation_id="raise_incident", tags=["incidents"], request=shapes.IncidentBody, parameters=[IDEMPOTENCY_KEY],
        responses={201: shapes.WholeIncidentShape, **CREATED},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Report that something is broken; the desk judges it."""
        return once(request, self.create)

    def create(self) -> Response:
        """This will raise it and answer with it."""
        made = raise_incident(by=self.caller, channel="api", **asked(shapes.IncidentBody, self))
        return self.answer(made.pk, status=201, Location=f"/api/v1/incidents/{made.number}")


class RequestList(RequestDetail, TicketList):
    """Service requests."""

    scopes = {"GET": Scope.TICKETS_READ, "POST": Scope.TICKETS_WRITE}
    columns = (*rows.COLUMNS, *rows.named_columns("request_item"))
    filterset_class = filter_of(ServiceRequest, ServiceRequest.flows[0])

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will add what only service requests have."""
        return super().shape(row) | {"request_item": rows.named(row, "request_item")}

    @extend_schema(
        operation_id="list_service_requests",
        tags=["service-requests"],
        responses=listing(shapes.RequestShape),
    )
    def get(self, request: Request) -> Response:
        """List service requests that you may see."""
        return self.page()

    @extend_schema(
        operation_id="raise_service_request", tags=["service-requests"], request=shapes.RequestBody, parameters=[IDEMPOTENCY_KEY],
        responses={201: shapes.WholeRequestShape, **CREATED},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Ask for something; an item with its category is ordered at once."""
        return once(request, self.create)

    def create(self) -> Response:
        """This will raise it and answer with it."""
        values = asked(shapes.RequestBody, self)
        if values.get("item") is not None:
            values.setdefault("answers", {})
        else:
            values.pop("answers", None)
        made = raise_request(by=self.caller, channel="api", **values)
        return self.answer(made.pk, status=201, Location=f"/api/v1/service-requests/{made.number}")


def asked(body: type[Strict], view: ApiView) -> dict[str, Any]:
    """Read what a new case shall be.

    :raises NotAllowed: if it is for others and the caller does not work cases
    """
    read = body(data=view.request.data)
    read.is_valid(raise_exception=True)
    person = view.caller
    others = {read.validated_data.get(name, person.username) for name in ("requester", "requested_for")} - {
        person.username
    }
    if (others or read.validated_data["confidential"]) and not person.role_codes & RAISES_FOR_OTHERS:
        raise NotAllowed
    return {"requester": person, **rows_named(read.validated_data, person=person)}


@extend_schema_view(
    get=extend_schema(
        operation_id="read_incident", tags=["incidents"], parameters=[IF_NONE_MATCH],
        responses={200: shapes.WholeIncidentShape, 304: None, **refusals()},
    ),
    patch=extend_schema(
        operation_id="edit_incident", tags=["incidents"],
        responses={200: shapes.WholeIncidentShape, **refusals(409, 412, 413, 415, 422, 428)},
    ),
)  # fmt: skip
class IncidentView(IncidentDetail, EditableView):
    """One incident."""


@extend_schema_view(
    get=extend_schema(
        operation_id="read_service_request", tags=["service-requests"], parameters=[IF_NONE_MATCH],
        responses={200: shapes.WholeRequestShape, 304: None, **refusals()},
    ),
    patch=extend_schema(
        operation_id="edit_service_request", tags=["service-requests"],
        responses={200: shapes.WholeRequestShape, **refusals(409, 412, 413, 415, 422, 428)},
    ),
)  # fmt: skip
class RequestView(RequestDetail, EditableView):
    """One service request."""


class AlertView(ApiView):
    """Where monitoring systems report."""

    scopes = {"POST": Scope.MONITOR_INGEST}

    @extend_schema(
        operation_id="send_alert", tags=["alerts"], request=shapes.AlertBody, parameters=[IDEMPOTENCY_KEY],
        responses={200: shapes.AlertShape, 201: shapes.AlertShape, **CREATED},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Report an alarm; repeats with the same source and key are counted, a clear proposes resolution."""
        if request.auth is None or not self.caller.is_worker:
            raise PermissionDenied
        return once(request, self.receive)

    def receive(self) -> Response:
        """This will judge the alarm and tell what became of it."""
        body = shapes.AlertBody(data=self.request.data)
        body.is_valid(raise_exception=True)
        values = rows_named(body.validated_data, person=self.caller)
        firing = values.pop("state") == "firing"
        alarm = alarms.Alarm(**values)
        outcome = alarms.fire(alarm, sender=self.caller) if firing else alarms.clear(alarm)
        return Response(self.told(outcome), status=201 if outcome.word == "opened" else 200)

    def told(self, outcome: alarms.Outcome) -> dict[str, Any]:
        """This will lay the outcome out; an incident that the caller may not see stays unnamed."""
        key = outcome.incident.pk if outcome.incident else None
        seen = key and Ticket.objects.visible_to(self.caller).filter(pk=key).exists()
        number, count = (
            (outcome.incident.number, outcome.incident.occurrences) if seen and outcome.incident else (None, None)
        )
        return {"outcome": outcome.word, "number": number, "occurrences": count}


urlpatterns = [
    *api_judgements.urlpatterns,
    path("alerts", AlertView.as_view()),
    path("incidents", IncidentList.as_view()),
    path("incidents/<record_number:number>", IncidentView.as_view()),
    path("service-requests", RequestList.as_view()),
    path("service-requests/<record_number:number>", RequestView.as_view()),
    *move_routes(
        "incidents", model=Incident, flows=Incident.flows, detail=IncidentDetail, shape=shapes.WholeIncidentShape
    ),
    *move_routes(
        "service-requests",
        model=ServiceRequest,
        flows=ServiceRequest.flows,
        detail=RequestDetail,
        shape=shapes.WholeRequestShape,
    ),
]
