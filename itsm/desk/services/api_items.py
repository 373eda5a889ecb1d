"""Building request items over REST: beginning one, changing it, reading it as it is built."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalogue.api import RequestItemList
from catalogue.items.building import begin_item, change_item, named
from catalogue.models import RequestItem, Service
from itsm.api.idempotency import once
from itsm.api.schema import IDEMPOTENCY_KEY, refusals
from itsm.api.scopes import Scope
from itsm.api.views import ApiView
from itsm.desk.services import item_shapes as shapes
from itsm.people.models import Organisation, Person
from itsm.records.refusals import NotAllowed


class ItemList(RequestItemList):
    """What may be ordered, and where an item begins."""

    scopes = {"GET": Scope.TICKETS_READ, "POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="begin_request_item", tags=["catalogue"], request=shapes.BeginBody, parameters=[IDEMPOTENCY_KEY],
        responses={201: shapes.BuiltItemShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Begin an item of a service; it is not on offer until you say so."""
        return once(request, self.begin)

    def begin(self) -> Response:
        """This will begin it and answer with it."""
        body = shapes.BeginBody(data=self.request.data)
        body.is_valid(raise_exception=True)
        given = dict(body.validated_data)
        service, like = named(Service, "code", [given.pop("service")], field="service")[0], given.pop("like", "")
        model = named(RequestItem, "code", [like], field="like")[0] if like else None
        made = begin_item(service, like=model, by=self.caller, **given)
        return Response(
            shapes.built(made), status=201, headers={"Location": f"/api/v1/request-items/{made.code}/building"}
        )


class ItemBuilding(ApiView):
    """One item as it is built."""

    scopes = {"GET": Scope.TICKETS_READ, "PATCH": Scope.TICKETS_WRITE}

    def item(self, code: str) -> RequestItem:
        """This will find it, on offer or not, for those who work cases.

        :raises NotAllowed: if the caller works no cases
        :raises Http404: if there is none
        """
        if not self.caller.is_worker:
            raise NotAllowed
        found = RequestItem.objects.select_related("service").filter(code=code).first()
        if found is None:
            raise Http404
        return found

    @extend_schema(
        operation_id="read_request_item_building",
        tags=["catalogue"],
        responses={200: shapes.BuiltItemShape, **refusals()},
    )
    def get(self, request: Request, code: str) -> Response:
        """Read an item as it is built: form, approval and plan in both languages."""
        return Response(shapes.built(self.item(code)))

    @extend_schema(
        operation_id="build_request_item", tags=["catalogue"], request=shapes.ItemBody,
        responses={200: shapes.BuiltItemShape, **refusals(413, 415, 422)},
    )  # fmt: skip
    def patch(self, request: Request, code: str) -> Response:
        """Change an item; what you leave out stays. Whoever keeps the entry of its service may."""
        found = self.item(code)
        body = shapes.ItemBody(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        return Response(shapes.built(change_item(found, _given(dict(body.validated_data)), by=self.caller)))


def _given(given: dict[str, Any]) -> dict[str, Any]:
    """Turn codes and names into rows, and the form into what is kept.

    :raises Objected: if a code or name is not known
    """
    if "audiences" in given:
        given["audiences"] = named(Organisation, "code", given["audiences"], field="audiences")
    if "approvers" in given:
        given["approvers"] = named(Person, "username", given["approvers"], field="approvers")
    if "form" in given:
        given["form"] = [shapes.stored(field) for field in given["form"]]
    if "tasks" in given:
        given["tasks"] = [dict(task) for task in given["tasks"]]
    return given


urlpatterns = [
    path("request-items", ItemList.as_view()),
    path("request-items/<slug:code>/building", ItemBuilding.as_view()),
]
