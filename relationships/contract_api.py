"""Contracts, disputes and service reviews over REST."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalogue.models import Service
from itsm.api import versions
from itsm.api.idempotency import once
from itsm.api.paging import Order
from itsm.api.schema import IDEMPOTENCY_KEY, IF_MATCH_NEEDED, IF_NONE_MATCH, listing, refusals
from itsm.api.scopes import Scope
from itsm.api.views import ListView
from itsm.tickets.api import rows
from itsm.tickets.api.moves import move_routes
from itsm.tickets.api.views import CaseDetail, CaseView
from relationships import contract_writing as writing_contract
from relationships import register_bodies as bodies
from relationships import supplier_shapes as shapes
from relationships.models import Contract, ContractTarget, ServiceReview, SupplierDispute
from relationships.supplier_guards import CONTENTS
from relationships.survey_models import ImprovementAction

PLAIN = ("number", "title", "kind", "state", "phase", "version", "changed_at")
CONTRACT = (*CONTENTS, "starts_on", "ends_on", "notice_days", "review_on", "value", "penalty_rule", "milestones")
DISPUTE = ("claim", "result", "favour")
REVIEW = (
    "planned_on", "period_start", "period_end", "attendees", "minutes", "decisions", "business_changes", "new_requirements",
    "held_at", "signed_by", "signed_at",
)  # fmt: skip
FIRM = "supplier__organisation"
WRITES = refusals(409, 413, 415, 422)


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
    detail_columns = (*PLAIN, *CONTRACT, *rows.named_columns(FIRM, "hours"), *rows.person_columns("owner"))

    def whole(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will lay out a fetched row."""
        made = _plain(row) | {name: row[name] for name in CONTRACT}
        made |= {
            "supplier": rows.named(row, FIRM),
            "owner": rows.person(row, "owner"),
            "hours": rows.named(row, "hours"),
        }
        targets = ContractTarget.objects.filter(contract=row["pk"]).order_by(F("priority").asc(nulls_last=True))
        services = Service.objects.filter(contracts=row["pk"]).order_by("code")
        made["targets"] = list(targets.values("priority", "minutes"))
        return made | {"services": [{"code": one.code, "name": one.name} for one in services]}


class ContractList(ContractDetail, PlainList):
    """Contracts."""

    scopes = {"GET": Scope.TICKETS_READ, "POST": Scope.TICKETS_WRITE}
    columns = ContractDetail.detail_columns

    @extend_schema(operation_id="list_contracts", tags=["contracts"], responses=listing(shapes.ContractShape))
    def get(self, request: Request) -> Response:
        """List contracts that you may see."""
        return self.page()

    @extend_schema(
        operation_id="draft_contract", tags=["contracts"], request=bodies.ContractBody, parameters=[IDEMPOTENCY_KEY],
        responses={201: shapes.ContractShape, **WRITES},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Draft a contract with a supplier."""
        return once(request, lambda: _made(self, writing_contract.draft(request, by=self.caller)))


class ContractView(ContractDetail, CaseView):
    """One contract."""

    scopes = {"GET": Scope.TICKETS_READ, "PATCH": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="read_contract", tags=["contracts"], parameters=[IF_NONE_MATCH],
        responses={200: shapes.ContractShape, 304: None, **refusals()},
    )  # fmt: skip
    def get(self, request: Request, number: str) -> Response:
        """Read a contract."""
        body = self.detail(number=number)
        return versions.conditional(request, body, version=body["version"])

    @extend_schema(
        operation_id="change_contract", tags=["contracts"], request=bodies.ContractBody, parameters=[IF_MATCH_NEEDED],
        responses={200: shapes.ContractShape, **refusals(409, 412, 413, 415, 422, 428)},
    )  # fmt: skip
    def patch(self, request: Request, number: str) -> Response:
        """Write a contract anew while it is drafted or reviewed; what you leave out stays."""
        found = self.find(number)
        versions.version_named(request, current=found.version, needed=True)
        writing_contract.change(found, request, by=self.caller)
        return self.answer(found.pk)


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

    scopes = {"GET": Scope.TICKETS_READ, "POST": Scope.TICKETS_WRITE}
    columns = DisputeDetail.detail_columns

    @extend_schema(
        operation_id="list_supplier_disputes", tags=["supplier-disputes"], responses=listing(shapes.DisputeShape)
    )
    def get(self, request: Request) -> Response:
        """List supplier disputes that you may see."""
        return self.page()

    @extend_schema(
        operation_id="raise_supplier_dispute", tags=["supplier-disputes"], request=bodies.DisputeBody, parameters=[IDEMPOTENCY_KEY],
        responses={201: shapes.DisputeShape, **WRITES},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Note a disagreement with a supplier."""
        return once(request, lambda: _made(self, writing_contract.dispute(request, by=self.caller)))


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
        made["actions"] = [
            {"text": one.text, "owner": {"username": one.owner.username, "name": one.owner.name}, "due_on": one.due_on,
             "state": one.state, "done_at": one.done_at, "result": one.result, "evidence": one.evidence}
            for one in ImprovementAction.objects.filter(record=row["pk"]).select_related("owner").order_by("due_on", "pk")
        ]  # fmt: skip
        return made | {"customer": rows.named(row, "customer__organisation")}


class ReviewList(ReviewDetail, PlainList):
    """Service reviews."""

    scopes = {"GET": Scope.TICKETS_READ, "POST": Scope.TICKETS_WRITE}
    columns = ReviewDetail.detail_columns

    @extend_schema(operation_id="list_service_reviews", tags=["service-reviews"], responses=listing(shapes.ReviewShape))
    def get(self, request: Request) -> Response:
        """List service reviews that you may see."""
        return self.page()

    @extend_schema(
        operation_id="plan_service_review", tags=["service-reviews"], request=bodies.ReviewBody, parameters=[IDEMPOTENCY_KEY],
        responses={201: shapes.ReviewShape, **WRITES},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Plan a service review with a customer."""
        return once(request, lambda: _made(self, writing_contract.review(request, by=self.caller)))


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


class ReviewActions(ReviewDetail, CaseView):
    """Actions that were agreed in a service review."""

    scopes = {"POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="agree_review_action", tags=["service-reviews"], request=bodies.ActionBody, parameters=[IDEMPOTENCY_KEY],
        responses={201: shapes.ReviewShape, **WRITES},
    )  # fmt: skip
    def post(self, request: Request, number: str) -> Response:
        """Note an action that was agreed with the customer; who does it is told."""
        return once(request, lambda: self.agree(number))

    def agree(self, number: str) -> Response:
        """This will note it and answer with the review."""
        found = self.find(number)
        writing_contract.action(found, self.request, by=self.caller)
        return self.answer(found.pk, status=201)


def _made(view: Any, record: Any) -> Response:
    """Answer with what was made, and where it is."""
    section = view.request.path.rstrip("/")
    answered: Response = view.answer(record.pk, status=201, Location=f"{section}/{record.number}")
    return answered


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
    path("service-reviews/<record_number:number>/actions", ReviewActions.as_view()),
    *_routes("service-reviews", ReviewDetail, ReviewList, ReviewView, shapes.ReviewShape),
]
