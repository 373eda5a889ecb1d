"""The relationship report and its review by the committee over REST: words, minutes, decisions."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.api.idempotency import once
from itsm.api.schema import IDEMPOTENCY_KEY, refusals
from itsm.api.scopes import Scope
from itsm.api.serializers import PersonName, Strict, Text, YesNo
from itsm.people.models import Person
from itsm.records.refusals import Objected
from itsm.tickets.api.views import CaseView
from relationships import survey_access as access
from relationships import survey_report as reports
from relationships import survey_review as reviewing
from relationships.register_writing import judged
from relationships.survey_forms import DecisionForm
from relationships.survey_guards import SECTIONS
from relationships.survey_models import RelationshipReport, SurveyCampaign

TAG = ["surveys"]
WRITES = refusals(409, 413, 415, 422)


class SurveyDecisionShape(serializers.Serializer[Any]):
    """A decision; with an owner and a date it becomes an action."""

    id = serializers.IntegerField()
    text = serializers.CharField()
    owner = PersonName(allow_null=True)
    due_on = serializers.DateField(allow_null=True)


class SurveyReportShape(serializers.Serializer[Any]):
    """The report with its figures, words, and what the committee said."""

    version = serializers.IntegerField()
    drafted_at = serializers.DateTimeField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    figures = serializers.DictField()
    response_rate = serializers.CharField(allow_blank=True)
    scores = serializers.CharField(allow_blank=True)
    trend = serializers.CharField(allow_blank=True)
    complaints = serializers.CharField(allow_blank=True)
    sla = serializers.CharField(allow_blank=True)
    improvements = serializers.CharField(allow_blank=True)
    conclusions = serializers.CharField(allow_blank=True)
    met_on = serializers.DateField(allow_null=True)
    attendees = serializers.CharField(allow_blank=True)
    minutes = serializers.CharField(allow_blank=True)
    decided = serializers.CharField(allow_blank=True)
    decisions = SurveyDecisionShape(many=True)


class SurveyReportBody(Strict):
    """The words of the sections; what is left out stays."""

    response_rate = Text(required=False, allow_blank=True, max_length=8000)
    scores = Text(required=False, allow_blank=True, max_length=8000)
    trend = Text(required=False, allow_blank=True, max_length=8000)
    complaints = Text(required=False, allow_blank=True, max_length=8000)
    sla = Text(required=False, allow_blank=True, max_length=8000)
    improvements = Text(required=False, allow_blank=True, max_length=8000)
    conclusions = Text(required=False, allow_blank=True, max_length=8000)
    refresh = YesNo(required=False, help_text="Collect the figures anew.")


class SurveyMinutesBody(Strict):
    """The meeting; what is left out stays."""

    met_on = serializers.DateField(required=False, allow_null=True)
    attendees = Text(required=False, allow_blank=True, max_length=2000)
    minutes = Text(required=False, allow_blank=True, max_length=20000)


class SurveyDecisionBody(Strict):
    """A decision of the meeting."""

    text = Text(max_length=500)
    owner = Text(required=False, help_text="User name of who does it.")
    due_on = serializers.DateField(required=False, allow_null=True)


class ReviewView(CaseView):
    """What all these addresses share."""

    model = SurveyCampaign

    def campaign(self, number: str) -> SurveyCampaign:
        """This will find a survey whose report the caller may read.

        :raises PermissionDenied: if they may not
        """
        found: SurveyCampaign = self.find(number)
        if not access.reads_results(self.caller):
            raise PermissionDenied
        return found

    def report(self, campaign: SurveyCampaign) -> RelationshipReport:
        """This will find the report.

        :raises Http404: if there is none yet
        """
        found = RelationshipReport.objects.filter(campaign=campaign.pk).first()
        if found is None:
            raise Http404
        return found

    def laid_out(self, campaign: SurveyCampaign, *, status: int = 200) -> Response:
        """This will answer with the report as it is now."""
        found = self.report(campaign)
        names = (
            "version",
            "drafted_at",
            "submitted_at",
            "figures",
            *SECTIONS,
            "met_on",
            "attendees",
            "minutes",
            "decided",
        )
        rows = found.decisions.select_related("owner").order_by("pk")
        decisions = [
            {"id": row.pk, "text": row.text, "owner": _person(row.owner), "due_on": row.due_on} for row in rows
        ]
        return Response({name: getattr(found, name) for name in names} | {"decisions": decisions}, status=status)

    def body(self, of: type[Any]) -> dict[str, Any]:
        """This will read the body strictly."""
        given = of(data=self.request.data)
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)


def _person(row: Any) -> dict[str, str] | None:
    return {"username": row.username, "name": row.name} if row is not None else None


class ReportView(ReviewView):
    """The report of a survey."""

    scopes = {"GET": Scope.TICKETS_READ, "PATCH": Scope.TICKETS_WRITE}

    @extend_schema(operation_id="read_survey_report", tags=TAG, responses={200: SurveyReportShape, **refusals()})
    def get(self, request: Request, number: str) -> Response:
        """Read the relationship report of a survey and its review."""
        return self.laid_out(self.campaign(number))

    @extend_schema(
        operation_id="write_survey_report",
        tags=TAG,
        request=SurveyReportBody,
        responses={200: SurveyReportShape, **WRITES},
    )
    def patch(self, request: Request, number: str) -> Response:
        """Write the words of the report while it is being drafted."""
        campaign = self.campaign(number)
        self.report(campaign)
        given = self.body(SurveyReportBody)
        refresh = given.pop("refresh", False)
        reports.write(campaign, given, by=self.caller)
        if refresh:
            reports.refresh(campaign, by=self.caller, at=timezone.now())
        return self.laid_out(campaign)


class MinutesView(ReviewView):
    """The minutes of the review."""

    scopes = {"PATCH": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="write_survey_minutes",
        tags=TAG,
        request=SurveyMinutesBody,
        responses={200: SurveyReportShape, **WRITES},
    )
    def patch(self, request: Request, number: str) -> Response:
        """Write the day, attendees and minutes of the committee's meeting."""
        campaign = self.campaign(number)
        found = self.report(campaign)
        now = {name: getattr(found, name) for name in ("met_on", "attendees", "minutes")}
        reviewing.write_minutes(campaign, by=self.caller, at=timezone.now(), **(now | self.body(SurveyMinutesBody)))
        return self.laid_out(campaign)


