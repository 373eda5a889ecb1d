"""The gates of a service transition over REST: signing results, answering the checklist."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalogue.models import ServiceTransition
from catalogue.transition import services as gates
from itsm.api import versions
from itsm.api.idempotency import once
from itsm.api.schema import IDEMPOTENCY_KEY, IF_MATCH, refusals
from itsm.api.scopes import Scope
from itsm.api.serializers import Strict, Text
from itsm.desk.services import api_shapes as shapes
from itsm.desk.services.transition_rows import TransitionDetail
from itsm.tickets.api.views import CaseView

ANSWERS = {200: shapes.WholeTransitionShape, **refusals(409, 412, 413, 415, 422)}


class CriterionSignBody(Strict):
    """The result of a criterion and what proves it."""

    result = serializers.ChoiceField([("passed", "passed"), ("failed", "failed")])
    evidence = Text(max_length=gates.LONGEST)


class AnswerBody(Strict):
    """The answer to a row of the checklist."""

    answer = Text(max_length=gates.LONGEST)
    choice = Text(required=False, allow_blank=True, max_length=8)
    on = serializers.DateField(required=False, allow_null=True)


class Gate(TransitionDetail, CaseView):
    """Something that is signed or answered of a transition."""

    scopes = {"POST": Scope.TICKETS_WRITE}
    model = ServiceTransition

    def record(self, number: str) -> Any:
        """This will find the transition, held to the version that is named."""
        found = self.find(number)
        versions.version_named(self.request, current=found.version)
        return found


class CriterionView(Gate):
    """The result of one criterion."""

    @extend_schema(
        operation_id="sign_acceptance_criterion", tags=["service-transitions"], request=CriterionSignBody,
        parameters=[IF_MATCH, IDEMPOTENCY_KEY], responses=ANSWERS,
    )  # fmt: skip
    def post(self, request: Request, number: str, position: int) -> Response:
        """Sign the result of the criterion at this position; your name is the signature."""
        return once(request, lambda: self.sign(number, position))

    def sign(self, number: str, position: int) -> Response:
        """This will sign it and answer with the transition."""
        record = self.record(number)
        row = record.criteria.filter(position=position).first()
        if row is None:
            raise Http404
        body = CriterionSignBody(data=self.request.data)
        body.is_valid(raise_exception=True)
        gates.sign_criterion(row, by=self.caller, channel="api", **body.validated_data)
        return self.answer(record.pk)


class CheckView(Gate):
    """The answer to one row of the checklist."""

    @extend_schema(
        operation_id="answer_transition_check", tags=["service-transitions"], request=AnswerBody,
        parameters=[IF_MATCH, IDEMPOTENCY_KEY], responses=ANSWERS,
    )  # fmt: skip
    def post(self, request: Request, number: str, code: str) -> Response:
        """Answer the row of the checklist that has this code."""
        return once(request, lambda: self.reply(number, code))

    def reply(self, number: str, code: str) -> Response:
        """This will answer it and answer with the transition."""
        record = self.record(number)
        row = record.checks.filter(code=code).first()
        if row is None:
            raise Http404
        body = AnswerBody(data=self.request.data)
        body.is_valid(raise_exception=True)
        gates.answer_check(row, by=self.caller, channel="api", **body.validated_data)
        return self.answer(record.pk)


BASE = "service-transitions/<record_number:number>"
urlpatterns = [
    path(f"{BASE}/criteria/<int:position>", CriterionView.as_view()),
    path(f"{BASE}/checklist/<slug:code>", CheckView.as_view()),
]
