"""Corrections over REST: what was reported or found wrong waits for a second person, who judges it."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from configuration import access, corrections, editing, sensitive
from configuration.models import Correction
from itsm.api.idempotency import once
from itsm.api.schema import IDEMPOTENCY_KEY, refusals
from itsm.api.scopes import Scope
from itsm.api.serializers import PersonName, Strict, Text
from itsm.api.views import ApiView
from itsm.desk.cmdb.api_items import TAG
from itsm.records.refusals import NotAllowed, Objected

MOST = 200


class OpenCorrectionShape(serializers.Serializer[Any]):
    """Something that is recorded wrong, or not at all."""

    id = serializers.IntegerField()
    item = serializers.CharField(allow_null=True, help_text="Null: it is not registered.")
    case = serializers.CharField(allow_null=True, help_text="The case that it hindered, where you may see it.")
    field = serializers.CharField(allow_blank=True)
    recorded = serializers.CharField(allow_blank=True)
    found = serializers.CharField()
    source = serializers.ChoiceField(Correction.Source.choices)  # type: ignore[assignment]  # a field of the body
    raised_by = PersonName(allow_null=True)
    raised_at = serializers.DateTimeField()
    verified_by = PersonName(allow_null=True)
    verified_at = serializers.DateTimeField(allow_null=True)


class RefuseBody(Strict):
    """Why the data stays as it is."""

    reason = Text(max_length=2000)


class SettleBody(Strict):
    """The change that took care of it."""

    change = Text(max_length=32)


class CorrectionsView(ApiView):
    """What all these addresses share."""

    def waiting(self) -> Any:
        """This will start at what waits and the caller may know of.

        :raises NotAllowed: if that is nobody who works cases
        """
        if not self.caller.is_worker:
            raise NotAllowed
        return corrections.open_for(self.caller)

    def laid_out(self, rows: Any) -> list[dict[str, Any]]:
        """This will lay corrections out; values that the caller does not read are masked."""
        found = sensitive.corrections(rows, self.caller)
        seen = editing.cases_seen(found, self.caller)
        return [_shape(row, seen) for row in found]


def _shape(row: Any, seen: set[int]) -> dict[str, Any]:
    names = ("field", "recorded", "found", "source", "raised_at", "verified_at")
    people = {
        name: {"username": one.username, "name": one.name} if (one := getattr(row, name)) is not None else None
        for name in ("raised_by", "verified_by")
    }
    case = row.case.number if row.case_id in seen else None
    made = {"id": row.pk, "item": row.item.number if row.item else None, "case": case}
    return made | {name: getattr(row, name) for name in names} | people


class CorrectionList(CorrectionsView):
    """What waits."""

    scopes = {"GET": Scope.TICKETS_READ}

    @extend_schema(
        operation_id="list_ci_corrections", tags=TAG, responses={200: OpenCorrectionShape(many=True), **refusals()}
    )
    def get(self, request: Request) -> Response:
        """List the first 200 corrections that are open, the oldest first."""
        return Response(self.laid_out(self.waiting()[:MOST]))


class JudgeView(CorrectionsView):
    """One verdict on a correction."""

    scopes = {"POST": Scope.TICKETS_WRITE}
    verdict = "verify"
    body: type[Strict] | None = None

    def judge(self, key: int) -> Response:
        """This will judge it; what has ended by that is answered with nothing more.

        :raises NotAllowed: if the caller does not keep the configuration data
        :raises Objected: if it cannot be judged so
        """
        rows = self.waiting()
        if not access.keeps(self.caller):
            raise NotAllowed
        row = rows.filter(pk=key).first()
        if row is None:
            raise Http404
        given: dict[str, Any] = {}
        if self.body is not None:
            read = self.body(data=self.request.data)
            read.is_valid(raise_exception=True)
            given = dict(read.validated_data)
        try:
            editing.pronounce(row, self.verdict, self.caller, given)
        except corrections.Refused as refusal:
            raise Objected(str(refusal)) from refusal
        left = self.laid_out(self.waiting().filter(pk=key))
        return Response(left[0]) if left else Response(status=204)


def judging(verdict: str, body: type[Strict] | None, about: str) -> Any:
    """Make the view of one verdict."""

    def post(self: JudgeView, request: Request, key: int) -> Response:
        return once(request, lambda: self.judge(key))

    answers: dict[int, Any] = {200: OpenCorrectionShape} if verdict == "verify" else {204: None}
    described = extend_schema(
        operation_id=f"{verdict}_ci_correction", tags=TAG, request=body, parameters=[IDEMPOTENCY_KEY], description=about,
        responses={**answers, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    members = {"verdict": verdict, "body": body, "post": described(post), "__doc__": about}
    view: Any = type(f"{verdict.title()}Correction", (JudgeView,), members)
    return view.as_view()
