"""The weekly sample of judgements over REST."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from incidents import judgements as of
from incidents.models import JudgementCheck, JudgementSample
from itsm.api.idempotency import once
from itsm.api.schema import IDEMPOTENCY_KEY, refusals
from itsm.api.scopes import Scope
from itsm.api.serializers import Strict, Text
from itsm.api.views import ApiView
from itsm.tickets.models import Ticket

#: Weeks in one answer, the newest first.
WEEKS = 26


class JudgementCheckShape(serializers.Serializer[Any]):
    """One case of a sample."""

    id = serializers.IntegerField()
    case = serializers.CharField(help_text="Number of the case.")
    judged = serializers.ChoiceField(JudgementCheck.Matter.choices)
    judged_by = serializers.CharField(help_text="User name.")
    found = serializers.CharField(
        allow_blank=True, help_text="What a second person found it to be; empty: not yet checked."
    )
    note = serializers.CharField(allow_blank=True)
    checked_by = serializers.CharField(allow_null=True, help_text="User name.")
    checked_at = serializers.DateTimeField(allow_null=True)


class JudgementSampleShape(serializers.Serializer[Any]):
    """The sample of one week."""

    week = serializers.DateField(help_text="The Monday on which it began.")
    seed = serializers.CharField()
    population = serializers.IntegerField(help_text="Cases that a person judged in the week.")
    checks = JudgementCheckShape(many=True, help_text="Those of the drawn cases that the caller may see.")


class FindingBody(Strict):
    """What a second person finds a case to be."""

    found = serializers.ChoiceField(JudgementCheck.Matter.choices)
    note = Text(max_length=500, required=False, allow_blank=True, default="")


def shape_check(row: Any) -> dict[str, Any]:
    """Lay out one case of a sample."""
    return {
        "id": row.pk, "case": row.ticket.number, "judged": row.judged, "judged_by": row.judged_by.username, "found": row.found,
        "note": row.note, "checked_by": row.checked_by.username if row.checked_by else None, "checked_at": row.checked_at,
    }  # fmt: skip


def _lines(person: Any) -> Any:
    if not person.role_codes & of.READERS:
        raise PermissionDenied
    rows = JudgementCheck.objects.filter(ticket__in=Ticket.objects.visible_to(person))
    return rows.select_related("ticket", "judged_by", "checked_by").order_by("pk")


class JudgementSamples(ApiView):
    """The samples."""

    scopes = {"GET": Scope.TICKETS_READ}

    @extend_schema(
        operation_id="list_judgement_samples",
        tags=["incidents"],
        responses={200: JudgementSampleShape(many=True), **refusals()},
    )
    def get(self, request: Request) -> Response:
        """List the samples of the last 26 weeks, the newest first."""
        found = JudgementSample.objects.prefetch_related(Prefetch("checks", _lines(self.caller), to_attr="seen"))
        return Response(
            [
                {
                    "week": row.week,
                    "seed": row.seed,
                    "population": row.population,
                    "checks": [shape_check(one) for one in row.seen],
                }
                for row in found[:WEEKS]
            ]
        )


class JudgementFinding(ApiView):
    """Checking one case of a sample."""

    scopes = {"POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="check_judgement", tags=["incidents"], request=FindingBody, parameters=[IDEMPOTENCY_KEY],
        responses={200: JudgementCheckShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request, key: int) -> Response:
        """Keep what the case is found to be; once, by somebody else than who judged it."""
        return once(request, lambda: self._check(key))

    def _check(self, key: int) -> Response:
        line = get_object_or_404(_lines(self.caller), pk=key)
        body = FindingBody(data=self.request.data)
        body.is_valid(raise_exception=True)
        of.check(line, by=self.caller, **body.validated_data)
        return Response(shape_check(_lines(self.caller).get(pk=key)))


urlpatterns = [
    path("judgement-samples", JudgementSamples.as_view()),
    path("judgement-checks/<int:key>", JudgementFinding.as_view()),
]
