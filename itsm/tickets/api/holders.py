"""Giving a case to a team or person, and taking it."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.api import versions
from itsm.api.idempotency import once
from itsm.api.schema import IDEMPOTENCY_KEY, IF_MATCH, refusals
from itsm.api.scopes import Scope
from itsm.tickets.api import shapes
from itsm.tickets.api.views import CaseDetail, CaseView, rows_named
from itsm.tickets.assignments import assign, take


class AssignView(CaseDetail, CaseView):
    """Who has a case."""

    scopes = {"POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="assign_ticket", tags=["tickets"], request=shapes.AssignBody, parameters=[IF_MATCH, IDEMPOTENCY_KEY],
        responses={200: shapes.WholeCaseShape, **refusals(409, 412, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request, number: str) -> Response:
        """Give a case to a team and person without moving it; a case being worked on keeps a team."""
        return once(request, lambda: self.give(number))

    def give(self, number: str) -> Response:
        """This will assign and answer with the case."""
        case, by = self.find(number), self.caller
        version = versions.version_named(self.request, current=case.version)
        body = shapes.AssignBody(data=self.request.data)
        body.is_valid(raise_exception=True)
        who: dict[str, Any] = {"team": case.team, "assignee": case.assignee}
        who |= rows_named(body.validated_data, person=by)
        return self.answer(assign(case, by=by, version=version, channel="api", **who).pk)


class TakeView(CaseDetail, CaseView):
    """Taking a case oneself."""

    scopes = {"POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="take_ticket", tags=["tickets"], request=shapes.NothingBody, parameters=[IF_MATCH, IDEMPOTENCY_KEY],
        responses={200: shapes.WholeCaseShape, **refusals(409, 412, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request, number: str) -> Response:
        """Take a case yourself, with your own team where the present one is not."""
        return once(request, lambda: self.have(number))

    def have(self, number: str) -> Response:
        """This will take it and answer with the case."""
        shapes.NothingBody(data=self.request.data).is_valid(raise_exception=True)
        case = self.find(number)
        version = versions.version_named(self.request, current=case.version)
        return self.answer(take(case, by=self.caller, version=version).pk)
