"""Known errors over REST."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.urls import path
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalogue.models import Service
from itsm.api import versions
from itsm.api.idempotency import once
from itsm.api.paging import Order
from itsm.api.schema import IDEMPOTENCY_KEY, IF_NONE_MATCH, listing, refusals
from itsm.api.scopes import Scope
from itsm.api.views import ListView
from itsm.records.refusals import Objected
from itsm.tickets.api import rows
from itsm.tickets.api.filters import NamedFilter
from itsm.tickets.api.moves import move_routes
from itsm.tickets.api.views import CaseDetail, CaseView
from itsm.tickets.finding import find_case
from problems import api_shapes as shapes
from problems.models import KnownError
from problems.services import use_known_error

PLAIN = (
    "number", "title", "phase", "version", "component", "symptoms", "cause", "workaround", "workaround_risk", "fixed_in", "review_on",
    "use_count", "last_used_at", "published_at", "changed_at",
)  # fmt: skip
COLUMNS = (*PLAIN, "kind", "state", *rows.named_columns("service", "category"), "problem__number")


def _services(request: Any) -> QuerySet[Any]:
    return Service.objects.visible_to(request.user) if request else Service.objects.none()


class KnownErrorFilter(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """By what known errors may be filtered."""

    state = filters.ChoiceFilter(choices=[(code, row.label.en) for code, row in KnownError.flows[0].states.items()])
    service = NamedFilter(queryset=_services, to_field_name="code")
    words = filters.CharFilter(method="holding", label="words", max_length=200)

    class Meta:
        model = KnownError
        fields: tuple[str, ...] = ()

    def holding(self, found: Any, name: str, value: str) -> Any:
        """This will keep what holds every word."""
        return found.holding(value.replace("\x00", " "))


class KnownErrorDetail(CaseDetail):
    """How a known error is laid out."""

    model = KnownError
    detail_columns = COLUMNS

    def whole(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will lay out a fetched row."""
        made = {name: row[name] for name in PLAIN} | {"state": rows.state(row), "problem": row["problem__number"]}
        return made | {name: rows.named(row, name) for name in ("service", "category")}


class KnownErrorList(KnownErrorDetail, ListView):
    """Known errors."""

    scopes = {"GET": Scope.TICKETS_READ}
    orders = {
        "-changed_at": Order("changed_at", descending=True, kind=datetime),
        "-use_count": Order("use_count", descending=True, kind=int),
    }
    columns = COLUMNS
    filterset_class = KnownErrorFilter

    def rows(self) -> QuerySet[Any]:
        """This will start at what the caller may know of."""
        found: QuerySet[Any] = KnownError.objects.visible_to(self.caller)
        return found

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will lay out one known error."""
        return self.whole(row)

    @extend_schema(operation_id="list_known_errors", tags=["known-errors"], responses=listing(shapes.KnownErrorShape))
    def get(self, request: Request) -> Response:
        """List known errors that you may see."""
        return self.page()


class KnownErrorView(KnownErrorDetail, CaseView):
    """One known error."""

    scopes = {"GET": Scope.TICKETS_READ}

    @extend_schema(
        operation_id="read_known_error", tags=["known-errors"], parameters=[IF_NONE_MATCH],
        responses={200: shapes.KnownErrorShape, 304: None, **refusals()},
    )  # fmt: skip
    def get(self, request: Request, number: str) -> Response:
        """Read a known error."""
        body = self.detail(number=number)
        return versions.conditional(request, body, version=body["version"])


class UseView(KnownErrorDetail, CaseView):
    """The use of a known error on an incident."""

    scopes = {"POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="use_known_error", tags=["known-errors"], request=shapes.UseBody, parameters=[IDEMPOTENCY_KEY],
        responses={204: None, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request, number: str) -> Response:
        """Note that it helped on an incident; it is counted when the incident is resolved."""
        return once(request, lambda: self._use(number))

    def _use(self, number: str) -> Response:
        known, body = self.find(number), shapes.UseBody(data=self.request.data)
        body.is_valid(raise_exception=True)
        try:
            incident = find_case(body.validated_data["incident"], person=self.caller)
        except Http404 as fault:
            raise Objected(fields={"incident": str(fault)}) from fault
        use_known_error(incident, known, by=self.caller)
        return Response(status=204)


urlpatterns = [
    path("known-errors", KnownErrorList.as_view()),
    path("known-errors/<record_number:number>", KnownErrorView.as_view()),
    path("known-errors/<record_number:number>/uses", UseView.as_view()),
    *move_routes(
        "known-errors", model=KnownError, flows=KnownError.flows, detail=KnownErrorDetail, shape=shapes.KnownErrorShape
    ),
]
