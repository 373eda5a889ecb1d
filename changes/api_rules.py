"""The rules that find the class of a change, and the lead times, over REST."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from changes import api_scope_shapes as shapes
from changes import ruling
from changes.asks import TRIGGERS
from changes.rule_models import ClassRule, LeadTime
from itsm.api.idempotency import once
from itsm.api.schema import IDEMPOTENCY_KEY, refusals
from itsm.api.scopes import Scope
from itsm.api.views import ApiView
from itsm.records.refusals import NotAllowed

NAMES = (
    "code", "name_zh", "name_en", "position", "fact", "operator", "value", "change_class", "may_be_overridden", "is_active",
)  # fmt: skip
#: What a new rule is unless the body says otherwise.
FIRST: dict[str, Any] = {"name_en": "", "fact": ""}
MOST_PAST = 50


def laid_out(row: Any) -> dict[str, Any]:
    """Lay out a rule, or how one was."""
    return {name: getattr(row, name) for name in NAMES} | {"is_asked": row.code in TRIGGERS}


def with_history(row: ClassRule) -> dict[str, Any]:
    """Lay out a rule with how it was, the latest first."""
    kept = apps.get_model("changes", "ClassRuleEvent")._default_manager.filter(pgh_obj=row.pk)
    past = kept.order_by("-pgh_created_at", "-pgh_id")[:MOST_PAST]
    return laid_out(row) | {"history": [laid_out(one) | {"since": one.pgh_created_at} for one in past]}


class Kept(ApiView):
    """What the addresses of rules share: they are for who keeps them."""

    def keeper(self) -> Any:
        """Give the caller.

        :raises NotAllowed: if they do not keep the rules
        """
        if not ruling.may_keep(self.caller):
            raise NotAllowed
        return self.caller


class RuleList(Kept):
    """Rules of the classes."""

    scopes = {"GET": Scope.TICKETS_READ, "POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="list_class_rules", tags=["changes"],
        responses={200: shapes.ClassRuleShape(many=True), **refusals()},
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """List the rules that find the class of a change, in their order."""
        self.keeper()
        return Response([laid_out(row) for row in ClassRule.objects.all()])

    @extend_schema(
        operation_id="add_class_rule", tags=["changes"], request=shapes.ClassRuleBody, parameters=[IDEMPOTENCY_KEY],
        responses={201: shapes.WholeClassRuleShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Add a rule; it binds from the next assessment on."""
        return once(request, self.add)

    def add(self) -> Response:
        """This will add it and answer with it."""
        by = self.keeper()
        body = shapes.ClassRuleBody(data=self.request.data)
        body.is_valid(raise_exception=True)
        made = ruling.keep_rule(None, FIRST | body.validated_data, by=by)
        return Response(with_history(made), status=201, headers={"Location": f"/api/v1/class-rules/{made.code}"})


class RuleView(Kept):
    """One rule."""

    scopes = {"GET": Scope.TICKETS_READ, "PATCH": Scope.TICKETS_WRITE}

    def found(self, code: str) -> ClassRule:
        """Find the rule.

        :raises NotAllowed: if the caller does not keep the rules
        :raises Http404: if there is none
        """
        self.keeper()
        return get_object_or_404(ClassRule, code=code)

    @extend_schema(
        operation_id="read_class_rule", tags=["changes"], responses={200: shapes.WholeClassRuleShape, **refusals()}
    )
    def get(self, request: Request, code: str) -> Response:
        """Read a rule with its history."""
        return Response(with_history(self.found(code)))

    @extend_schema(
        operation_id="edit_class_rule", tags=["changes"], request=shapes.ClassRuleEditBody,
        responses={200: shapes.WholeClassRuleShape, **refusals(413, 415, 422)},
    )  # fmt: skip
    def patch(self, request: Request, code: str) -> Response:
        """Alter or retire a rule; decisions keep what they were made by."""
        row = self.found(code)
        body = shapes.ClassRuleEditBody(data=request.data)
        body.is_valid(raise_exception=True)
        made = ruling.keep_rule(row, {"fact": row.fact} | body.validated_data, by=self.caller)
        return Response(with_history(made))


class LeadList(Kept):
    """Lead times."""

    scopes = {"GET": Scope.TICKETS_READ}

    @extend_schema(
        operation_id="list_lead_times", tags=["changes"],
        responses={200: shapes.LeadTimeShape(many=True), **refusals()},
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """List the business days between a request and its window, by class."""
        self.keeper()
        return Response([_lead(code) for code in LeadTime.Of.values])


class LeadView(Kept):
    """The lead time of one class."""

    scopes = {"PUT": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="write_lead_time", tags=["changes"], request=shapes.LeadTimeBody,
        responses={200: shapes.LeadTimeShape, **refusals(413, 415, 422)},
    )  # fmt: skip
    def put(self, request: Request, code: str) -> Response:
        """Write the lead time of a class."""
        by = self.keeper()
        if code not in LeadTime.Of.values:
            raise Http404
        body = shapes.LeadTimeBody(data=request.data)
        body.is_valid(raise_exception=True)
        ruling.keep_lead(code, body.validated_data["days"], by=by)
        return Response(_lead(code))


def _lead(code: str) -> dict[str, Any]:
    days = LeadTime.objects.filter(change_class=code).values_list("days", flat=True).first() or 0
    return {"change_class": code, "days": days}


urlpatterns = [
    path("class-rules", RuleList.as_view()),
    path("class-rules/<slug:code>", RuleView.as_view()),
    path("lead-times", LeadList.as_view()),
    path("lead-times/<slug:code>", LeadView.as_view()),
]
