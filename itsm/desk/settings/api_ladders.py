"""Escalation ladders and their steps over REST, judged by the forms of the pages."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalogue.models import Service
from itsm.api.idempotency import once
from itsm.api.schema import IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH, refusals
from itsm.api.scopes import Scope
from itsm.desk.settings import ladder_shapes as shapes
from itsm.desk.settings.api_forms import ForAdministrators
from itsm.desk.settings.ladders import LadderForm, StepForm
from sla.models import EscalationPolicy, EscalationStep

TAGS = ["settings"]
ROOT = "/api/v1/escalation-ladders"
#: No row has this key: the form then says what the page says of a service that it does not offer.
NO_SERVICE = 0


def ladder_of(code: str) -> EscalationPolicy:
    """This will find a ladder with its steps (404)."""
    found: EscalationPolicy = get_object_or_404(
        EscalationPolicy.objects.select_related("service").prefetch_related("steps"), code=code
    )
    return found


class ForLadders(ForAdministrators):
    """An address of ladders."""

    def kept(self, row: EscalationPolicy | None, given: dict[str, Any]) -> Response:
        """This will keep a ladder and answer with it: 201 for a new one.

        :raises Objected: with the sentences of the page
        """
        if given.get("service"):
            service = Service.objects.filter(code=given["service"]).first()
            given = given | {"service": service.pk if service else NO_SERVICE}
        made = ladder_of(self.keep(LadderForm, row or EscalationPolicy(), given).code)
        new: dict[str, Any] = {} if row else {"status": 201, "place": f"{ROOT}/{made.code}"}
        return self.written(shapes.ladder(made), form=LadderForm, row=made, **new)


class LadderList(ForLadders):
    """Escalation ladders."""

    scopes = {"GET": Scope.TICKETS_READ, "POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="list_escalation_ladders", tags=TAGS,
        responses={200: shapes.LadderShape(many=True), **refusals()},
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """List the escalation ladders with their steps, those in use first, as an administrator."""
        rows = EscalationPolicy.objects.select_related("service").prefetch_related("steps")
        return Response([shapes.ladder(row) for row in rows.order_by("-is_active", "code")])

    @extend_schema(
        operation_id="add_escalation_ladder", tags=TAGS, request=shapes.LadderBody, parameters=[IDEMPOTENCY_KEY],
        responses={201: shapes.LadderShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Make a ladder for one service or for every service without one of its own."""
        return once(request, lambda: self.kept(None, self.read(shapes.LadderBody)))


class LadderView(ForLadders):
    """One ladder."""

    scopes = {"GET": Scope.TICKETS_READ, "PATCH": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="read_escalation_ladder", tags=TAGS, parameters=[IF_NONE_MATCH],
        responses={200: shapes.LadderShape, 304: None, **refusals()},
    )  # fmt: skip
    def get(self, request: Request, code: str) -> Response:
        """Read a ladder with its steps; each step has a version of its own."""
        row = ladder_of(code)
        return self.shown(shapes.ladder(row), form=LadderForm, row=row)

    @extend_schema(
        operation_id="change_escalation_ladder", tags=TAGS, request=shapes.LadderEditBody, parameters=[IF_MATCH],
        responses={200: shapes.LadderShape, **refusals(412, 413, 415, 422)},
    )  # fmt: skip
    def patch(self, request: Request, code: str) -> Response:
        """Change a ladder; what is not named stays."""
        return self.kept(ladder_of(code), self.read(shapes.LadderEditBody))


class StepList(ForAdministrators):
    """Steps of a ladder."""

    scopes = {"POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="add_escalation_step", tags=TAGS, request=shapes.LadderStepBody, parameters=[IDEMPOTENCY_KEY],
        responses={201: shapes.LadderStepShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request, code: str) -> Response:
        """Add a step to a ladder; clocks that start from now on climb it, running ones keep theirs."""
        return once(request, lambda: self.add(ladder_of(code)))

    def add(self, ladder: EscalationPolicy) -> Response:
        """This will add it and answer with it."""
        made = self.keep(StepForm, EscalationStep(policy=ladder), self.read(shapes.LadderStepBody))
        place = f"{ROOT}/{ladder.code}/steps/{made.pk}"
        return self.written(shapes.step(made), form=StepForm, row=made, status=201, place=place)


class StepView(ForAdministrators):
    """One step."""

    scopes = {"GET": Scope.TICKETS_READ, "PATCH": Scope.TICKETS_WRITE, "DELETE": Scope.TICKETS_WRITE}

    def found(self, code: str, key: int) -> EscalationStep:
        """This will find a step (404)."""
        row: EscalationStep = get_object_or_404(EscalationStep, policy__code=code, pk=key)
        return row

    @extend_schema(
        operation_id="read_escalation_step", tags=TAGS, parameters=[IF_NONE_MATCH],
        responses={200: shapes.LadderStepShape, 304: None, **refusals()},
    )  # fmt: skip
    def get(self, request: Request, code: str, key: int) -> Response:
        """Read a step of a ladder."""
        row = self.found(code, key)
        return self.shown(shapes.step(row), form=StepForm, row=row)

    @extend_schema(
        operation_id="change_escalation_step", tags=TAGS, request=shapes.LadderStepEditBody, parameters=[IF_MATCH],
        responses={200: shapes.LadderStepShape, **refusals(412, 413, 415, 422)},
    )  # fmt: skip
    def patch(self, request: Request, code: str, key: int) -> Response:
        """Change a step; what is not named stays. Running clocks keep the ladder that they climb."""
        row = self.keep(StepForm, self.found(code, key), self.read(shapes.LadderStepEditBody))
        return self.written(shapes.step(row), form=StepForm, row=row)

    @extend_schema(
        operation_id="remove_escalation_step", tags=TAGS, parameters=[IF_MATCH], responses={204: None, **refusals(412)}
    )
    def delete(self, request: Request, code: str, key: int) -> Response:
        """Take a step out of a ladder."""
        with transaction.atomic():
            self.newest(StepForm, self.found(code, key)).delete()
        return Response(status=204)


urlpatterns = [
    path("escalation-ladders", LadderList.as_view()),
    path("escalation-ladders/<slug:code>", LadderView.as_view()),
    path("escalation-ladders/<slug:code>/steps", StepList.as_view()),
    path("escalation-ladders/<slug:code>/steps/<int:key>", StepView.as_view()),
]
