"""Standard changes over REST."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from changes import api_shapes as shapes
from changes import standard
from changes.models import Change, StandardTemplate
from itsm.api.idempotency import once
from itsm.api.schema import IDEMPOTENCY_KEY, refusals
from itsm.api.scopes import Scope
from itsm.api.views import ApiView
from itsm.records.refusals import NotAllowed, Objected
from itsm.tickets.api.moves import OnlyInPerson
from itsm.tickets.api.views import rows_named


def laid_out(row: Any) -> dict[str, Any]:
    """Lay out a standard change that was counted."""
    names = (
        "code",
        "name",
        "steps",
        "test_plan",
        "backout_plan",
        "max_minutes",
        "ci_classes",
        "valid_until",
    )
    people = {name: getattr(row, name) for name in ("proposed_by", "approved_by")}
    return {
        **{name: getattr(row, name) for name in names}, "suspended_reason": row.suspension,
        **{name: {"username": who.username, "name": who.name} if who else None for name, who in people.items()},
        "service": {"code": row.service.code, "name": str(row.service)} if row.service else None,
        "state": row.state_at(timezone.now()), "uses": row.use_count, "failures": row.failure_count,
    }  # fmt: skip


class StandardView(ApiView):
    """What both addresses of standard changes share."""

    def rows(self) -> Any:
        """This will count their uses; they are for those who work cases.

        :raises NotAllowed: if the caller does not
        """
        if not self.caller.is_worker:
            raise NotAllowed
        found = standard.counted(StandardTemplate.objects.select_related("service", "proposed_by", "approved_by"))
        return found.order_by("name", "pk")

    def answer(self, code: str, *, status: int = 200) -> Response:
        """This will answer with one."""
        return Response(laid_out(get_object_or_404(self.rows(), code=code)), status=status)


class StandardList(StandardView):
    """Standard changes."""

    scopes = {"GET": Scope.TICKETS_READ, "POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="list_standard_changes", tags=["changes"],
        responses={200: shapes.TemplateShape(many=True), **refusals()},
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """List the standard changes with how often they were used and how that went."""
        return Response([laid_out(row) for row in self.rows()])

    @extend_schema(
        operation_id="propose_standard_change", tags=["changes"], request=shapes.TemplateBody, parameters=[IDEMPOTENCY_KEY],
        responses={201: shapes.TemplateShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Propose a standard change; somebody else approves it."""
        return once(request, self.propose)

    def propose(self) -> Response:
        """This will propose it and answer with it."""
        if not self.caller.is_worker:
            raise NotAllowed
        body = shapes.TemplateBody(data=self.request.data)
        body.is_valid(raise_exception=True)
        given = rows_named(body.validated_data, person=self.caller, record=Change(kind="change", requester=self.caller))
        numbers = given.pop("proof", [])
        proof = list(Change.objects.worked_by(self.caller).filter(number__in=numbers))
        if missing := set(numbers) - {row.number for row in proof}:
            raise Objected(fields={"proof": ", ".join(sorted(missing))})
        made = standard.propose(by=self.caller, proof=proof, **given)
        return self.answer(made.code, status=201)


class ApproveView(StandardView):
    """Approving one, in person."""

    scopes = {"POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="approve_standard_change", tags=["changes"], request=shapes.ApprovalBody, parameters=[IDEMPOTENCY_KEY],
        responses={200: shapes.TemplateShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request, code: str) -> Response:
        """Put a standard change in force; in person, not by a token, and never by who proposed it."""
        return once(request, lambda: self.approve(code))

    def approve(self, code: str) -> Response:
        """This will approve it and answer with it."""
        row = get_object_or_404(self.rows(), code=code)
        if self.request.auth is not None:
            raise OnlyInPerson
        body = shapes.ApprovalBody(data=self.request.data)
        body.is_valid(raise_exception=True)
        standard.approve(row, by=self.caller, **body.validated_data)
        return self.answer(code)


class SuspendView(StandardView):
    """Letting nobody use one."""

    scopes = {"POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="suspend_standard_change", tags=["changes"], request=shapes.SuspensionBody, parameters=[IDEMPOTENCY_KEY],
        responses={200: shapes.TemplateShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request, code: str) -> Response:
        """Let nobody use a standard change until it was reviewed; its next approval puts it in force again."""
        return once(request, lambda: self.suspend(code))

    def suspend(self, code: str) -> Response:
        """This will suspend it and answer with it."""
        row = get_object_or_404(self.rows(), code=code)
        body = shapes.SuspensionBody(data=self.request.data)
        body.is_valid(raise_exception=True)
        standard.suspend(row, by=self.caller, **body.validated_data)
        return self.answer(code)


class RetireView(StandardView):
    """Taking one out of use."""

    scopes = {"POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="retire_standard_change", tags=["changes"], request=None, parameters=[IDEMPOTENCY_KEY],
        responses={200: shapes.TemplateShape, **refusals(409, 422)},
    )  # fmt: skip
    def post(self, request: Request, code: str) -> Response:
        """Take a standard change out of use for good."""
        return once(request, lambda: self.retire(code))

    def retire(self, code: str) -> Response:
        """This will retire it and answer with it."""
        standard.retire(get_object_or_404(self.rows(), code=code), by=self.caller)
        return self.answer(code)


urlpatterns = [
    path("standard-changes", StandardList.as_view()),
    path("standard-changes/<slug:code>/approval", ApproveView.as_view()),
    path("standard-changes/<slug:code>/suspension", SuspendView.as_view()),
    path("standard-changes/<slug:code>/retirement", RetireView.as_view()),
]
