"""Service transitions over REST, and items in full."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.urls import path
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalogue.models import RequestItem, ServiceTransition
from itsm.api import versions
from itsm.api.paging import Order
from itsm.api.schema import IF_NONE_MATCH, listing, refusals
from itsm.api.scopes import Scope
from itsm.api.views import ApiView, ListView
from itsm.desk.services import api_editions, api_gates, api_items, api_service
from itsm.desk.services import api_shapes as shapes
from itsm.desk.services.transition_rows import COLUMNS, TransitionDetail
from itsm.tickets.api.moves import move_routes
from itsm.tickets.api.views import CaseView


class TransitionFilter(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """By what service transitions may be filtered."""

    state = filters.ChoiceFilter(
        choices=[(code, row.label.en) for code, row in ServiceTransition.flows[0].states.items()]
    )
    transition_kind = filters.ChoiceFilter(choices=shapes.TRANSITION_KINDS)

    class Meta:
        model = ServiceTransition
        fields: tuple[str, ...] = ()


class TransitionList(TransitionDetail, ListView):
    """Service transitions."""

    scopes = {"GET": Scope.TICKETS_READ}
    orders = {"-number": Order("number", descending=True)}
    columns = COLUMNS
    filterset_class = TransitionFilter

    def rows(self) -> QuerySet[Any]:
        """This will start at what the caller may know of."""
        found: QuerySet[Any] = ServiceTransition.objects.visible_to(self.caller)
        return found

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will lay out one of them."""
        return self.plain(row)

    @extend_schema(
        operation_id="list_service_transitions", tags=["service-transitions"], responses=listing(shapes.TransitionShape)
    )
    def get(self, request: Request) -> Response:
        """List service transitions that you may see."""
        return self.page()


class TransitionView(TransitionDetail, CaseView):
    """One service transition."""

    scopes = {"GET": Scope.TICKETS_READ}

    @extend_schema(
        operation_id="read_service_transition", tags=["service-transitions"], parameters=[IF_NONE_MATCH],
        responses={200: shapes.WholeTransitionShape, 304: None, **refusals()},
    )  # fmt: skip
    def get(self, request: Request, number: str) -> Response:
        """Read a service transition with its criteria and checklist."""
        body = self.detail(number=number)
        return versions.conditional(request, body, version=body["version"])


class ItemView(ApiView):
    """One item with its form."""

    scopes = {"GET": Scope.TICKETS_READ}

    @extend_schema(
        operation_id="read_request_item", tags=["catalogue"], responses={200: shapes.WholeItemShape, **refusals()}
    )
    def get(self, request: Request, code: str) -> Response:
        """Read an item with the fields of its form; they are answered when it is ordered."""
        found = RequestItem.objects.visible_to(self.caller).select_related("service").filter(code=code).first()
        if found is None:
            raise Http404
        body: dict[str, Any] = {
            "code": found.code,
            "name": found.name,
            "description": found.description,
            "service": found.service.code,
        }
        body |= {
            "approval": found.approval,
            "approval_rule": found.approval_rule,
            "target_seconds": found.target_seconds,
        }
        body["fields"] = [_field(one) for one in found.form_fields]
        return Response(body)


def _field(one: Any) -> dict[str, Any]:
    when = {"field": one.when_field, "values": list(one.when_values)} if one.when_field else None
    return {
        "code": one.code, "kind": one.kind, "label": str(one.words), "help": str(one.help), "required": one.required,
        "choices": [{"value": option.value, "label": str(option.words)} for option in one.options], "only_when": when,
    }  # fmt: skip


urlpatterns = [
    path("request-items/<slug:code>", ItemView.as_view()),
    path("service-transitions", TransitionList.as_view()),
    path("service-transitions/<record_number:number>", TransitionView.as_view()),
    *move_routes(
        "service-transitions", model=ServiceTransition, flows=ServiceTransition.flows, detail=TransitionDetail,
        shape=shapes.WholeTransitionShape,
    ),
    *api_service.urlpatterns,
    *api_editions.urlpatterns,
    *api_items.urlpatterns,
    *api_gates.urlpatterns,
]  # fmt: skip
