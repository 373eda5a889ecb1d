"""Surveys over REST: plans, transitions, results, and the registration of what came back."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.db.models import QuerySet
from django.http import Http404
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from catalogue.models import Service
from itsm.api import versions
from itsm.api.idempotency import once
from itsm.api.paging import Order
from itsm.api.schema import IDEMPOTENCY_KEY, IF_MATCH_NEEDED, IF_NONE_MATCH, listing, refusals
from itsm.api.scopes import Scope
from itsm.api.views import ListView
from itsm.people.models import Organisation
from itsm.records.refusals import Objected
from itsm.tickets.api import rows
from itsm.tickets.api.moves import MoveView, inputs_serializer, move_routes
from itsm.tickets.api.views import CaseDetail, CaseView
from relationships import survey_access as access
from relationships import survey_api_shapes as shapes
from relationships import survey_figures as figures
from relationships import survey_planning as planning
from relationships import survey_shown as shown
from relationships.questionnaire_models import QuestionnaireVersion
from relationships.survey_flow import SURVEY_CAMPAIGN, SURVEY_RESPONSE
from relationships.survey_models import SurveyCampaign, SurveyResponse
from relationships.survey_report import collect

PLAIN = (
    "number", "title", "phase", "version", "mode", "purpose", "opens_on", "ends_on", "population", "population_from", "population_to",
    "sampling", "sample_size", "sample_seed", "frame_size", "anonymous", "by_mail", "in_portal", "min_interval_days", "reminders",
    "reminder_days", "sampling_rate", "case_kinds", "low_scores", "invited_count", "answered_count",
    "launched_at", "collected_at", "closed_at", "changed_at",
)  # fmt: skip
COLUMNS = (*PLAIN, "kind", "state", "questionnaire_id", *rows.person_columns("owner"))
CREATED = refusals(409, 413, 415, 422)
CODED: dict[str, Any] = {"services": Service, "units": Organisation}


class SurveyFilter(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """By what surveys may be filtered."""

    state = filters.ChoiceFilter(choices=[(code, row.label.en) for code, row in SURVEY_CAMPAIGN.states.items()])
    mode = filters.ChoiceFilter(choices=SurveyCampaign.Mode.choices)

    class Meta:
        model = SurveyCampaign
        fields: tuple[str, ...] = ()


class SurveyDetail(CaseDetail):
    """How a survey is laid out."""

    model = SurveyCampaign
    detail_columns = COLUMNS

    def whole(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will lay out a fetched row."""
        made = {name: row[name] for name in PLAIN} | {"state": rows.state(row), "owner": rows.person(row, "owner")}
        return made | {"questionnaire": row["questionnaire_id"]}


class SurveyList(SurveyDetail, ListView):
    """Surveys."""

    scopes = {"GET": Scope.TICKETS_READ, "POST": Scope.TICKETS_WRITE}
    orders = {
        "-changed_at": Order("changed_at", descending=True, kind=datetime),
        "changed_at": Order("changed_at", kind=datetime),
    }
    columns = COLUMNS
    filterset_class = SurveyFilter

    def rows(self) -> QuerySet[Any]:
        """This will start at what the caller may see."""
        found: QuerySet[Any] = SurveyCampaign.objects.visible_to(self.caller)
        return found

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will lay out one survey."""
        return self.whole(row)

    @extend_schema(operation_id="list_surveys", tags=["surveys"], responses=listing(shapes.SurveyShape))
    def get(self, request: Request) -> Response:
        """List surveys that you may see."""
        return self.page()

    @extend_schema(
        operation_id="plan_survey", tags=["surveys"], request=shapes.SurveyBody, parameters=[IDEMPOTENCY_KEY],
        responses={201: shapes.SurveyShape, **CREATED},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Begin to plan a survey; you are in charge of it."""
        return once(request, self.create)

    def create(self) -> Response:
        """This will open it and answer with it."""
        made = planning.open_campaign(planned(self.request), by=self.caller, at=timezone.now(), channel="api")
        return self.answer(made.pk, status=201, Location=f"/api/v1/surveys/{made.number}")


def planned(request: Request, *, partial: bool = False) -> dict[str, Any]:
    """Read the plan in a body; codes and keys become rows.

    :raises Objected: naming what is not offered
    """
    body = shapes.SurveyBody(data=request.data, partial=partial)
    body.is_valid(raise_exception=True)
    given, faults = dict(body.validated_data), {}
    if given.get("questionnaire") is not None:
        given["questionnaire"] = QuestionnaireVersion.objects.filter(pk=given["questionnaire"]).first()
        if given["questionnaire"] is None:
            faults["questionnaire"] = gettext("Choose a published version.")
    for name, model in CODED.items():
        if name in given:
            found = list(model.objects.filter(code__in=given[name]))
            if len(found) != len(set(given[name])):
                faults[name] = gettext("One of these codes is not known.")
            given[name] = found
    if faults:
        raise Objected(fields=faults)
    return given


class SurveyView(SurveyDetail, CaseView):
    """One survey."""

    scopes = {"GET": Scope.TICKETS_READ, "PATCH": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="read_survey", tags=["surveys"], parameters=[IF_NONE_MATCH],
        responses={200: shapes.SurveyShape, 304: None, **refusals()},
    )  # fmt: skip
    def get(self, request: Request, number: str) -> Response:
        """Read a survey."""
        body = self.detail(number=number)
        return versions.conditional(request, body, version=body["version"])

    @extend_schema(
        operation_id="edit_survey", tags=["surveys"], parameters=[IF_MATCH_NEEDED], request=shapes.SurveyBody,
        responses={200: shapes.SurveyShape, **refusals(409, 412, 413, 415, 422, 428)},
    )  # fmt: skip
    def patch(self, request: Request, number: str) -> Response:
        """Change the plan of a survey that is not launched yet."""
        found = self.find(number)
        version = versions.version_named(request, current=found.version, needed=True)
        edited = planning.edit_campaign(
            found, planned(request, partial=True), by=self.caller, at=timezone.now(), version=version, channel="api"
        )
        return self.answer(edited.pk)


