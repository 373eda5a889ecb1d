"""Budgets and invoices of contracts over REST: listed, set and entered, decided on, by the same rules as on the pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.api.idempotency import once
from itsm.api.paging import Order
from itsm.api.schema import IDEMPOTENCY_KEY, listing, refusals
from itsm.api.scopes import Scope
from itsm.api.serializers import PersonName, Strict, Text
from itsm.api.views import ListView
from itsm.tickets.api import rows
from itsm.tickets.api.views import CaseView
from relationships import spending
from relationships.models import Contract, ContractBudget, SupplierInvoice
from relationships.spending_models import MOST

BUDGET = ("starts_on", "ends_on", "amount", "note", "set_at")
INVOICE = (
    "kind", "number", "issued_on", "received_on", "amount", "note", "state", "entered_at", "decided_at", "reason",
)  # fmt: skip
WRITES = refusals(409, 413, 415, 422)


class BudgetBody(Strict):
    """What a contract may cost from one day to another, both included."""

    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    amount = serializers.IntegerField(min_value=1, max_value=MOST, help_text="NT$.")
    note = Text(required=False, allow_blank=True, max_length=spending.LONGEST_NOTE)


class InvoiceBody(Strict):
    """An invoice or a credit note as it stands on the paper."""

    kind = serializers.ChoiceField(SupplierInvoice.Kind.choices, required=False)
    number = Text(max_length=spending.LONGEST_NUMBER, help_text="Once for each supplier; after a refusal once more.")
    issued_on = serializers.DateField()
    received_on = serializers.DateField()
    amount = serializers.IntegerField(min_value=1, max_value=MOST, help_text="NT$; of a credit note above zero too.")
    note = Text(required=False, allow_blank=True, max_length=spending.LONGEST_NOTE)


class InvoiceDecisionBody(Strict):
    """What is decided on an invoice."""

    decision = serializers.ChoiceField([("approve", "approve"), ("refuse", "refuse")])
    reason = Text(required=False, allow_blank=True, max_length=spending.LONGEST_REASON, help_text="Needed to refuse.")


class BudgetShape(serializers.Serializer[Any]):
    """A budget of a contract."""

    id = serializers.IntegerField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    amount = serializers.IntegerField(help_text="NT$.")
    actual = serializers.IntegerField(help_text="NT$ of the approved invoices that are dated in its days.")
    note = serializers.CharField(allow_blank=True)
    set_by = PersonName()
    set_at = serializers.DateTimeField()


class InvoiceShape(serializers.Serializer[Any]):
    """An invoice under a contract."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(SupplierInvoice.Kind.choices)
    number = serializers.CharField()
    issued_on = serializers.DateField()
    received_on = serializers.DateField()
    amount = serializers.IntegerField(help_text="NT$; below zero of a credit note.")
    note = serializers.CharField(allow_blank=True)
    state = serializers.ChoiceField(SupplierInvoice.State.choices)
    entered_by = PersonName()
    entered_at = serializers.DateTimeField()
    decided_by = PersonName(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField(allow_blank=True)


class OfContract(ListView, CaseView):
    """A list of what hangs on one contract."""

    model = Contract
    scopes = {"GET": Scope.TICKETS_READ, "POST": Scope.TICKETS_WRITE}

    @property
    def contract(self) -> Contract:
        """The contract of the address."""
        found: Contract = self.find(self.kwargs["number"])
        return found

    def said(self, body: type[Strict]) -> dict[str, Any]:
        """This will read a body."""
        read = body(data=self.request.data)
        read.is_valid(raise_exception=True)
        return dict(read.validated_data)

    def answered(self, made: Any, *, status: int = 200) -> Response:
        """This will answer with a row that was written."""
        (row,) = self.fetch(self.rows().filter(pk=made.pk))
        return Response(self.shape(row), status=status)


class BudgetRows(OfContract):
    """How budgets are laid out."""

    orders = {"-set_at": Order("set_at", descending=True, kind=datetime)}
    columns = (*BUDGET, "actual", *rows.person_columns("set_by"))

    def rows(self) -> QuerySet[Any]:
        """This will start at the budgets of the contract."""
        found: QuerySet[Any] = ContractBudget.objects.filter(contract=self.contract).with_actual()
        return found

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will lay out one of them."""
        made = {"id": row["pk"], "actual": row["actual"], "set_by": rows.person(row, "set_by")}
        return made | {name: row[name] for name in BUDGET}


class Budgets(BudgetRows):
    """Budgets of a contract."""

    @extend_schema(operation_id="list_contract_budgets", tags=["contracts"], responses=listing(BudgetShape))
    def get(self, request: Request, number: str) -> Response:
        """List what a contract may cost, with what was spent."""
        return self.page()

    @extend_schema(
        operation_id="set_contract_budget", tags=["contracts"], request=BudgetBody, parameters=[IDEMPOTENCY_KEY],
        responses={201: BudgetShape, **WRITES},
    )  # fmt: skip
    def post(self, request: Request, number: str) -> Response:
        """Set what a contract may cost from one day to another; no day has two budgets."""
        return once(request, self.add)

    def add(self) -> Response:
        """This will set it and answer with it."""
        contract = self.contract
        return self.answered(spending.set_budget(contract, by=self.caller, **self.said(BudgetBody)), status=201)


class BudgetView(BudgetRows):
    """One budget of a contract."""

    scopes = {"PUT": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="change_contract_budget", tags=["contracts"], request=BudgetBody,
        responses={200: BudgetShape, **WRITES},
    )  # fmt: skip
    def put(self, request: Request, number: str, pk: int) -> Response:
        """Write a budget anew."""
        contract = self.contract
        found = ContractBudget.objects.filter(contract=contract, pk=pk).first()
        if found is None:
            raise Http404
        return self.answered(spending.set_budget(contract, by=self.caller, budget=found, **self.said(BudgetBody)))


class InvoiceRows(OfContract):
    """How invoices are laid out."""

    orders = {"-entered_at": Order("entered_at", descending=True, kind=datetime)}
    columns = (*INVOICE, *rows.person_columns("entered_by", "decided_by"))

    def rows(self) -> QuerySet[Any]:
        """This will start at the invoices under the contract."""
        found: QuerySet[Any] = SupplierInvoice.objects.filter(contract=self.contract)
        return found

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will lay out one of them."""
        people = {name: rows.person(row, name) for name in ("entered_by", "decided_by")}
        return {"id": row["pk"], **people} | {name: row[name] for name in INVOICE}


class Invoices(InvoiceRows):
    """Invoices under a contract."""

    @extend_schema(operation_id="list_contract_invoices", tags=["contracts"], responses=listing(InvoiceShape))
    def get(self, request: Request, number: str) -> Response:
        """List the invoices and credit notes under a contract."""
        return self.page()

    @extend_schema(
        operation_id="enter_contract_invoice", tags=["contracts"], request=InvoiceBody, parameters=[IDEMPOTENCY_KEY],
        responses={201: InvoiceShape, **WRITES},
    )  # fmt: skip
    def post(self, request: Request, number: str) -> Response:
        """Enter an invoice or a credit note; somebody else decides on it."""
        return once(request, self.add)

    def add(self) -> Response:
        """This will enter it and answer with it."""
        contract = self.contract
        made = spending.enter_invoice(contract, by=self.caller, **self.said(InvoiceBody))
        return self.answered(made, status=201)


class InvoiceDecision(InvoiceRows):
    """The decision on an invoice."""

    scopes = {"POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="decide_contract_invoice", tags=["contracts"], request=InvoiceDecisionBody, parameters=[IDEMPOTENCY_KEY],
        responses={200: InvoiceShape, **WRITES},
    )  # fmt: skip
    def post(self, request: Request, number: str, pk: int) -> Response:
        """Approve an invoice that somebody else has entered, or refuse it with a reason."""
        return once(request, lambda: self.decide(pk))

    def decide(self, pk: int) -> Response:
        """This will decide on it and answer with it."""
        found = self.rows().select_related("contract").filter(pk=pk).first()
        if found is None:
            raise Http404
        said = self.said(InvoiceDecisionBody)
        approve, reason = said["decision"] == "approve", said.get("reason", "")
        return self.answered(spending.decide(found, approve=approve, reason=reason, by=self.caller))


urlpatterns = [
    path("contracts/<record_number:number>/budgets", Budgets.as_view()),
    path("contracts/<record_number:number>/budgets/<int:pk>", BudgetView.as_view()),
    path("contracts/<record_number:number>/invoices", Invoices.as_view()),
    path("contracts/<record_number:number>/invoices/<int:pk>/decision", InvoiceDecision.as_view()),
]
