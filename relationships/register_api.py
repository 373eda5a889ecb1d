"""The registers of suppliers and customers over REST: read in full, added to and changed."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import path
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.api.idempotency import once
from itsm.api.schema import IDEMPOTENCY_KEY, refusals
from itsm.api.scopes import Scope
from itsm.api.serializers import Strict
from itsm.api.views import ApiView
from itsm.records.refusals import Objected
from relationships import register_bodies as bodies
from relationships import register_writing as writing
from relationships import supplier_shapes as shapes
from relationships import suppliers
from relationships.models import Customer, Supplier
from relationships.scores import scores
from relationships.supplier_api import CustomerList, SupplierList
from relationships.supplier_forms import CustomerContactForm, CustomerForm, SupplierContactForm, SupplierForm
from relationships.supplier_querysets import CONTRACT_READERS

WRITES = refusals(409, 413, 415, 422)


def _person(row: Any) -> dict[str, str] | None:
    return {"username": row.username, "name": row.name} if row is not None else None


def _named(row: Any) -> dict[str, str]:
    return {"code": row.code, "name": row.name}


class Row(ApiView):
    """One row of a register, found by the code of its organisation."""

    model: Any
    body: type[Strict]
    form: Any
    scopes = {"GET": Scope.TICKETS_READ, "PATCH": Scope.TICKETS_WRITE}

    def find(self, code: str) -> Any:
        """This will find it among what the caller may know of.

        :raises Http404: if there is none
        """
        found = self.model.objects.visible_to(self.caller).filter(organisation__code=code).first()
        if found is None:
            raise Http404
        return found

    def change(self, code: str) -> Any:
        """This will change it as the body says."""
        writing.only_keeper(self.caller)
        row, said = self.find(code), given(self.body, self.request)
        fixed = [name for name in ("code", "organisation") if name in said]
        if fixed:
            raise Objected(fields=dict.fromkeys(fixed, gettext("It stays as it is.")))
        return writing.save(self.form, said, instance=row, by=self.caller)


def given(body: type[Strict], request: Request) -> dict[str, Any]:
    """Read a body."""
    read = body(data=request.data)
    read.is_valid(raise_exception=True)
    return dict(read.validated_data)


def whole_supplier(row: Supplier, person: Any) -> dict[str, Any]:
    """Lay a supplier out with contacts, score and, for who reads contracts, its evaluations."""
    made: dict[str, Any] = {name: getattr(row, name) for name in SupplierList.plain} | {"note": row.note}
    made |= {"organisation": _named(row.organisation), "owner": _person(row.owner)}
    made["lead_supplier"] = _named(row.lead_supplier.organisation) if row.lead_supplier else None
    made["contacts"] = list(row.contacts.order_by("pk").values("name", "role", "phone", "email"))
    score = scores([row.pk])[row.pk]
    told = ("cases", "met", "missed", "lifted", "held_seconds")
    made["score"] = {name: getattr(score, name) for name in told}
    seen = row.evaluations.select_related("by") if person.role_codes & CONTRACT_READERS else []
    made["evaluations"] = [
        {"held_on": one.held_on, "by": _person(one.by), "minutes": one.minutes, "score": one.score,
         **{name: getattr(one, name) for name in suppliers.MARKS}}
        for one in seen
    ]  # fmt: skip
    return made


def whole_customer(row: Customer) -> dict[str, Any]:
    """Lay a customer out with its services and who speaks for it."""
    made: dict[str, Any] = {name: getattr(row, name) for name in CustomerList.plain}
    made |= {"organisation": _named(row.organisation), "account_owner": _person(row.account_owner)}
    made["services"] = [_named(service) for service in row.services.order_by("code")]
    made["contacts"] = list(row.contacts.order_by("pk").values("kind", "name", "role", "phone", "email"))
    return made


class Suppliers(SupplierList):
    """The register of suppliers."""

    scopes = {"GET": Scope.TICKETS_READ, "POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="add_supplier", tags=["suppliers"], request=bodies.SupplierBody, parameters=[IDEMPOTENCY_KEY],
        responses={201: shapes.WholeSupplierShape, **WRITES},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Add a supplier with its organisation."""
        return once(request, self.add)

    def add(self) -> Response:
        """This will add it and answer with it."""
        made = writing.save(SupplierForm, given(bodies.SupplierBody, self.request), instance=Supplier(), by=self.caller)
        return Response(
            whole_supplier(made, self.caller),
            status=201,
            headers={"Location": f"/api/v1/suppliers/{made.organisation.code}"},
        )


class SupplierView(Row):
    """One supplier."""

    model, body, form = Supplier, bodies.SupplierBody, SupplierForm

    @extend_schema(
        operation_id="read_supplier", tags=["suppliers"], responses={200: shapes.WholeSupplierShape, **refusals()}
    )
    def get(self, request: Request, code: str) -> Response:
        """Read a supplier with contacts, score and evaluations."""
        return Response(whole_supplier(self.find(code), self.caller))

    @extend_schema(
        operation_id="change_supplier", tags=["suppliers"], request=bodies.SupplierBody,
        responses={200: shapes.WholeSupplierShape, **WRITES},
    )  # fmt: skip
    def patch(self, request: Request, code: str) -> Response:
        """Change a supplier; what you leave out stays."""
        return Response(whole_supplier(self.change(code), self.caller))


