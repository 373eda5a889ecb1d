"""The quality of agents' work over REST: the same numbers and rows as the pages, for the same people."""

from __future__ import annotations

from typing import Any

from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.api.schema import refusals
from itsm.api.scopes import Scope
from itsm.api.views import ApiView
from itsm.people.models import Person
from itsm.reporting import asked, listing, names, quality
from itsm.reporting.api import PARAMETERS, PERIOD, FigureRowsShape
from itsm.reporting.quality_views import refusal

AGENT = OpenApiParameter("agent", str, description="User name of an agent to narrow to; `-` for cases of nobody.")
BEFORE = OpenApiParameter(
    "before", int, description="Only rows of records with a lower key: `next` of the page before."
)


class QualityShape(serializers.Serializer[Any]):
    """What came of the cases of one agent in one team."""

    agent = serializers.CharField(allow_null=True, help_text="User name; null for cases of nobody.")
    team = serializers.CharField(allow_null=True, help_text="Code; null for cases of no team.")
    resolved = serializers.IntegerField()
    complaints = serializers.IntegerField()
    answers = serializers.IntegerField()
    marks = serializers.IntegerField(help_text="Answers on the scale from 1 to 5.")
    mean = serializers.FloatField(allow_null=True, help_text="Null without marks, or where `hidden`.")
    satisfied = serializers.IntegerField(allow_null=True, help_text="Marks of 4 or 5; null where `hidden`.")
    few = serializers.BooleanField(help_text="It rests on fewer than 30 marks.")
    hidden = serializers.BooleanField(help_text="So few answered that marks are for who reads single answers.")
    reopened = serializers.IntegerField()
    rejected = serializers.IntegerField()


class QualityView(ApiView):
    """Everything about quality is for those who look after it."""

    scopes = {"GET": Scope.TICKETS_READ}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """This will let only those in who lead the work of others."""
        super().initial(request, *args, **kwargs)
        if not quality.leads(self.caller):
            raise PermissionDenied(refusal())

    def look(self, request: Request) -> quality.Look:
        """This will read whose work is asked for, over which time.

        :raises ValidationError: if any of it cannot be read
        """
        found = asked.read(request.query_params.dict(), at=timezone.now())
        if found.wrong:
            raise ValidationError({"detail": list(found.wrong)})
        return quality.read(request.query_params.dict(), found, person=self.caller)


class QualityList(QualityView):
    """The numbers."""

    def known_parameters(self) -> frozenset[str]:
        """This will name period and filters."""
        return frozenset((*PERIOD, "agent"))

    @extend_schema(
        operation_id="list_agent_quality", tags=["reports"], parameters=[*PARAMETERS, AGENT],
        responses={200: QualityShape(many=True), **refusals()},
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Count complaints and survey answers about cases, and what came back, by agent and team."""
        look = self.look(request)
        found, teams = quality.collect(look), names.teams()
        people = dict(Person.objects.filter(pk__in={agent for agent, _team in found}).values_list("pk", "username"))
        lines = [
            _line(look, one, people.get(agent), teams[team].code if team else None)
            for (agent, team), one in found.items()
        ]
        return Response(sorted(lines, key=lambda line: (line["agent"] or "", line["team"] or "")))


def _line(look: quality.Look, one: quality.Quality, agent: str | None, team: str | None) -> dict[str, Any]:
    hidden = one.hides_marks(look.person)
    counts = {
        name: getattr(one, name) for name in ("resolved", "complaints", "answers", "marks", "reopened", "rejected")
    }
    mean = None if hidden or not one.marks else round(one.points / one.marks, 4)
    return {
        "agent": agent, "team": team, **counts, "mean": mean, "satisfied": None if hidden else one.satisfied, "few": one.few,
        "hidden": hidden,
    }  # fmt: skip


class QualityRows(QualityView):
    """The rows behind one number."""

    def known_parameters(self) -> frozenset[str]:
        """This will name period, filters and page."""
        return frozenset((*PERIOD, "agent", "measure", "before"))

    @extend_schema(
        operation_id="list_agent_quality_rows", tags=["reports"],
        parameters=[OpenApiParameter("measure", str, required=True, enum=list(quality.MEASURES)), *PARAMETERS, AGENT, BEFORE],
        responses={200: FigureRowsShape, **refusals()},
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """List the cases or complaints behind a number, those of the newest records first, fifty at a time."""
        look = self.look(request)
        measure, before = request.query_params.get("measure", ""), request.query_params.get("before", "")
        if measure not in quality.MEASURES or (before and not (before.isdecimal() and len(before) < 19)):
            raise ValidationError({"measure": [_("Choose one of the measures, and a number for before.")]})
        if quality.open_to(look.person, measure) != measure:
            raise PermissionDenied(_("What single people answered is for the relationship manager and auditors."))
        found = listing.listed(look.rows(measure), person=look.person, before=int(before) if before else None)
        lines = [
            {"number": one["number"], "title": one["title"], "adds": one["amount"], "times": one["times"]}
            for one in found.lines
        ]
        return Response(
            {"count": found.count, "total": found.total, "hidden": found.hidden, "next": found.older, "rows": lines}
        )


urlpatterns = [
    path("agent-quality", QualityList.as_view()),
    path("agent-quality/rows", QualityRows.as_view()),
]