class ResultsView(CaseView):
    """What a survey found."""

    scopes = {"GET": Scope.TICKETS_READ}
    model = SurveyCampaign

    @extend_schema(
        operation_id="read_survey_results", tags=["surveys"], responses={200: shapes.SurveyResultsShape, **refusals()}
    )
    def get(self, request: Request, number: str) -> Response:
        """Read the figures of a survey."""
        campaign = self.find(number)
        if not access.reads_results(self.caller):
            raise PermissionDenied
        found = collect(campaign, at=timezone.now())
        return Response(
            {name: found[name] for name in ("invited", "answered", "declined", "rate", "scores", "services")}
        )


class ResponseDetail(CaseDetail):
    """How a response is laid out."""

    model = SurveyResponse

    def detail(self, **which: Any) -> dict[str, Any]:
        """This will lay out one response that the caller may know of.

        :raises Http404: if there is none
        """
        for response in readable(self.caller).filter(**which)[:1]:
            return laid_out(response, person=self.caller)
        raise Http404


def readable(person: Any) -> QuerySet[Any]:
    """Start at the responses that ``person`` may read, with their answers; those of a small anonymous survey are none."""
    found = SurveyResponse.objects.visible_to(person).answered().select_related("campaign", "service")
    return cast("QuerySet[Any]", found.prefetch_related(shown.said_answers()))


def laid_out(response: Any, *, person: Any) -> dict[str, Any]:
    """Lay out one response; the name only where the survey is not anonymous and the caller may read answers."""
    who = None
    if not response.anonymous and access.reads_answers(person):
        who = getattr(getattr(response, "invitation", None), "person", None)
    service = response.service
    return {
        "id": response.pk, "number": response.number, "survey": response.campaign.number,
        "state": {"code": response.state, "label": str(SURVEY_RESPONSE.states[response.state].label)},
        "version": response.version, "service": {"code": service.code, "name": service.name} if service else None,
        "is_low": response.is_low, "has_comment": response.has_comment, "theme": response.theme, "action": response.action,
        "person": {"username": who.username, "name": who.name} if who else None, "answers": shown.lines(response),
    }  # fmt: skip


class ResponseList(CaseView):
    """What came back to one survey."""

    scopes = {"GET": Scope.TICKETS_READ}
    model = SurveyCampaign

    @extend_schema(
        operation_id="list_survey_responses", tags=["surveys"],
        responses={200: shapes.SurveyResponseShape(many=True), **refusals()},
    )  # fmt: skip
    def get(self, request: Request, number: str) -> Response:
        """List the responses that you may read, the newest 200: the desk reads what is to be registered."""
        campaign = self.find(number)
        person = self.caller
        if not access.reads_answers(person) and not access.registers(person):
            raise PermissionDenied
        found = readable(person).filter(campaign=campaign.pk)
        if access.reads_answers(person) and campaign.anonymous and found.count() < figures.SMALL:
            found = found.none()
        return Response([laid_out(response, person=person) for response in found.order_by("-pk")[:200]])


class ResponseMove(ResponseDetail, MoveView):
    """A move of a response, which is found by its key."""

    scopes = {"POST": Scope.TICKETS_WRITE}

    def find(self, number: str) -> Any:
        """This will find the response with that key.

        :raises Http404: if there is none, or the caller may not know of it
        """
        for response in readable(self.caller).filter(pk=number)[:1]:
            return response
        raise Http404

    def detail(self, **which: Any) -> dict[str, Any]:
        """This will lay out what was just moved, also where the caller may not read it any more."""
        found = SurveyResponse.objects.select_related("campaign", "service").prefetch_related(shown.said_answers())
        return laid_out(found.get(**which), person=self.caller)

    def post(self, request: Request, key: int, name: str = "") -> Response:  # type: ignore[override]  # a key in place of a number
        """Make the transition; the answer is the response as it then is."""
        return once(request, lambda: self.move(str(key), self.row.name if self.row else name))


def _moving(name: str) -> Any:
    row = SURVEY_RESPONSE.transitions[name]
    described = extend_schema(
        operation_id=f"{name}_survey_response", tags=["surveys"], summary=f"{row.label.en} ({row.label.zh_hant})",
        request=inputs_serializer(SurveyResponse, row), parameters=[IDEMPOTENCY_KEY],
        responses={200: shapes.SurveyResponseShape, **refusals(409, 412, 413, 415, 422)},
    )  # fmt: skip
    made: Any = type(f"SurveyResponse{name.title()}", (ResponseMove,), {"row": row})
    return extend_schema_view(post=described)(made).as_view()


urlpatterns = [
    path("surveys", SurveyList.as_view()),
    path("surveys/<record_number:number>", SurveyView.as_view()),
    path("surveys/<record_number:number>/results", ResultsView.as_view()),
    path("surveys/<record_number:number>/responses", ResponseList.as_view()),
    path("survey-responses/<int:key>/transitions/register_feedback", _moving("register_feedback")),
    path("survey-responses/<int:key>/transitions/make_complaint", _moving("make_complaint")),
    *move_routes(
        "surveys", model=SurveyCampaign, flows=SurveyCampaign.flows, detail=SurveyDetail, shape=shapes.SurveyShape
    ),
]
