"""Agreements over REST: the list, one with its editions, drafting and writing, the moves, and which applies to a case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.urls import path
from django.utils.translation import gettext
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.api import versions
from itsm.api.filters import YesNoFilter
from itsm.api.idempotency import once
from itsm.api.paging import Order
from itsm.api.schema import IDEMPOTENCY_KEY, IF_MATCH_NEEDED, IF_NONE_MATCH, listing, refusals
from itsm.api.scopes import Scope
from itsm.api.views import ListView
from itsm.people.models import Organisation, Person, Team
from itsm.records import register
from itsm.records.clock import database_now
from itsm.records.refusals import Objected
from itsm.tickets.api import rows
from itsm.tickets.api.moves import OnlyInPerson, move_routes
from itsm.tickets.api.views import CaseDetail, CaseView
from sla import agreement_shapes as shapes
from sla import agreement_sheet, agreement_signing, agreement_writing, agreements
from sla.agreement_words import fault_words
from sla.models import AgreementEdition, ServiceAgreement, SignatureRequest

PLAIN = ("number", "title", "type", "level", "kind", "state", "phase", "version", "changed_at")
SIDES = ("provider", "provider_team", "consumer", "consumer_team")
COLUMNS = (*PLAIN, *rows.named_columns(*SIDES), *rows.person_columns("owner"), "under__number")
WRITES = refusals(409, 413, 415, 422)
#: As many editions are given, the newest first.
MOST_EDITIONS = 20


class AgreementFilter(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """By what agreements may be filtered."""

    type = filters.ChoiceFilter(choices=ServiceAgreement.Type.choices)
    state = filters.ChoiceFilter(
        choices=[(code, row.label.en) for code, row in ServiceAgreement.flows[0].states.items()]
    )
    running = YesNoFilter(method="in_force", label="in force")

    class Meta:
        model = ServiceAgreement
        fields: tuple[str, ...] = ()

    def in_force(self, found: Any, name: str, value: bool) -> Any:
        """This will keep those with an edition in force, or those without."""
        running = ServiceAgreement.objects.running().values("pk")
        return found.filter(pk__in=running) if value else found.exclude(pk__in=running)


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    made = {name: row[name] for name in PLAIN if name not in ("kind", "state")} | {"state": rows.state(row)}
    made |= {name: rows.named(row, name) for name in SIDES}
    return made | {"owner": rows.person(row, "owner")}


class AgreementDetail(CaseDetail):
    """How an agreement is laid out."""

    model = ServiceAgreement
    detail_columns = COLUMNS

    def whole(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will lay out a fetched row with its editions."""
        found = AgreementEdition.objects.filter(agreement=row["pk"]).select_related("hours", "change")
        editions = [
            edition_shape(one) for one in found.prefetch_related("signatories", "requests__person")[:MOST_EDITIONS]
        ]
        above = ServiceAgreement.objects.visible_to(self.caller).filter(underpinned_by=row["pk"])
        numbers = list(above.order_by("pk").values_list("number", flat=True))
        return _plain(row) | {"contract": row["under__number"], "underpins": numbers, "editions": editions}


def request_shape(asked: SignatureRequest) -> dict[str, Any]:
    """Lay out a request for a signature."""
    plain = ("side", "asked_at", "answer", "answered_at", "name", "title", "reason", "digest")
    person = {"username": asked.person.username, "name": asked.person.name}
    return {"person": person} | {name: getattr(asked, name) for name in plain}


def edition_shape(edition: AgreementEdition) -> dict[str, Any]:
    """Lay out an edition."""
    signed = ("side", "name", "title", "method", "signed_at")
    return {
        "edition": edition.number,
        **{name: getattr(edition, name) for name in ("written_at", "signed_at", "applied_at", "ended_at")},
        "change": edition.change.number if edition.change else None,
        "digest": edition.digest,
        "requests": [request_shape(one) for one in edition.requests.all()],
        "signatories": [{name: getattr(one, name) for name in signed} for one in edition.signatories.all()],
        "cannot_be_kept": [fault_words(fault) for fault in edition.chain],
        "contents": agreement_sheet.read(edition),
    }


