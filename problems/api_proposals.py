"""Proposals of problems over REST: which records made each, and deciding on them."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.api.idempotency import once
from itsm.api.schema import IDEMPOTENCY_KEY, refusals
from itsm.api.scopes import Scope
from itsm.api.serializers import Strict, Text
from itsm.api.views import ApiView
from itsm.tickets.models import Ticket
from problems import deciding
from problems.candidates import READERS
from problems.models import Proposal

#: Proposals in one answer, the newest first.
MOST = 200


class ProposalShape(serializers.Serializer[Any]):
    """A problem that the rules propose."""

    id = serializers.IntegerField()
    rule = serializers.ChoiceField(Proposal.Rule.choices)
    state = serializers.ChoiceField([("open", "to decide"), ("accepted", "accepted"), ("dismissed", "dismissed")])
    title = serializers.CharField()
    component = serializers.CharField(allow_blank=True)
    service = serializers.CharField(allow_null=True, help_text="Code of the service.")
    problem = serializers.CharField(
        allow_null=True, help_text="Number of the problem that it became or that came back."
    )
    evidence = serializers.ListField(child=serializers.CharField(), help_text="Numbers of the cases that made it.")
    made_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField(allow_blank=True)


class DismissBody(Strict):
    """Why a proposal is no problem."""

    reason = Text(max_length=2000)


class ProposalView(ApiView):
    """What all addresses of proposals share."""

    def rows(self) -> QuerySet[Any]:
        """This will give the proposals with the evidence that the caller may see.

        :raises PermissionDenied: if the caller does not read proposals
        """
        if not self.caller.role_codes & READERS:
            raise PermissionDenied
        seen = Prefetch("evidence", Ticket.objects.visible_to(self.caller).order_by("pk"), to_attr="seen")
        return Proposal.objects.select_related("service", "problem").prefetch_related(seen).order_by("-made_at", "-pk")

    def one(self, key: int) -> Any:
        """This will find one of them.

        :raises Http404: if there is none
        """
        found = self.rows().filter(pk=key).first()
        if found is None:
            raise Http404
        return found


def shape(row: Any) -> dict[str, Any]:
    """Lay out one proposal."""
    return {
        "id": row.pk, "rule": row.rule, "state": row.state, "title": row.title, "component": row.component,
        "service": row.service.code if row.service else None, "problem": row.problem.number if row.problem else None,
        "evidence": [case.number for case in row.seen], "made_at": row.made_at, "decided_at": row.decided_at, "reason": row.reason,
    }  # fmt: skip


class Proposals(ProposalView):
    """The proposals."""

    scopes = {"GET": Scope.TICKETS_READ}

    @extend_schema(
        operation_id="list_problem_proposals",
        tags=["problems"],
        responses={200: ProposalShape(many=True), **refusals()},
    )
    def get(self, request: Request) -> Response:
        """List the newest 200 proposals."""
        return Response([shape(row) for row in self.rows()[:MOST]])


class Accept(ProposalView):
    """Making a problem of a proposal."""

    scopes = {"POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="accept_problem_proposal", tags=["problems"], request=None, parameters=[IDEMPOTENCY_KEY],
        responses={200: ProposalShape, **refusals(409, 422)},
    )  # fmt: skip
    def post(self, request: Request, key: int) -> Response:
        """Make a problem of it, or open the one again that came back."""
        return once(request, lambda: self._accept(key))

    def _accept(self, key: int) -> Response:
        deciding.accept(self.one(key), by=self.caller)
        return Response(shape(self.one(key)))


class Dismiss(ProposalView):
    """Keeping why a proposal is no problem."""

    scopes = {"POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="dismiss_problem_proposal", tags=["problems"], request=DismissBody, parameters=[IDEMPOTENCY_KEY],
        responses={200: ProposalShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request, key: int) -> Response:
        """Dismiss it with a reason; its incidents count no more for that rule."""
        return once(request, lambda: self._dismiss(key))

    def _dismiss(self, key: int) -> Response:
        body = DismissBody(data=self.request.data)
        found = self.one(key)
        body.is_valid(raise_exception=True)
        deciding.dismiss(found, reason=body.validated_data["reason"], by=self.caller)
        return Response(shape(self.one(key)))


urlpatterns = [
    path("problem-proposals", Proposals.as_view()),
    path("problem-proposals/<int:key>/accept", Accept.as_view()),
    path("problem-proposals/<int:key>/dismiss", Dismiss.as_view()),
]
