"""Suppliers, customers and supplier cases over REST."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.api.idempotency import once
from itsm.api.paging import Order
from itsm.api.schema import IDEMPOTENCY_KEY, IF_NONE_MATCH, listing, refusals
from itsm.api.scopes import Scope
from itsm.api.views import ListView
from itsm.tickets.api import rows
from itsm.tickets.api.filters import filter_of
from itsm.tickets.api.moves import move_routes
from itsm.tickets.api.views import CaseDetail, EditableView, TicketList
from itsm.tickets.finding import find_case
from relationships import contract_api, suppliers
from relationships import supplier_shapes as shapes
from relationships.models import Customer, Supplier, SupplierCase

ASKED = ("reference", "sent_at", "answered_at", "outcome")
MORE = ("contact", "question")
FIRM, LEAD = "under__supplier__organisation", "lead_supplier__organisation"


class RegisterList(ListView):
    """Rows of a register."""

    scopes = {"GET": Scope.TICKETS_READ}
    orders = {"id": Order("id", kind=int)}
    model: Any

    def rows(self) -> QuerySet[Any]:
        """This will start at what the caller may know of."""
        found: QuerySet[Any] = self.model.objects.visible_to(self.caller)
        return found


class SupplierList(RegisterList):
    """Suppliers."""

    model = Supplier
    plain = ("tier", "criticality", "tax_id", "next_evaluation_on")
    columns = ("id", *plain, *rows.named_columns("organisation", LEAD), *rows.person_columns("owner"))

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will lay out one supplier."""
        made = {name: row[name] for name in self.plain} | {"organisation": rows.named(row, "organisation")}
        return made | {"lead_supplier": rows.named(row, LEAD), "owner": rows.person(row, "owner")}

    @extend_schema(operation_id="list_suppliers", tags=["suppliers"], responses=listing(shapes.SupplierShape))
    def get(self, request: Request) -> Response:
        """List the suppliers."""
        return self.page()


class CustomerList(RegisterList):
    """Customers."""

    model = Customer
    plain = ("needs", "next_review_on")
    columns = ("id", *plain, *rows.named_columns("organisation"), *rows.person_columns("account_owner"))

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will lay out one customer."""
        made = {name: row[name] for name in self.plain} | {"organisation": rows.named(row, "organisation")}
        return made | {"account_owner": rows.person(row, "account_owner")}

    @extend_schema(operation_id="list_customers", tags=["customers"], responses=listing(shapes.CustomerShape))
    def get(self, request: Request) -> Response:
        """List the customers."""
        return self.page()


class SupplierCaseDetail(CaseDetail):
    """How a supplier case is laid out."""

    model = SupplierCase
    detail_columns = (*rows.DETAIL_COLUMNS, *ASKED, *MORE, "under__number", *rows.named_columns(FIRM))

    def whole(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will add what only supplier cases have."""
        return super().whole(row) | _asked(row) | {name: row[name] for name in MORE}


def _asked(row: dict[str, Any]) -> dict[str, Any]:
    made = {name: row[name] for name in ASKED}
    return made | {"contract": row["under__number"], "supplier": rows.named(row, FIRM)}


class SupplierCaseList(SupplierCaseDetail, TicketList):
    """Supplier cases."""

    scopes = {"GET": Scope.TICKETS_READ, "POST": Scope.TICKETS_WRITE}
    columns = (*rows.COLUMNS, *ASKED, "under__number", *rows.named_columns(FIRM))
    filterset_class = filter_of(SupplierCase, SupplierCase.flows[0])

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will add of whom and when it was asked."""
        return super().shape(row) | _asked(row)

    @extend_schema(
        operation_id="list_supplier_cases", tags=["supplier-cases"], responses=listing(shapes.SupplierCaseShape)
    )
    def get(self, request: Request) -> Response:
        """List supplier cases that you may see."""
        return self.page()

    @extend_schema(
        operation_id="open_supplier_case", tags=["supplier-cases"], request=shapes.OpenBody,
        parameters=[IDEMPOTENCY_KEY], responses={201: shapes.WholeSupplierCaseShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Open a supplier case for a case that waits, with what is known of it filled in."""
        return once(request, self.create)

    def create(self) -> Response:
        """This will open it and answer with it."""
        body = shapes.OpenBody(data=self.request.data)
        body.is_valid(raise_exception=True)
        given = dict(body.validated_data)
        origin = find_case(given.pop("case"), person=self.caller)
        made = suppliers.open_case(origin, by=self.caller, **given)
        return self.answer(made.pk, status=201)


@extend_schema_view(
    get=extend_schema(
        operation_id="read_supplier_case", tags=["supplier-cases"], parameters=[IF_NONE_MATCH],
        responses={200: shapes.WholeSupplierCaseShape, 304: None, **refusals()},
    ),
    patch=extend_schema(
        operation_id="edit_supplier_case", tags=["supplier-cases"],
        responses={200: shapes.WholeSupplierCaseShape, **refusals(409, 412, 413, 415, 422, 428)},
    ),
)  # fmt: skip
class SupplierCaseView(SupplierCaseDetail, EditableView):
    """One supplier case."""


urlpatterns = [
    path("supplier-cases", SupplierCaseList.as_view()),
    path("supplier-cases/<record_number:number>", SupplierCaseView.as_view()),
    *move_routes(
        "supplier-cases", model=SupplierCase, flows=SupplierCase.flows, detail=SupplierCaseDetail,
        shape=shapes.WholeSupplierCaseShape,
    ),
    *contract_api.urlpatterns,
]  # fmt: skip