class Decisions(ReviewView):
    """The decisions of the review."""

    scopes = {"POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="note_survey_decision", tags=TAG, request=SurveyDecisionBody, parameters=[IDEMPOTENCY_KEY],
        responses={201: SurveyReportShape, **WRITES},
    )  # fmt: skip
    def post(self, request: Request, number: str) -> Response:
        """Note a decision; with an owner and a date it becomes an action when the report is accepted."""
        return once(request, lambda: self.decide(number))

    def decide(self, number: str) -> Response:
        """This will note it and answer with the report."""
        campaign = self.campaign(number)
        self.report(campaign)
        given = self.body(SurveyDecisionBody)
        form = judged(DecisionForm(given | {"owner": _key(given.get("owner", ""))}))
        reviewing.decide(campaign, by=self.caller, at=timezone.now(), **form.cleaned_data)
        return self.laid_out(campaign, status=201)


def _key(username: str) -> int | None:
    """Find the key of who is named.

    :raises Objected: if there is nobody
    """
    if not username:
        return None
    found: int | None = Person.objects.active().filter(username=username).values_list("pk", flat=True).first()
    if found is None:
        raise Objected(fields={"owner": gettext("“%(value)s” is not known.") % {"value": username[:80]}})
    return found


class DecisionView(ReviewView):
    """One decision."""

    scopes = {"DELETE": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="strike_survey_decision",
        tags=TAG,
        request=None,
        responses={200: SurveyReportShape, **refusals(422)},
    )
    def delete(self, request: Request, number: str, key: int) -> Response:
        """Strike a decision out while the report is under review."""
        campaign = self.campaign(number)
        self.report(campaign)
        reviewing.strike(key, campaign, by=self.caller)
        return self.laid_out(campaign)


urlpatterns = [
    path("surveys/<record_number:number>/report", ReportView.as_view()),
    path("surveys/<record_number:number>/report/minutes", MinutesView.as_view()),
    path("surveys/<record_number:number>/report/decisions", Decisions.as_view()),
    path("surveys/<record_number:number>/report/decisions/<int:key>", DecisionView.as_view()),
]
