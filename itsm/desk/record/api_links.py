"""The links of a case over REST: reading them, linking another case, parting the two."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.api.fetching import fetch
from itsm.api.idempotency import once
from itsm.api.paging import Order
from itsm.api.schema import IDEMPOTENCY_KEY, listing, refusals
from itsm.api.scopes import Scope
from itsm.api.serializers import PersonName, Strict, Text, YesNo
from itsm.desk.record.connecting import KIND, connect, part, parted_by_hand
from itsm.desk.record.relations import BY_HAND
from itsm.records.finding import plain_processes
from itsm.records.models import Link, LinkKind
from itsm.records.refusals import Objected
from itsm.tickets.api import rows
from itsm.tickets.api.conversation import OfCase
from itsm.tickets.api.shapes import StateShape
from itsm.tickets.finding import find_case
from itsm.tickets.models import Ticket

#: How people link two cases, as the OpenAPI document names it.
KINDS = [(choice.value, str(choice.label)) for choice in KIND.choices]


class FarShape(serializers.Serializer[Any]):
    """The record on the other side of a link."""

    number = serializers.CharField(allow_null=True)
    kind = serializers.CharField()
    title = serializers.CharField(allow_blank=True)
    state = StateShape()


class LinkShape(serializers.Serializer[Any]):
    """A link as it is seen from the case in the address."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(LinkKind.choices)
    outward = YesNo(help_text="Whether it leads from this case to the other.")
    other = FarShape()
    by_hand = YesNo(help_text="Whether it is parted by hand; all others have acts of their own.")
    created_by = PersonName(allow_null=True, help_text="Null where a process made it.")
    created_at = serializers.DateTimeField()


class LinkBody(Strict):
    """Which case to link, and how."""

    other = Text(max_length=32, help_text="Number of the other case.")
    kind = serializers.ChoiceField(KINDS, default=LinkKind.RELATED_TO)


class OfLinks(OfCase):
    """What both addresses of links share."""

    columns = ("kind", "auto", "created_at", "source_id", "target_id", *rows.person_columns("created_by"))
    far: dict[int, Any]
    near: int

    def find(self) -> Any:
        """This will find the case.

        :raises Http404: if there is none
        :raises PermissionDenied: if the caller is only who asked for it
        """
        case = super().find()
        if not case.is_worked:
            raise PermissionDenied
        return case

    def rows(self) -> QuerySet[Any]:
        """This will give the links to records that the caller may know of."""
        return self.seen_from(self.find())

    def seen_from(self, case: Any) -> QuerySet[Any]:
        """This will give the links of ``case`` that the caller may know of, keeping what they lead to."""
        links = Link.objects.filter(Q(source=case.pk) | Q(target=case.pk))
        ends = links.values_list("source_id", "source__kind", "target_id", "target__kind")
        keys: dict[str, set[int]] = {}
        for source, kind, target, far in ends:
            keys.setdefault(far if source == case.pk else kind, set()).add(target if source == case.pk else source)
        self.near, self.far = case.pk, self.known(keys)
        return links.filter(Q(source__in=self.far) | Q(target__in=self.far))

    def known(self, keys: dict[str, set[int]]) -> dict[int, Any]:
        """This will read of the records with these keys by kind those that the caller may know of."""
        plain = {process.key: process.model for process in plain_processes()}
        wanted = [(model, keys[kind]) for kind, model in plain.items() if kind in keys]
        wanted.append((Ticket, {key for kind, found in keys.items() if kind not in plain for key in found}))
        seen = [model.objects.visible_to(self.caller).filter(pk__in=found) for model, found in wanted if found]
        return {row["pk"]: row for some in seen for row in some.values("pk", "number", "kind", "title", "state")}

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will lay out one link as the case in the address sees it."""
        outward = row["source_id"] == self.near
        far = self.far[row["target_id"] if outward else row["source_id"]]
        other = {name: far[name] for name in ("number", "kind", "title")} | {"state": rows.state(far)}
        return {
            "id": row["pk"], "kind": row["kind"], "outward": outward, "other": other,
            "by_hand": not row["auto"] and row["kind"] in BY_HAND,
            "created_by": rows.person(row, "created_by"), "created_at": row["created_at"],
        }  # fmt: skip


class LinkList(OfLinks):
    """What a case is linked with."""

    scopes = {"GET": Scope.TICKETS_READ, "POST": Scope.TICKETS_WRITE}
    orders = {"id": Order("id", kind=int), "-id": Order("id", descending=True, kind=int)}

    @extend_schema(operation_id="list_links", tags=["links"], responses=listing(LinkShape))
    def get(self, request: Request, number: str) -> Response:
        """List what a case is linked with, as far as you may know of it; not for who only asked for the case."""
        return self.page()

    @extend_schema(
        operation_id="link_case", tags=["links"], request=LinkBody, parameters=[IDEMPOTENCY_KEY],
        responses={201: LinkShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request, number: str) -> Response:
        """Link another case by hand; the same link again is not made twice."""
        return once(request, self.join)

    def join(self) -> Response:
        """This will link the two and answer with the link."""
        case = self.find()
        body = LinkBody(data=self.request.data)
        body.is_valid(raise_exception=True)
        other = self.other(body.validated_data["other"])
        made = connect(case, other, kind=body.validated_data["kind"], by=self.caller)
        row = fetch(self.seen_from(case).filter(pk=made.pk), self.columns)[0]
        return Response(self.shape(row), status=201)

    def other(self, number: str) -> Any:
        """This will find the case to link.

        :raises Objected: if the caller may not know of it
        """
        try:
            return find_case(number.upper(), person=self.caller)
        except Http404 as fault:
            raise Objected(fields={"other": str(fault)}) from fault


class LinkView(OfLinks):
    """One link of a case."""

    scopes = {"DELETE": Scope.TICKETS_WRITE}

    @extend_schema(operation_id="remove_link", tags=["links"], request=None, responses={204: None, **refusals()})
    def delete(self, request: Request, number: str, key: int) -> Response:
        """Remove a link that somebody made by hand; what a process stands on is parted by its own acts."""
        case = self.find()
        row = parted_by_hand(key, of=case)
        if row is None or not self.seen_from(case).filter(pk=key).exists():
            raise Http404
        part(case, row, by=self.caller)
        return Response(status=204)


urlpatterns = [
    path("tickets/<record_number:number>/links", LinkList.as_view()),
    path("tickets/<record_number:number>/links/<int:key>", LinkView.as_view()),
]
