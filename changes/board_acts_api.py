"""What is done while a meeting is held, over REST: hearing items, the timer, remarks, being called; by people."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from changes import board_shapes as shapes
from changes import calls, chairing
from changes.board_api import agenda
from changes.board_models import CabItem, CabMeeting
from itsm.api.idempotency import once
from itsm.api.schema import IDEMPOTENCY_KEY, refusals
from itsm.api.scopes import Scope
from itsm.tickets.api.moves import OnlyInPerson
from itsm.tickets.api.views import CaseView


class ActView(CaseView):
    """One act at a meeting."""

    model = CabMeeting
    scopes = {"POST": Scope.TICKETS_WRITE}

    def held(self, number: str, key: int | None = None) -> Any:
        """This will find the meeting, on whose agenda the item ``key`` stands.

        :raises Http404: if there is none
        :raises OnlyInPerson: if a program asks
        """
        meeting = self.find(number)
        if key is not None and not CabItem.objects.filter(pk=key, meeting=meeting.pk).exists():
            raise Http404
        if self.request.auth is not None:
            raise OnlyInPerson
        return meeting


class HearingView(ActView):
    """Hearing one item."""

    @extend_schema(
        operation_id="hear_cab_item", tags=["cab-meetings"], request=None, parameters=[IDEMPOTENCY_KEY],
        responses={200: shapes.CabItemShape(many=True), **refusals(409, 422)},
    )  # fmt: skip
    def post(self, request: Request, number: str, key: int) -> Response:
        """Begin with an item, the one before is put down and those of the next are called; gives the agenda."""
        return once(request, lambda: self.hear(number, key))

    def hear(self, number: str, key: int) -> Response:
        """This will hear it and answer with the agenda."""
        meeting = self.held(number, key)
        chairing.hear(meeting, key, by=self.caller)
        return Response(agenda(meeting, self.caller))


class PauseView(ActView):
    """Stopping the timer."""

    @extend_schema(
        operation_id="pause_cab_meeting", tags=["cab-meetings"], request=None, parameters=[IDEMPOTENCY_KEY],
        responses={200: shapes.CabItemShape(many=True), **refusals(409, 422)},
    )  # fmt: skip
    def post(self, request: Request, number: str) -> Response:
        """Stop the timer of the item that is being heard; gives the agenda. Hearing the item goes on with it."""
        return once(request, lambda: self.pause(number))

    def pause(self, number: str) -> Response:
        """This will stop it and answer with the agenda."""
        meeting = self.held(number)
        chairing.pause(meeting, by=self.caller)
        return Response(agenda(meeting, self.caller))


class NextView(ActView):
    """Going on."""

    @extend_schema(
        operation_id="hear_next_cab_item", tags=["cab-meetings"], request=None, parameters=[IDEMPOTENCY_KEY],
        responses={200: shapes.CabItemShape(many=True), **refusals(409, 422)},
    )  # fmt: skip
    def post(self, request: Request, number: str) -> Response:
        """Go on with the next item that is not decided, after the last one from the top; gives the agenda."""
        return once(request, lambda: self.proceed(number))

    def proceed(self, number: str) -> Response:
        """This will go on and answer with the agenda."""
        meeting = self.held(number)
        chairing.proceed(meeting, by=self.caller)
        return Response(agenda(meeting, self.caller))


class RemarksView(ActView):
    """Remarks for the minutes."""

    @extend_schema(
        operation_id="remark_at_cab_meeting", tags=["cab-meetings"], request=shapes.RemarkBody, parameters=[IDEMPOTENCY_KEY],
        responses={204: None, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request, number: str) -> Response:
        """Write a remark into the minutes while the meeting is in session."""
        return once(request, lambda: self.remark(number))

    def remark(self, number: str) -> Response:
        """This will read the body and write it down."""
        meeting = self.held(number)
        body = shapes.RemarkBody(data=self.request.data)
        body.is_valid(raise_exception=True)
        chairing.remark(meeting, body.validated_data["text"], by=self.caller, channel="api")
        return Response(status=204)


class CallView(ActView):
    """Being called before an item."""

    @extend_schema(
        operation_id="call_before_cab_item", tags=["cab-meetings"], request=None, parameters=[IDEMPOTENCY_KEY],
        responses={200: shapes.CallShape, **refusals(409, 422)},
    )  # fmt: skip
    def post(self, request: Request, number: str, key: int) -> Response:
        """Ask to be called when the item before this one is heard; asked again it is taken back."""
        return once(request, lambda: self.toggle(number, key))

    def toggle(self, number: str, key: int) -> Response:
        """This will note it, or take it back, and answer with what holds."""
        return Response({"called": calls.toggle(self.held(number, key), key, by=self.caller)})


urlpatterns = [
    path("cab-meetings/<record_number:number>/items/<int:key>/hearing", HearingView.as_view()),
    path("cab-meetings/<record_number:number>/items/<int:key>/call", CallView.as_view()),
    path("cab-meetings/<record_number:number>/pause", PauseView.as_view()),
    path("cab-meetings/<record_number:number>/next", NextView.as_view()),
    path("cab-meetings/<record_number:number>/remarks", RemarksView.as_view()),
]
