"""Availability over REST: figures of a service, outages, exclusions, issues; and where monitoring systems say up or down."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from catalogue.models import Service
from itsm.api.filters import InstantFilter
from itsm.api.idempotency import once
from itsm.api.paging import Order
from itsm.api.schema import IDEMPOTENCY_KEY, listing, refusals
from itsm.api.scopes import Scope
from itsm.api.views import ApiView, ListView
from itsm.records.clock import database_now
from itsm.tickets.inputs import Unfit, read_instant
from itsm.tickets.models import Outage
from sla import api_availability_shapes as shapes
from sla import claims, issuing, outages
from sla.availability import reckon
from sla.availability_figures import figures
from sla.models import AvailabilityIssue, ExclusionClaim

LONGEST = timedelta(days=400)
SPAN = [
    OpenApiParameter("start", datetime, required=True, description="The period begins here."),
    OpenApiParameter("end", datetime, required=True, description="The period ends before this."),
    OpenApiParameter("mode", str, enum=["deduct", "numerator"], description="How planned and excluded time counts."),
]
OUTAGE = (
    "id", "kind", "source", "started_at", "ended_at", "standby_at", "affected_users", "weight_percent", "evidence", "monitor",
    "monitor_key", "planned_from", "planned_until", "announced_at", "is_forecast", "struck_out_at",
)  # fmt: skip
CLAIM = (
    "id", "clause_code", "clause_zh", "clause_en", "started_at", "ended_at", "reason", "evidence", "state", "requested_at",
    "decided_at", "decision_note", "objection",
)  # fmt: skip


def _service(code: str) -> Service:
    found = Service.objects.select_related("hours__current", "owner").filter(code=code).first()
    if found is None:
        raise Http404
    return found


class ForWorkers(ApiView):
    """An address for those who work cases."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """This will refuse everybody else."""
        super().initial(request, *args, **kwargs)
        if not self.caller.is_worker:
            raise PermissionDenied

    def read(self, body: type[Any]) -> dict[str, Any]:
        """This will read the body."""
        given = body(data=self.request.data)
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)


class AvailabilityView(ForWorkers):
    """The figures of a service in a period."""

    scopes = {"GET": Scope.TICKETS_READ}

    def known_parameters(self) -> frozenset[str]:
        """This will name the period and the mode."""
        return frozenset({"start", "end", "mode"})

    @extend_schema(
        operation_id="read_availability", tags=["availability"], parameters=SPAN,
        responses={200: shapes.FiguresShape, **refusals()},
    )  # fmt: skip
    def get(self, request: Request, code: str) -> Response:
        """Reckon a service in a period as it is known now: raw and adjusted, with the rows that were counted."""
        start, end = (self._instant(name) for name in ("start", "end"))
        if not start < end <= start + LONGEST:
            raise ValidationError({"end": [_("The end must come after the start, by 400 days at most.")]})
        mode: Any = request.query_params.get("mode")
        if mode not in (None, "deduct", "numerator"):
            raise ValidationError({"mode": [_("The mode is deduct or numerator.")]})
        return Response(figures(reckon(_service(code), start, end, at=timezone.now(), mode=mode)))

    def _instant(self, name: str) -> datetime:
        try:
            return read_instant(self.request.query_params.get(name), zone=self.caller.time_zone)
        except Unfit as fault:
            raise ValidationError({name: [str(fault)]}) from fault


class OutageFilter(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """By what outages may be filtered."""

    service = filters.CharFilter(field_name="service__code")
    kind = filters.ChoiceFilter(choices=Outage.Kind.choices)
    started_from = InstantFilter(field_name="started_at", lookup_expr="gte")
    started_before = InstantFilter(field_name="started_at", lookup_expr="lt")

    class Meta:
        model = Outage
        fields: tuple[str, ...] = ()


class OutageList(ForWorkers, ListView):
    """Outages."""

    scopes = {"GET": Scope.TICKETS_READ, "POST": Scope.TICKETS_WRITE}
    orders = {"started_at": Order("started_at", kind=datetime)}
    columns = (*OUTAGE, "service__code")
    filterset_class = OutageFilter

    def rows(self) -> QuerySet[Any]:
        """This will give what the caller may know of."""
        found: QuerySet[Any] = Outage.objects.visible_to(self.caller)
        return found

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will lay out one outage."""
        return {"service": row["service__code"], **{name: row[name] for name in OUTAGE}}

    @extend_schema(operation_id="list_outages", tags=["availability"], responses=listing(shapes.OutageShape))
    def get(self, request: Request) -> Response:
        """List outages."""
        return self.page()

    @extend_schema(
        operation_id="record_outage", tags=["availability"], request=shapes.OutageBody, parameters=[IDEMPOTENCY_KEY],
        responses={201: shapes.OutageShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Write down an outage that no case tells of."""
        return once(request, self.record)

    def record(self) -> Response:
        """This will write it down."""
        given = self.read(shapes.OutageBody)
        made = outages.record(_named(given), by=self.caller, at=database_now(), **given)
        return Response(shapes.told(made), status=201)


def _named(given: dict[str, Any]) -> Service:
    found = Service.objects.filter(code=given.pop("service")).first()
    if found is None:
        raise ValidationError({"service": [_("There is no such service.")]})
    return found


class OutageView(ForWorkers):
    """One outage."""

    scopes = {"GET": Scope.TICKETS_READ, "POST": Scope.TICKETS_WRITE}

    def find(self, key: int) -> Outage:
        """This will find it."""
        found: Outage | None = Outage.objects.visible_to(self.caller).select_related("service").filter(pk=key).first()
        if found is None:
            raise Http404
        return found

    @extend_schema(operation_id="read_outage", tags=["availability"], responses={200: shapes.OutageShape, **refusals()})
    def get(self, request: Request, pk: int) -> Response:
        """Read one outage."""
        return Response(shapes.told(self.find(pk)))

    @extend_schema(
        operation_id="correct_outage", tags=["availability"], request=shapes.OutageCorrectionBody,
        responses={200: shapes.OutageShape, **refusals(413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request, pk: int) -> Response:
        """Correct an outage, or strike it out; what was there before is kept with the reason."""
        found, given = self.find(pk), self.read(shapes.OutageCorrectionBody)
        reason, strikes = given.pop("reason"), given.pop("strike_out", False)
        if strikes:
            return Response(shapes.told(outages.strike_out(found, reason=reason, by=self.caller, at=database_now())))
        return Response(shapes.told(outages.correct(found, given, reason=reason, by=self.caller, at=database_now())))


class SignalView(ForWorkers):
    """Where monitoring systems say that a service is down or up."""

    scopes = {"POST": Scope.MONITOR_INGEST}

    @extend_schema(
        operation_id="signal_outage", tags=["availability"], request=shapes.SignalBody, parameters=[IDEMPOTENCY_KEY],
        responses={200: shapes.SignalShape, 201: shapes.SignalShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Open an outage with `down`, end it with `up`; source and key name it, repeats change nothing."""
        if request.auth is None:
            raise PermissionDenied
        return once(request, self.hear)

    def hear(self) -> Response:
        """This will open, keep or end it."""
        given = self.read(shapes.SignalBody)
        service = _named(given) if given.get("service") else None
        word, found = outages.hear(
            outages.Signal(
                monitor=given["source"], key=given["key"], service=service, is_down=given["state"] == "down", kind=given["kind"],
                occurred_at=given.get("occurred_at"), weight_percent=given["weight_percent"], note=given["note"],
                affected_users=given.get("affected_users"),
            )
        )  # fmt: skip
        told = {"outcome": word, "outage": found.pk if found is not None else None}
        return Response(told, status=201 if word == "opened" else 200)


class ClaimFilter(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """By what exclusions may be filtered."""

    service = filters.CharFilter(field_name="service__code")
    state = filters.ChoiceFilter(choices=ExclusionClaim.State.choices)

    class Meta:
        model = ExclusionClaim
        fields: tuple[str, ...] = ()


class ClaimList(ForWorkers, ListView):
    """Exclusion claims."""

    scopes = {"GET": Scope.TICKETS_READ, "POST": Scope.TICKETS_WRITE}
    orders = {"started_at": Order("started_at", kind=datetime)}
    columns = (*CLAIM, "service__code", "outage_id")
    filterset_class = ClaimFilter

    def rows(self) -> QuerySet[Any]:
        """This will give what the caller may know of."""
        found: QuerySet[Any] = ExclusionClaim.objects.visible_to(self.caller)
        return found

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will lay out one claim."""
        return {"service": row["service__code"], "outage": row["outage_id"], **{name: row[name] for name in CLAIM}}

    @extend_schema(operation_id="list_exclusions", tags=["availability"], responses=listing(shapes.ClaimShape))
    def get(self, request: Request) -> Response:
        """List the claims that lost time does not count."""
        return self.page()

    @extend_schema(
        operation_id="claim_exclusion", tags=["availability"], request=shapes.ClaimBody, parameters=[IDEMPOTENCY_KEY],
        responses={201: shapes.ClaimMadeShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Claim that lost time does not count; it counts until the service level manager approves.

        Time that one claim under the clause covers already is not claimed again; of a part the answer has a notice.
        """
        return once(request, self.claim)

    def claim(self) -> Response:
        """This will write the claim down."""
        given = self.read(shapes.ClaimBody)
        service, key = _named(given), given.pop("outage", None)
        offered = {one.code: one for one in claims.clauses_of(service, at=timezone.now())}
        clause = offered.get(given.pop("clause"))
        if clause is None:
            raise ValidationError({"clause": [_("One of: %s.") % ", ".join(offered)]})
        outage = Outage.objects.standing().filter(pk=key, service=service).first() if key else None
        made = claims.claim(service, clause=clause, outage=outage, by=self.caller, at=database_now(), **given)
        return Response(shapes.claim_made(made), status=201)


class ClaimActView(ForWorkers):
    """What is done to one claim beside deciding it."""

    scopes = {"POST": Scope.TICKETS_WRITE}

    def find(self, key: int) -> ExclusionClaim:
        """This will find it."""
        found: ExclusionClaim | None = ExclusionClaim.objects.visible_to(self.caller).filter(pk=key).first()
        if found is None:
            raise Http404
        return found


class ClaimDecisionView(ClaimActView):
    """The decision of one claim."""

    @extend_schema(
        operation_id="decide_exclusion", tags=["availability"], request=shapes.ExclusionDecisionBody,
        responses={200: shapes.ClaimShape, **refusals(413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request, pk: int) -> Response:
        """Approve or reject a claim of somebody else, as the service level manager."""
        found, given = self.find(pk), self.read(shapes.ExclusionDecisionBody)
        done = claims.decide(
            found, approve=given["decision"] == "approve", note=given["note"], evidence=given["evidence"], by=self.caller,
            at=database_now(),
        )  # fmt: skip
        return Response(shapes.claim_told(done))


class ClaimWithdrawalView(ClaimActView):
    """The withdrawal of one claim."""

    @extend_schema(
        operation_id="withdraw_exclusion", tags=["availability"], request=None,
        responses={200: shapes.ClaimShape, **refusals(422)},
    )  # fmt: skip
    def post(self, request: Request, pk: int) -> Response:
        """Take your own claim back while it is not decided."""
        return Response(shapes.claim_told(claims.withdraw(self.find(pk), by=self.caller, at=database_now())))


class ClaimObjectionView(ClaimActView):
    """The customer's objection to one claim."""

    @extend_schema(
        operation_id="object_to_exclusion", tags=["availability"], request=shapes.ObjectionBody,
        responses={200: shapes.ClaimShape, **refusals(413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request, pk: int) -> Response:
        """Write down what the customer holds against a claim; figures follow the decision, the objection is shown."""
        found, given = self.find(pk), self.read(shapes.ObjectionBody)
        done = claims.object_to(found, words=given["objection"], by=self.caller, at=database_now())
        return Response(shapes.claim_told(done))


class IssueList(ForWorkers):
    """The issued figures of a service."""

    scopes = {"GET": Scope.TICKETS_READ, "POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="list_availability_issues", tags=["availability"],
        responses={200: shapes.IssueShape(many=True), **refusals()},
    )  # fmt: skip
    def get(self, request: Request, code: str) -> Response:
        """List the issued figures of a service, the newest period first, with what each correction changed."""
        rows = AvailabilityIssue.objects.visible_to(self.caller).filter(service=_service(code))
        return Response([shapes.issue_told(row) for row in rows.order_by("-starts_at", "-number")[:200]])

    @extend_schema(
        operation_id="issue_availability", tags=["availability"], request=shapes.IssueBody,
        responses={201: shapes.IssueShape, **refusals(413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request, code: str) -> Response:
        """Freeze the figures of a month, or issue them anew with a reason, as the service level manager."""
        given = self.read(shapes.IssueBody)
        start, end = issuing.month_of(given["month"])
        made = issuing.issue(_service(code), start, end, at=database_now(), by=self.caller, reason=given["reason"])
        return Response(shapes.issue_told(made), status=201)


urlpatterns = [
    path("services/<slug:code>/availability", AvailabilityView.as_view()),
    path("services/<slug:code>/availability/issues", IssueList.as_view()),
    path("outages", OutageList.as_view()),
    path("outages/signals", SignalView.as_view()),
    path("outages/<int:pk>", OutageView.as_view()),
    path("exclusions", ClaimList.as_view()),
    path("exclusions/<int:pk>/decision", ClaimDecisionView.as_view()),
    path("exclusions/<int:pk>/objection", ClaimObjectionView.as_view()),
    path("exclusions/<int:pk>/withdrawal", ClaimWithdrawalView.as_view()),
]