class AgreementList(AgreementDetail, ListView):
    """Agreements."""

    scopes = {"GET": Scope.TICKETS_READ, "POST": Scope.TICKETS_WRITE}
    orders = {"-changed_at": Order("changed_at", descending=True, kind=datetime)}
    columns = COLUMNS
    filterset_class = AgreementFilter

    def rows(self) -> QuerySet[Any]:
        """This will start at what the caller may know of."""
        found: QuerySet[Any] = ServiceAgreement.objects.visible_to(self.caller)
        return found

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will lay out one agreement without its editions."""
        return _plain(row)

    @extend_schema(operation_id="list_agreements", tags=["agreements"], responses=listing(shapes.AgreementShape))
    def get(self, request: Request) -> Response:
        """List agreements that you may see."""
        return self.page()

    @extend_schema(
        operation_id="draft_agreement", tags=["agreements"], request=shapes.AgreementBody, parameters=[IDEMPOTENCY_KEY],
        responses={201: shapes.WholeAgreementShape, **WRITES},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Draft an agreement."""
        return once(request, self._draft)

    def _draft(self) -> Response:
        given = _given(self.request, by=self.caller)
        made = agreement_writing.draft(by=self.caller, title=given.pop("title", ""), **given)
        return self.answer(made.pk, status=201, Location=f"/api/v1/agreements/{made.number}")


class AgreementView(AgreementDetail, CaseView):
    """One agreement."""

    scopes = {"GET": Scope.TICKETS_READ, "PATCH": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="read_agreement", tags=["agreements"], parameters=[IF_NONE_MATCH],
        responses={200: shapes.WholeAgreementShape, 304: None, **refusals()},
    )  # fmt: skip
    def get(self, request: Request, number: str) -> Response:
        """Read an agreement with its editions."""
        body = self.detail(number=number)
        return versions.conditional(request, body, version=body["version"])

    @extend_schema(
        operation_id="change_agreement", tags=["agreements"], request=shapes.AgreementBody, parameters=[IF_MATCH_NEEDED],
        responses={200: shapes.WholeAgreementShape, **refusals(409, 412, 413, 415, 422, 428)},
    )  # fmt: skip
    def patch(self, request: Request, number: str) -> Response:
        """Write the newest edition anew while it is drafted or negotiated; what you leave out stays."""
        found = self.find(number)
        version = versions.version_named(request, current=found.version, needed=True)
        given = _given(request, by=self.caller)
        newest = found.editions.first()
        sheet = (agreement_sheet.read(newest) if newest is not None else {}) | given.pop("sheet", {})
        agreement_writing.change(found, by=self.caller, sheet=sheet, version=version, **given)
        return self.answer(found.pk)


class SignatureView(CaseView):
    """What the caller is asked to sign; customers too, who see no agreements."""

    scopes = {"GET": Scope.TICKETS_READ, "POST": Scope.TICKETS_WRITE}

    def asked(self, number: str) -> SignatureRequest:
        """This will find what the caller is asked to sign.

        :raises Http404: if nothing is
        """
        found = agreement_signing.asked_of(self.caller, number)
        if found is None:
            raise Http404(gettext("Your signature is not asked for here."))
        return found

    @extend_schema(
        operation_id="read_signature_request", tags=["agreements"], responses={200: shapes.AskedShape, **refusals()}
    )
    def get(self, request: Request, number: str) -> Response:
        """Read what you are asked to sign, with its seal."""
        asked = self.asked(number)
        edition = asked.edition
        body = {"agreement": edition.agreement.number, "title": edition.agreement.title, "edition": edition.number}
        return Response(body | {"request": request_shape(asked), "contents": agreement_sheet.read(edition)})

    @extend_schema(
        operation_id="answer_signature_request", tags=["agreements"], request=shapes.SignatureBody, parameters=[IDEMPOTENCY_KEY],
        responses={200: shapes.SignatureRequestShape, **WRITES},
    )  # fmt: skip
    def post(self, request: Request, number: str) -> Response:
        """Sign, or decline with a reason; in person, a token may not."""
        if request.auth is not None:
            raise OnlyInPerson
        return once(request, lambda: self.answer(self.asked(number)))

    def answer(self, asked: SignatureRequest) -> Response:
        """This will read the answer and keep it."""
        read = shapes.SignatureBody(data=self.request.data)
        read.is_valid(raise_exception=True)
        given = read.validated_data
        said = {name: given.get(name, "") for name in ("name", "title", "reason")}
        agreement_signing.answer(
            asked.edition.agreement, given["answer"], agreement_signing.Signature(**said), digest=given["digest"], by=self.caller,
            at=database_now(), channel="api",
        )  # fmt: skip
        return Response(request_shape(SignatureRequest.objects.select_related("person").get(pk=asked.pk)))