class SupplierContacts(Row):
    """Whom to ask at a supplier."""

    model, scopes = Supplier, {"POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="add_supplier_contact", tags=["suppliers"], request=bodies.ContactBody, parameters=[IDEMPOTENCY_KEY],
        responses={201: shapes.WholeSupplierShape, **WRITES},
    )  # fmt: skip
    def post(self, request: Request, code: str) -> Response:
        """Add whom to ask at a supplier."""
        return once(request, lambda: self.add(code))

    def add(self, code: str) -> Response:
        """This will add the contact and answer with the supplier."""
        writing.only_keeper(self.caller)
        row = self.find(code)
        form = writing.judged(SupplierContactForm(given(bodies.ContactBody, self.request)))
        form.instance.supplier = row
        form.save()
        return Response(whole_supplier(row, self.caller), status=201)


class SupplierEvaluations(Row):
    """How a supplier did."""

    model, scopes = Supplier, {"POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="evaluate_supplier", tags=["suppliers"], request=bodies.EvaluationBody, parameters=[IDEMPOTENCY_KEY],
        responses={201: shapes.WholeSupplierShape, **WRITES},
    )  # fmt: skip
    def post(self, request: Request, code: str) -> Response:
        """Keep how a supplier did, and when it is looked at again."""
        return once(request, lambda: self.add(code))

    def add(self, code: str) -> Response:
        """This will keep it and answer with the supplier."""
        row, said = self.find(code), given(bodies.EvaluationBody, self.request)
        marks = {name: said[name] for name in suppliers.MARKS}
        suppliers.evaluate(
            row,
            by=self.caller,
            held_on=said["held_on"],
            minutes=said["minutes"],
            next_on=said.get("next_on"),
            marks=marks,
        )
        return Response(whole_supplier(row, self.caller), status=201)


class Customers(CustomerList):
    """The register of customers."""

    scopes = {"GET": Scope.TICKETS_READ, "POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="add_customer", tags=["customers"], request=bodies.CustomerBody, parameters=[IDEMPOTENCY_KEY],
        responses={201: shapes.WholeCustomerShape, **WRITES},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Add a customer: an organisation that is known."""
        return once(request, self.add)

    def add(self) -> Response:
        """This will add it and answer with it."""
        made = writing.save(CustomerForm, given(bodies.CustomerBody, self.request), instance=Customer(), by=self.caller)
        return Response(
            whole_customer(made), status=201, headers={"Location": f"/api/v1/customers/{made.organisation.code}"}
        )


class CustomerView(Row):
    """One customer."""

    model, body, form = Customer, bodies.CustomerBody, CustomerForm

    @extend_schema(
        operation_id="read_customer", tags=["customers"], responses={200: shapes.WholeCustomerShape, **refusals()}
    )
    def get(self, request: Request, code: str) -> Response:
        """Read a customer with its services and who speaks for it."""
        return Response(whole_customer(self.find(code)))

    @extend_schema(
        operation_id="change_customer", tags=["customers"], request=bodies.CustomerBody,
        responses={200: shapes.WholeCustomerShape, **WRITES},
    )  # fmt: skip
    def patch(self, request: Request, code: str) -> Response:
        """Change a customer; what you leave out stays."""
        return Response(whole_customer(self.change(code)))


class CustomerContacts(Row):
    """Who speaks for a customer."""

    model, scopes = Customer, {"POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="add_customer_contact", tags=["customers"], request=bodies.CustomerContactBody, parameters=[IDEMPOTENCY_KEY],
        responses={201: shapes.WholeCustomerShape, **WRITES},
    )  # fmt: skip
    def post(self, request: Request, code: str) -> Response:
        """Add who speaks for a customer."""
        return once(request, lambda: self.add(code))

    def add(self, code: str) -> Response:
        """This will add the contact and answer with the customer."""
        writing.only_keeper(self.caller)
        row, said = self.find(code), given(bodies.CustomerContactBody, self.request)
        form = writing.judged(CustomerContactForm({"kind": "representative", **said}))
        form.instance.customer = row
        form.save()
        return Response(whole_customer(row), status=201)


urlpatterns = [
    path("suppliers", Suppliers.as_view()),
    path("suppliers/<slug:code>", SupplierView.as_view()),
    path("suppliers/<slug:code>/contacts", SupplierContacts.as_view()),
    path("suppliers/<slug:code>/evaluations", SupplierEvaluations.as_view()),
    path("customers", Customers.as_view()),
    path("customers/<slug:code>", CustomerView.as_view()),
    path("customers/<slug:code>/contacts", CustomerContacts.as_view()),
]
