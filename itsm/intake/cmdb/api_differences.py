"""Deciding over REST what becomes of a difference since a baseline, and the plan that would bring everything back."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from configuration import comparing, deciding, sensitive
from configuration.models import CiVersion, ConfigurationItem
from itsm.api.idempotency import once
from itsm.api.schema import IDEMPOTENCY_KEY, refusals
from itsm.intake.cmdb import api_shapes as shapes
from itsm.intake.cmdb.api import READ, WRITE, BaselineView, CmdbView, objecting

TAGS = ["configuration"]


class DecideView(CmdbView):
    """What the addresses of one difference share: it is named by the version of the item that brought it."""

    scopes = WRITE

    def one(self, key: int) -> CiVersion:
        """This will find a version of an item that the caller may see.

        :raises Http404: if there is none
        """
        seen = ConfigurationItem.objects.visible_to(self.caller).values("pk")
        rows = CiVersion.objects.select_related("item").filter(item__in=seen)
        found: CiVersion | None = rows.filter(pk=key).first()
        if found is None:
            raise Http404
        return found


class AcceptView(DecideView):
    """Letting a difference stand."""

    @extend_schema(
        operation_id="accept_difference", tags=TAGS, request=shapes.AcceptBody, parameters=[IDEMPOTENCY_KEY],
        responses={200: shapes.AcceptedShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request, key: int) -> Response:
        """Let a difference stand that nothing authorised, with the reason; ``key`` is its version."""
        return once(request, lambda: self._accept(key))

    def _accept(self, key: int) -> Response:
        by, found = self.keepers_only(), self.one(key)
        with objecting():
            made = deciding.let_stand(found, **self.body(shapes.AcceptBody), by=by, at=timezone.now())
        who = {"username": made.by.username, "name": made.by.name} if made.by else None
        return Response({"version": found.pk, "reason": made.reason, "by": who, "at": made.at})


class CorrectView(DecideView):
    """Setting a difference back."""

    @extend_schema(
        operation_id="correct_difference", tags=TAGS, request=shapes.SetBackBody, parameters=[IDEMPOTENCY_KEY],
        responses={201: shapes.RaisedShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request, key: int) -> Response:
        """Raise a correction that sets a field back, for a second person to verify; ``key`` is the difference's version."""
        return once(request, lambda: self._correct(key))

    def _correct(self, key: int) -> Response:
        by, found = self.keepers_only(), self.one(key)
        with objecting():
            made = deciding.set_back(found, **self.body(shapes.SetBackBody), by=by, at=timezone.now())
        shown = {name: getattr(made, name) for name in ("field", "recorded", "found")}
        return Response({"id": made.pk, "item": found.item.number} | shown, status=201)


class RestoreView(BaselineView):
    """The plan to restore a baseline."""

    scopes = READ

    @extend_schema(
        operation_id="read_restore_plan", tags=TAGS, parameters=[BaselineView.WITH],
        responses={200: shapes.RestoreStepShape(many=True), **refusals()},
    )  # fmt: skip
    def get(self, request: Request, key: int) -> Response:
        """List what has to be done to bring everything back to how it was in a baseline; nothing is changed by it."""
        words = deciding.step_words()
        return Response([_step(row, words[row.kind]) for row in sensitive.differences(self.found(key), self.caller)])


def _step(row: comparing.Difference, words: str) -> dict[str, Any]:
    plain = {name: getattr(row, name) for name in ("kind", "number", "title", "field", "label")}
    return plain | {
        "step": words, "present": row.becomes, "target": row.was, "authorised": row.why.is_authorised, "why": row.why.words,
    }  # fmt: skip


urlpatterns = [
    path("cmdb/baselines/<int:key>/restore-plan", RestoreView.as_view()),
    path("cmdb/differences/<int:key>/accept", AcceptView.as_view()),
    path("cmdb/differences/<int:key>/correct", CorrectView.as_view()),
]
