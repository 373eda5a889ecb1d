"""Problems over REST."""

from __future__ import annotations

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.api import versions
from itsm.api.schema import IF_NONE_MATCH, listing, refusals
from itsm.tickets.api import rows
from itsm.tickets.api.filters import filter_of
from itsm.tickets.api.shapes import CaseShape, WholeCaseShape
from itsm.tickets.api.views import TicketList, TicketView
from problems.models import Problem


class ProblemShape(CaseShape):
    """A problem in a list."""

    origin = serializers.ChoiceField(Problem.Origin.choices)


class WholeProblemShape(WholeCaseShape):
    """A problem."""

    origin = serializers.ChoiceField(Problem.Origin.choices)


class ProblemList(TicketList):
    """Problems."""

    model = Problem
    columns = (*rows.COLUMNS, "origin")
    filterset_class = filter_of(Problem, Problem.flows[0])

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will add where it came from."""
        return super().shape(row) | {"origin": row["origin"]}

    @extend_schema(operation_id="list_problems", tags=["problems"], responses=listing(ProblemShape))
    def get(self, request: Request) -> Response:
        """List problems that you may see."""
        return self.page()


class ProblemView(TicketView):
    """One problem."""

    model = Problem
    detail_columns = (*rows.DETAIL_COLUMNS, "origin")

    def whole(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will add where it came from."""
        return super().whole(row) | {"origin": row["origin"]}

    @extend_schema(
        operation_id="read_problem", tags=["problems"], parameters=[IF_NONE_MATCH],
        responses={200: WholeProblemShape, 304: None, **refusals()},
    )  # fmt: skip
    def get(self, request: Request, number: str) -> Response:
        """Read a problem."""
        body = self.detail(number=number)
        return versions.conditional(request, body, version=body["version"])


urlpatterns = [
    path("problems", ProblemList.as_view()),
    path("problems/<record_number:number>", ProblemView.as_view()),
]
