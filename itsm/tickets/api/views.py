"""Lists and single cases; a process subclasses them with its model, columns and shape."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.api import versions
from itsm.api.fetching import fetch
from itsm.api.paging import Order
from itsm.api.schema import IF_MATCH_NEEDED, IF_NONE_MATCH, listing, refusals
from itsm.api.scopes import Scope
from itsm.api.views import ApiView, ListView
from itsm.flow import Input, Words
from itsm.records.refusals import Objected
from itsm.tickets import choices
from itsm.tickets.api import rows, shapes
from itsm.tickets.api.filters import AnyTicketFilter
from itsm.tickets.edits import edit
from itsm.tickets.finding import find_case
from itsm.tickets.models import Ticket

ORDERS = {
    "-received_at": Order("received_at", descending=True, kind=datetime),
    "received_at": Order("received_at", kind=datetime),
    "-changed_at": Order("changed_at", descending=True, kind=datetime),
    "changed_at": Order("changed_at", kind=datetime),
    "due_at": Order("due_at", kind=datetime, nullable=True),
    "priority": Order("priority", kind=int, nullable=True),
}


class CaseView(ApiView):
    """Anything about one case: finds it among what the caller may know of."""

    model: ClassVar[type[Any]] = Ticket

    def find(self, number: str) -> Any:
        """This will find the whole record of its process.

        :raises Http404: if there is none of this kind, or the caller may not know of it
        """
        found: Any
        if issubclass(self.model, Ticket):
            found = find_case(number, person=self.caller)
        else:
            found = self.model.objects.visible_to(self.caller).filter(number=number).first()
        if not isinstance(found, self.model):
            raise Http404
        return found


class CaseDetail(ApiView):
    """How a single case is laid out, for the views that answer with one."""

    model: ClassVar[type[Any]] = Ticket
    detail_columns: ClassVar[tuple[str, ...]] = rows.DETAIL_COLUMNS

    def detail(self, **which: Any) -> dict[str, Any]:
        """This will lay out one case that the caller may know of.

        :raises Http404: if there is none
        """
        found = fetch(self.model.objects.visible_to(self.caller).filter(**which), self.detail_columns)
        if not found:
            raise Http404
        return self.whole(found[0])

    def whole(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will lay out a fetched row; processes add their own."""
        return rows.whole_case(row, for_worker=self.caller.is_worker)

    def answer(self, key: int, *, status: int = 200, **headers: str) -> Response:
        """This will answer with the case as it is now and its tag."""
        body = self.detail(pk=key)
        return Response(body, status=status, headers={"ETag": versions.etag(body["version"], body), **headers})


class TicketList(ListView):
    """Cases of every process."""

    scopes = {"GET": Scope.TICKETS_READ}
    model: ClassVar[type[Any]] = Ticket
    orders = ORDERS
    columns = rows.COLUMNS
    filterset_class = AnyTicketFilter

    def rows(self) -> QuerySet[Any]:
        """This will start at what the caller may know of."""
        found: QuerySet[Any] = self.model.objects.visible_to(self.caller)
        return found

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will lay out one case."""
        return rows.case(row, for_worker=self.caller.is_worker)

    @extend_schema(operation_id="list_tickets", tags=["tickets"], responses=listing(shapes.CaseShape))
    def get(self, request: Request) -> Response:
        """List cases of every process that you may see."""
        return self.page()


class TicketView(CaseDetail, CaseView):
    """One case of any process."""

    scopes = {"GET": Scope.TICKETS_READ}

    @extend_schema(
        operation_id="read_ticket", tags=["tickets"], parameters=[IF_NONE_MATCH],
        responses={200: shapes.WholeCaseShape, 304: None, **refusals()},
    )  # fmt: skip
    def get(self, request: Request, number: str) -> Response:
        """Read a case of any process."""
        body = self.detail(number=number)
        return versions.conditional(request, body, version=body["version"])


class EditableView(TicketView):
    """One case of a process whose words may be edited."""

    scopes = {"GET": Scope.TICKETS_READ, "PATCH": Scope.TICKETS_WRITE}
    body: ClassVar[type[Any]] = shapes.EditBody

    @extend_schema(
        parameters=[IF_MATCH_NEEDED], request=shapes.EditBody,
        responses={200: shapes.WholeCaseShape, **refusals(412, 413, 415, 422, 428)},
    )  # fmt: skip
    def patch(self, request: Request, number: str) -> Response:
        """Edit subject, description, service or category; say by If-Match which version you saw."""
        case = self.find(number)
        version = versions.version_named(request, current=case.version, needed=True)
        body = self.body(data=request.data)
        body.is_valid(raise_exception=True)
        changes = rows_named(body.validated_data, person=self.caller, record=case)
        edited = edit(case, changes, by=self.caller, version=version, channel="api")
        return self.answer(edited.pk)


def rows_named(values: Mapping[str, Any], *, person: Any, record: Any = None) -> dict[str, Any]:
    """Replace codes and user names in ``values`` by the rows that ``person`` may choose.

    :raises Objected: naming each that is not offered
    """
    made, faults = dict(values), {}
    for name, kind in KINDS.items():
        if (raw := values.get(name)) is None:
            continue
        try:
            made[name] = choices.find(Input(name, Words(name, name), kind), raw, record=record, person=person)
        except choices.NotOffered as fault:
            faults[name] = str(fault)
    if faults:
        raise Objected(fields=faults)
    return made


#: Fields of bodies that name a row, and the kind of row.
KINDS = {
    "service": "service",
    "category": "category",
    "item": "request_item",
    "requester": "person",
    "requested_for": "person",
    "team": "team",
    "assignee": "person",
    "implementer": "agent",
}
