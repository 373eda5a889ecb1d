"""Waivers over REST: an emergency change that somebody lets through a freeze."""

from __future__ import annotations

from typing import Any

from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from changes import windows
from changes.api_steps import OfChange
from changes.calendar_models import FreezeWaiver, FreezeWindow
from itsm.api.idempotency import once
from itsm.api.schema import IDEMPOTENCY_KEY, refusals
from itsm.api.scopes import Scope
from itsm.api.serializers import PersonName, Strict, Text
from itsm.records.refusals import NotAllowed, Objected
from itsm.tickets.api.moves import OnlyInPerson

GREATEST = 2**63 - 1


class WaiverBody(Strict):
    """The freeze that is waived for the change, and why it cannot wait."""

    freeze = serializers.IntegerField(min_value=1, max_value=GREATEST, help_text="Id of the freeze.")
    reason = Text(allow_blank=True, max_length=300)


class WaiverShape(serializers.Serializer[Any]):
    """A freeze that was waived for a change."""

    freeze = serializers.IntegerField(source="freeze_id", help_text="Id of the freeze.")
    reason = serializers.CharField()
    approved_by = PersonName()
    at = serializers.DateTimeField()


class WaiversView(OfChange):
    """The freezes that were waived for a change."""

    scopes = {"GET": Scope.TICKETS_READ, "POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="list_freeze_waivers", tags=["change-calendar"],
        responses={200: WaiverShape(many=True), **refusals()},
    )  # fmt: skip
    def get(self, request: Request, number: str) -> Response:
        """List the freezes that were waived for the change."""
        found = FreezeWaiver.objects.filter(change=self.worked(number).pk).select_related("approved_by")
        return Response(WaiverShape(found.order_by("pk"), many=True).data)

    @extend_schema(
        operation_id="waive_freeze", tags=["change-calendar"], request=WaiverBody, parameters=[IDEMPOTENCY_KEY],
        responses={201: WaiverShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request, number: str) -> Response:
        """Let an emergency change through a freeze; in person, not by a token."""
        return once(request, lambda: self.waive(number))

    def waive(self, number: str) -> Response:
        """This will read the body and waive."""
        change = self.worked(number)
        if not windows.may_waive(self.caller):
            raise NotAllowed
        if self.request.auth is not None:
            raise OnlyInPerson
        body = WaiverBody(data=self.request.data)
        body.is_valid(raise_exception=True)
        key, reason = body.validated_data["freeze"], body.validated_data["reason"]
        freeze = FreezeWindow.objects.filter(pk=key).first()
        if freeze is None:
            text = gettext("There is nothing by this name: %(names)s.") % {"names": key}
            raise Objected(fields={"freeze": text})
        made = windows.waive(change, freeze, reason=reason, by=self.caller, at=timezone.now())
        return Response(WaiverShape(made).data, status=201)


urlpatterns = [path("changes/<record_number:number>/freeze-waivers", WaiversView.as_view())]
