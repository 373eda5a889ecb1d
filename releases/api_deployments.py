"""Deployments over REST."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.api import versions
from itsm.api.filters import YesNoFilter
from itsm.api.paging import Order
from itsm.api.schema import IF_NONE_MATCH, listing, refusals
from itsm.api.scopes import Scope
from itsm.api.views import ListView
from itsm.tickets.api import rows
from itsm.tickets.api.moves import move_routes
from itsm.tickets.api.views import CaseDetail, CaseView
from releases import api_shapes as shapes
from releases.models import Deployment, Environment

PLAIN = (
    "number", "title", "phase", "version", "environment", "target_name", "wave", "planned_start", "planned_end", "actual_start",
    "actual_end", "old_version", "new_version", "evidence", "error", "downtime_minutes", "tries", "changed_at",
)  # fmt: skip
COLUMNS = (*PLAIN, "kind", "state", "release__number", "target__number", *rows.person_columns("implementer"))


class DeploymentFilter(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """By what deployments may be filtered."""

    state = filters.ChoiceFilter(choices=[(code, row.label.en) for code, row in Deployment.flows[0].states.items()])
    environment = filters.ChoiceFilter(choices=Environment.choices)
    release = filters.CharFilter(field_name="release__number", label="release", max_length=32)
    open = YesNoFilter(method="only_open", label="open")

    class Meta:
        model = Deployment
        fields: tuple[str, ...] = ()

    def only_open(self, found: Any, name: str, value: bool) -> Any:
        """This will keep those that are not finished, or those that are."""
        return found.unfinished() if value else found.filter(phase="done")


class DeploymentDetail(CaseDetail):
    """How a deployment is laid out."""

    model = Deployment
    detail_columns = COLUMNS

    def whole(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will lay out a fetched row."""
        made = {name: row[name] for name in PLAIN} | {"state": rows.state(row), "release": row["release__number"]}
        return made | {"target": row["target__number"], "implementer": rows.person(row, "implementer")}


class DeploymentList(DeploymentDetail, ListView):
    """Deployments."""

    scopes = {"GET": Scope.TICKETS_READ}
    orders = {"-changed_at": Order("changed_at", descending=True, kind=datetime), "wave": Order("wave", kind=int)}
    columns = COLUMNS
    filterset_class = DeploymentFilter

    def rows(self) -> QuerySet[Any]:
        """This will start at what the caller may know of."""
        found: QuerySet[Any] = Deployment.objects.visible_to(self.caller)
        return found

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will lay out one deployment."""
        return self.whole(row)

    @extend_schema(operation_id="list_deployments", tags=["deployments"], responses=listing(shapes.DeploymentShape))
    def get(self, request: Request) -> Response:
        """List deployments that you may see."""
        return self.page()


class DeploymentView(DeploymentDetail, CaseView):
    """One deployment."""

    scopes = {"GET": Scope.TICKETS_READ}

    @extend_schema(
        operation_id="read_deployment", tags=["deployments"], parameters=[IF_NONE_MATCH],
        responses={200: shapes.DeploymentShape, 304: None, **refusals()},
    )  # fmt: skip
    def get(self, request: Request, number: str) -> Response:
        """Read a deployment."""
        body = self.detail(number=number)
        return versions.conditional(request, body, version=body["version"])


urlpatterns = [
    path("deployments", DeploymentList.as_view()),
    path("deployments/<record_number:number>", DeploymentView.as_view()),
    *move_routes(
        "deployments", model=Deployment, flows=Deployment.flows, detail=DeploymentDetail, shape=shapes.DeploymentShape
    ),
]