class CaseAgreement(CaseView):
    """Which agreement applies to a case."""

    scopes = {"GET": Scope.TICKETS_READ}

    @extend_schema(
        operation_id="read_ticket_agreement", tags=["agreements"], responses={200: shapes.ApplyingShape, **refusals()}
    )
    def get(self, request: Request, number: str) -> Response:
        """Read which agreement applies to a case, by offering, service, customer and day of receipt, and why."""
        case = register.load(self.find(number))
        found = agreements.applying(case)
        if found is None:
            nothing = {"agreement": None, "edition": None, "service": None}
            return Response({**nothing, "reason": gettext("No agreement applies: the targets of the house count.")})
        service = found.row.service
        return Response(
            {
                "agreement": found.agreement.number,
                "edition": found.row.edition.number,
                "service": {"code": service.code, "name": service.name} if service else None,
                "reason": found.reason,
            }
        )


#: How the names of a body find rows: model and column.
NAMED: dict[str, tuple[Any, str]] = {
    "provider": (Organisation, "code"), "provider_team": (Team, "code"), "consumer": (Organisation, "code"),
    "consumer_team": (Team, "code"), "owner": (Person, "username"),
}  # fmt: skip


def _given(request: Request, *, by: Any) -> dict[str, Any]:
    """Read a body into what the service takes.

    :raises Objected: if it names a row that is not there
    """
    read = shapes.AgreementBody(data=request.data)
    read.is_valid(raise_exception=True)
    body: Mapping[str, Any] = read.validated_data
    given = {name: body[name] for name in ("title", "type", "level") if name in body}
    faults: dict[str, str] = {}
    for name, (model, column) in NAMED.items():
        if name in body:
            given[name] = _row(model.objects.filter(**{column: body[name] or ""}), body[name], name, faults)
    if "contract" in body:
        contracts = register.process("contract").model.objects.visible_to(by)
        given["under"] = _row(contracts.filter(number=body["contract"] or ""), body["contract"], "contract", faults)
    if "underpins" in body:
        given["underpins"] = _above(body["underpins"], by, faults)
    if faults:
        raise Objected(fields=faults)
    if "contents" in body:
        given["sheet"] = agreement_sheet.jsonable(body["contents"])
    return given


def _above(numbers: list[str], by: Any, faults: dict[str, str]) -> list[ServiceAgreement]:
    """Find the SLA that are named, among those that ``by`` may see."""
    found = list(ServiceAgreement.objects.visible_to(by).filter(type="sla", number__in=numbers))
    if missing := sorted(set(numbers) - {one.number for one in found}):
        faults["underpins"] = gettext("There is no SLA “%(number)s”.") % {"number": missing[0]}
    return found


def _row(found: Any, named: str | None, name: str, faults: dict[str, str]) -> Any:
    row = found.first() if named else None
    if named and row is None:
        faults[name] = gettext("There is no such row.")
    return row


urlpatterns = [
    path("agreements", AgreementList.as_view()),
    path("agreements/<record_number:number>", AgreementView.as_view()),
    path("agreements/<record_number:number>/signature", SignatureView.as_view()),
    path("tickets/<record_number:number>/agreement", CaseAgreement.as_view()),
    *move_routes(
        "agreements", model=ServiceAgreement, flows=ServiceAgreement.flows, detail=AgreementDetail, shape=shapes.WholeAgreementShape
    ),
]  # fmt: skip
