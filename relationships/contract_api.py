"""Contracts, disputes and service reviews over REST."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.api import versions
from itsm.api.paging import Order
from itsm.api.schema import IF_NONE_MATCH, listing, refusals
from itsm.api.scopes import Scope
from itsm.api.views import ListView
from itsm.tickets.api import rows
from itsm.tickets.api.moves import move_routes
from itsm.tickets.api.views import CaseDetail, CaseView
from relationships import supplier_shapes as shapes
from relationships.models import Contract, ServiceReview, SupplierDispute
from relationships.supplier_guards import CONTENTS

PLAIN = ("number", "title", "kind", "state", "phase", "version", "changed_at")
CONTRACT = (*CONTENTS, "starts_on", "ends_on", "notice_days", "review_on", "value", "penalty_rule")
DISPUTE = ("claim", "result", "favour")
REVIEW = (
    "planned_on", "period_start", "period_end", "attendees", "minutes", "decisions", "business_changes", "new_requirements",
    "held_at", "signed_by", "signed_at",
)  # fmt: skip
FIRM = "supplier__organisation"


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in PLAIN if name not in ("kind", "state")} | {"state": rows.state(row)}


class PlainList(ListView):
    """Records of one kind that are no cases."""

    scopes = {"GET": Scope.TICKETS_READ}
    orders = {"-changed_at": Order("changed_at", descending=True, kind=datetime)}
    model: Any

    def rows(self) -> QuerySet[Any]:
        """This will start at what the caller may know of."""
        found: QuerySet[Any] = self.model.objects.visible_to(self.caller)
        return found

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will lay out one of them."""
        made: dict[str, Any] = self.whole(row)  # type: ignore[attr-defined]  # every list is laid out as its single record
        return made


class ContractDetail(CaseDetail):
    """How a contract is laid out."""

    model = Contract
    detail_columns = (*PLAIN, *CONTRACT, *rows.named_columns(FIRM), *rows.person_columns("owner"))

    def whole(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will lay out a fetched row."""
        made = _plain(row) | {name: row[name] for name in CONTRACT}
        return made | {"supplier": rows.named(row, FIRM), "owner": rows.person(row, "owner")}


class ContractList(ContractDetail, PlainList):
    """Contracts."""

    columns = ContractDetail.detail_columns

    @extend_schema(operation_id="list_contracts", tags=["contracts"], responses=listing(shapes.ContractShape))
    def get(self, request: Request) -> Response:
        """List contracts that you may see."""
        return self.page()


class ContractView(ContractDetail, CaseView):
    """One contract."""

    scopes = {"GET": Scope.TICKETS_READ}

    @extend_schema(
        operation_id="read_contract", tags=["contracts"], parameters=[IF_NONE_MATCH],
        responses={200: shapes.ContractShape, 304: None, **refusals()},
    )  # fmt: skip
    def get(self, request: Request, number: str) -> Response:
        """Read a contract."""
        body = self.detail(number=number)
        return versions.conditional(request, body, version=body["version"])


class DisputeDetail(CaseDetail):
    """How a supplier dispute is laid out."""

    model = SupplierDispute
    detail_columns = (*PLAIN, *DISPUTE, *rows.named_columns(FIRM), "under__number")

    def whole(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will lay out a fetched row."""
        made = _plain(row) | {name: row[name] for name in DISPUTE}
        return made | {"supplier": rows.named(row, FIRM), "contract": row["under__number"]}


class DisputeList(DisputeDetail, PlainList):
    """Supplier disputes."""

    columns = DisputeDetail.detail_columns

    @extend_schema(
        operation_id="list_supplier_disputes", tags=["supplier-disputes"], responses=listing(shapes.DisputeShape)
    )
    def get(self, request: Request) -> Response:
        """List supplier disputes that you may see."""
        return self.page()


class DisputeView(DisputeDetail, CaseView):
    """One supplier dispute."""

    scopes = {"GET": Scope.TICKETS_READ}

    @extend_schema(
        operation_id="read_supplier_dispute", tags=["supplier-disputes"], parameters=[IF_NONE_MATCH],
        responses={200: shapes.DisputeShape, 304: None, **refusals()},
    )  # fmt: skip
    def get(self, request: Request, number: str) -> Response:
        """Read a supplier dispute."""
        body = self.detail(number=number)
        return versions.conditional(request, body, version=body["version"])


class ReviewDetail(CaseDetail):
    """How a service review is laid out."""

    model = ServiceReview
    detail_columns = (*PLAIN, *REVIEW, *rows.named_columns("customer__organisation"))

    def whole(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will lay out a fetched row."""
        made = _plain(row) | {name: row[name] for name in REVIEW}
        return made | {"customer": rows.named(row, "customer__organisation")}


class ReviewList(ReviewDetail, PlainList):
    """Service reviews."""

    columns = ReviewDetail.detail_columns

    @extend_schema(operation_id="list_service_reviews", tags=["service-reviews"], responses=listing(shapes.ReviewShape))
    def get(self, request: Request) -> Response:
        """List service reviews that you may see."""
        return self.page()


class ReviewView(ReviewDetail, CaseView):
    """One service review."""

    scopes = {"GET": Scope.TICKETS_READ}

    @extend_schema(
        operation_id="read_service_review", tags=["service-reviews"], parameters=[IF_NONE_MATCH],
        responses={200: shapes.ReviewShape, 304: None, **refusals()},
    )  # fmt: skip
    def get(self, request: Request, number: str) -> Response:
        """Read a service review."""
        body = self.detail(number=number)
        return versions.conditional(request, body, version=body["version"])


def _routes(section: str, detail: Any, many: Any, one: Any, shape: Any) -> list[Any]:
    model = detail.model
    return [
        path(section, many.as_view()),
        path(f"{section}/<record_number:number>", one.as_view()),
        *move_routes(section, model=model, flows=model.flows, detail=detail, shape=shape),
    ]


urlpatterns = [
    *_routes("contracts", ContractDetail, ContractList, ContractView, shapes.ContractShape),
    *_routes("supplier-disputes", DisputeDetail, DisputeList, DisputeView, shapes.DisputeShape),
    *_routes("service-reviews", ReviewDetail, ReviewList, ReviewView, shapes.ReviewShape),
]
