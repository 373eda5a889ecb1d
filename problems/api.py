"""Problems over REST."""

from __future__ import annotations

from typing import Any, cast

from django.http import Http404
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from configuration.models import ConfigurationItem
from itsm.api.idempotency import once
from itsm.api.schema import IDEMPOTENCY_KEY, IF_NONE_MATCH, listing, refusals
from itsm.api.scopes import Scope
from itsm.api.serializers import refuse_undeclared
from itsm.records.refusals import Objected
from itsm.tickets.api import rows
from itsm.tickets.api.filters import filter_of
from itsm.tickets.api.moves import inputs_serializer, move_routes
from itsm.tickets.api.views import CaseDetail, CaseView, EditableView, TicketList, rows_named
from itsm.tickets.finding import find_case
from itsm.tickets.inputs import clean_inputs
from problems import api_known, api_proposals, workarounds
from problems import api_shapes as shapes
from problems.models import Problem
from problems.services import raise_problem, register_problem

PLAIN = ("origin", "outcome")
#: What only those who work cases read.
ANALYSIS = (
    "cause_due_on", "solution_due_on", "analysis_rounds", "root_cause", "rc_method", "rc_evidence", "causal_component", "workaround",
    "workaround_applies", "workaround_risk", "solution", "solution_value", "change_needed", "review_on", "observed_until",
    "effectiveness_note",
)  # fmt: skip
PEOPLE = ("workaround_tested_by", "risk_owner")


class ProblemDetail(CaseDetail):
    """How a problem is laid out."""

    model = Problem
    detail_columns = (*rows.DETAIL_COLUMNS, *PLAIN, *ANALYSIS, *rows.person_columns(*PEOPLE))

    def whole(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will add what only problems have; requesters learn nothing of the analysis."""
        works = self.caller.is_worker
        made = super().whole(row) | {name: row[name] for name in PLAIN}
        made |= {name: row[name] if works else None for name in ANALYSIS}
        return made | {name: rows.person(row, name) if works else None for name in PEOPLE}


class ProblemList(ProblemDetail, TicketList):
    """Problems."""

    scopes = {"GET": Scope.TICKETS_READ, "POST": Scope.TICKETS_WRITE}
    columns = (*rows.COLUMNS, *PLAIN)
    filterset_class = filter_of(Problem, Problem.flows[0])

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will add where it came from and how it ended."""
        return super().shape(row) | {name: row[name] for name in PLAIN}

    @extend_schema(operation_id="list_problems", tags=["problems"], responses=listing(shapes.ProblemShape))
    def get(self, request: Request) -> Response:
        """List problems that you may see."""
        return self.page()

    @extend_schema(
        operation_id="register_problem", tags=["problems"], request=shapes.RegisterBody,
        parameters=[IDEMPOTENCY_KEY], responses={201: shapes.WholeProblemShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Register a problem that no incident brought: from a trend, a supplier, an audit or own foresight."""
        return once(request, self.create)

    def create(self) -> Response:
        """This will register it and answer with it."""
        body = shapes.RegisterBody(data=self.request.data)
        body.is_valid(raise_exception=True)
        given = rows_named(body.validated_data, person=self.caller)
        number = given.pop("configuration_item", "")
        item = ConfigurationItem.objects.visible_to(self.caller).filter(number=number).first() if number else None
        if number and item is None:
            raise Objected(fields={"configuration_item": gettext("There is no configuration item with this number.")})
        made = register_problem(**{"description": ""} | given, item=item, by=self.caller, at=timezone.now())
        return self.answer(made.pk, status=201)


@extend_schema_view(
    get=extend_schema(
        operation_id="read_problem", tags=["problems"], parameters=[IF_NONE_MATCH],
        responses={200: shapes.WholeProblemShape, 304: None, **refusals()},
    ),
    patch=extend_schema(
        operation_id="edit_problem", tags=["problems"],
        responses={200: shapes.WholeProblemShape, **refusals(409, 412, 413, 415, 422, 428)},
    ),
)  # fmt: skip
class ProblemView(ProblemDetail, EditableView):
    """One problem."""


class RaiseView(ProblemDetail, CaseView):
    """The problem behind an incident."""

    scopes = {"POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="raise_problem", tags=["problems"], request=shapes.RaiseProblemBody, parameters=[IDEMPOTENCY_KEY],
        responses={201: shapes.WholeProblemShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request, number: str) -> Response:
        """Raise the problem behind an incident, with what is known of it; the incident goes on."""
        return once(request, lambda: self.hand_over(number))

    def hand_over(self, number: str) -> Response:
        """This will register it and answer with it."""
        incident = find_case(number, person=self.caller)
        if incident.kind != "incident":
            raise Http404
        body = shapes.RaiseProblemBody(data=self.request.data)
        body.is_valid(raise_exception=True)
        known = {"title": incident.title, "description": incident.description}
        made = raise_problem(incident, by=self.caller, **(known | body.validated_data))
        return self.answer(made.pk, status=201, Location=f"/api/v1/problems/{made.number}")


#: A name of its own in the document: the flow's step that asks the same has another.
WORKAROUND_BODY = type(
    "WorkaroundBody", (inputs_serializer(Problem, workarounds.ASKED),), {"__doc__": "A tested workaround."}
)


class WorkaroundView(ProblemDetail, CaseView):
    """Putting a workaround in place at any step."""

    scopes = {"POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="give_workaround_problem", tags=["problems"], request=WORKAROUND_BODY,
        parameters=[IDEMPOTENCY_KEY], responses={200: shapes.WholeProblemShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request, number: str) -> Response:
        """Keep a tested workaround without moving the problem; its open incidents show it at once."""
        return once(request, lambda: self._give(number))

    def _give(self, number: str) -> Response:
        record, data = self.find(number), cast("dict[str, Any]", self.request.data)
        refuse_undeclared(data, frozenset(item.name for item in workarounds.ASKED.inputs))
        given = clean_inputs(record, workarounds.ASKED, data, self.caller)
        return self.answer(workarounds.give_workaround(record, by=self.caller, channel="api", **given).pk)


urlpatterns = [
    path("problems", ProblemList.as_view()),
    path("incidents/<record_number:number>/problem", RaiseView.as_view()),
    path("problems/<record_number:number>/workaround", WorkaroundView.as_view()),
    path("problems/<record_number:number>", ProblemView.as_view()),
    *move_routes("problems", model=Problem, flows=Problem.flows, detail=ProblemDetail, shape=shapes.WholeProblemShape),
    *api_known.urlpatterns,
    *api_proposals.urlpatterns,
]
