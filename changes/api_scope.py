"""The configuration items of a change over REST: what is affected, what is not and why, what the work left unchanged."""

from __future__ import annotations

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from changes import api_scope_shapes as shapes
from changes import far, services, sparing
from changes.api_steps import OfChange
from changes.models import Change
from changes.sparing_models import NotAffected
from configuration.models import ConfigurationItem
from itsm.api.idempotency import once
from itsm.api.schema import IDEMPOTENCY_KEY, refusals
from itsm.api.scopes import Scope
from itsm.records.refusals import Objected


def laid_out(change: Change, caller: Any) -> list[dict[str, Any]]:
    """Lay out the items of a change that the caller may know of: the affected first."""
    seen = ConfigurationItem.objects.visible_to(caller)
    left = set(far.unanswered_items(change)) if change.actual_start else set(far.answers.items(change))
    affected = seen.filter(pk__in=far.answers.items(change)).order_by("number")
    spared = NotAffected.objects.filter(change=change.pk, item__in=seen).select_related("item", "by")
    return [
        *(_item(row, "affected", is_answered=row.pk not in left) for row in affected),
        *(_item(row.item, "not_affected", is_answered=True, spared=row) for row in spared),
    ]


def _item(item: ConfigurationItem, standing: str, *, is_answered: bool, spared: NotAffected | None = None) -> Any:
    by = {"username": spared.by.username, "name": spared.by.name} if spared else None
    return {
        "number": item.number, "title": item.title, "standing": standing, "reason": spared.reason if spared else "",
        "by": by, "at": spared.at if spared else None, "is_answered": is_answered,
    }  # fmt: skip


class ScopeView(OfChange):
    """The items of a change."""

    scopes = {"GET": Scope.TICKETS_READ, "POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="list_change_items", tags=["changes"],
        responses={200: shapes.ScopeItemShape(many=True), **refusals()},
    )  # fmt: skip
    def get(self, request: Request, number: str) -> Response:
        """List the configuration items that a change affects, and those that it was said not to affect."""
        return Response(laid_out(self.worked(number), self.caller))

    @extend_schema(
        operation_id="say_of_change_item", tags=["changes"], request=shapes.ScopeItemBody, parameters=[IDEMPOTENCY_KEY],
        responses={200: shapes.ScopeItemShape(many=True), **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request, number: str) -> Response:
        """Say that an item is not affected, is affected after all, or was left unchanged by the work."""
        return once(request, lambda: self.say(number))

    def say(self, number: str) -> Response:
        """This will note it and answer with all items."""
        change = self.worked(number)
        body = shapes.ScopeItemBody(data=self.request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        item = ConfigurationItem.objects.visible_to(self.caller).filter(number=given["item"]).first()
        if item is None:
            raise Objected(fields={"item": f"{given['item']}?"})
        self._note(change, item, given["standing"], given.get("reason", ""))
        return Response(laid_out(Change.objects.get(pk=change.pk), self.caller))

    def _note(self, change: Change, item: ConfigurationItem, standing: str, reason: str) -> None:
        if standing == "not_affected":
            sparing.spare(change, item, reason=reason, by=self.caller)
        elif standing == "affected":
            sparing.take_back(change, item, by=self.caller)
        else:
            services.answer_item(change, item, by=self.caller)


urlpatterns = [path("changes/<record_number:number>/items", ScopeView.as_view())]
