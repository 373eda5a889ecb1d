"""The steps of a change over REST."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from changes import api_shapes as shapes
from changes import plan
from changes.models import Change, Step
from itsm.api.idempotency import once
from itsm.api.schema import IDEMPOTENCY_KEY, refusals
from itsm.api.scopes import Scope
from itsm.tickets.api.views import CaseView


def laid_out(step: Step) -> dict[str, Any]:
    """Lay out a step."""
    names = ("path", "place", "kind", "title", "detail", "planned_minutes", "state", "started_at", "ended_at", "note")
    people = {name: getattr(step, name) for name in ("owner", "done_by")}
    return {
        "id": step.pk, "actual_minutes": step.actual_minutes, **{name: getattr(step, name) for name in names},
        **{name: {"username": who.username, "name": who.name} if who else None for name, who in people.items()},
    }  # fmt: skip


class OfChange(CaseView):
    """What both addresses of steps share."""

    model = Change

    def worked(self, number: str) -> Change:
        """This will find a change that the caller works on.

        :raises Http404: if there is none
        """
        found: Change = self.find(number)
        if not found.is_worked:
            raise Http404
        return found


class StepsView(OfChange):
    """The plan of a change."""

    scopes = {"GET": Scope.TICKETS_READ, "POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="list_change_steps", tags=["changes"], responses={200: shapes.StepShape(many=True), **refusals()}
    )
    def get(self, request: Request, number: str) -> Response:
        """List the steps of a change's plan and of its way back."""
        change = self.worked(number)
        return Response([laid_out(step) for step in change.steps.in_order().select_related("owner", "done_by")])

    @extend_schema(
        operation_id="add_change_step", tags=["changes"], request=shapes.StepBody, parameters=[IDEMPOTENCY_KEY],
        responses={201: shapes.StepShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request, number: str) -> Response:
        """Write one more step at the end of its path."""
        return once(request, lambda: self.add(number))

    def add(self, number: str) -> Response:
        """This will add it and answer with it."""
        change = self.worked(number)
        body = shapes.StepBody(data=self.request.data)
        body.is_valid(raise_exception=True)
        made = plan.add(change, by=self.caller, owner=change.implementer, **body.validated_data)
        return Response(laid_out(made), status=201)


class MarkView(OfChange):
    """What becomes of one step."""

    scopes = {"POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="mark_change_step", tags=["changes"], request=shapes.MarkBody, parameters=[IDEMPOTENCY_KEY],
        responses={200: shapes.StepShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request, number: str, key: int) -> Response:
        """Say that a step begins, is done, failed or is left out."""
        return once(request, lambda: self.mark(number, key))

    def mark(self, number: str, key: int) -> Response:
        """This will mark it and answer with it."""
        step = get_object_or_404(Step, pk=key, change=self.worked(number).pk)
        body = shapes.MarkBody(data=self.request.data)
        body.is_valid(raise_exception=True)
        return Response(laid_out(plan.mark(step, by=self.caller, **body.validated_data)))


urlpatterns = [
    path("changes/<record_number:number>/steps", StepsView.as_view()),
    path("changes/<record_number:number>/steps/<int:key>", MarkView.as_view()),
]
