"""Classes, kinds of relationships, relationships, impacts and versions over REST."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError as FormError
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from configuration import impact, naming, relating, schema, sensitive, served, services
from configuration.models import CiRelation, CiVersion, ConfigurationItem
from configuration.naming import Node
from itsm.api.filters import InstantField
from itsm.api.idempotency import once
from itsm.api.schema import IDEMPOTENCY_KEY, listing, refusals
from itsm.api.scopes import Scope
from itsm.api.views import ApiView
from itsm.desk.cmdb import api_shapes as shapes
from itsm.desk.cmdb.api_items import TAG, grounds_from
from itsm.records.refusals import Objected
from itsm.tickets.api.views import CaseView

AT = OpenApiParameter("at", datetime, description="As of this moment; left out: now.")
RELATION = (
    "pk", "type__code", "source__number", "target__number", "weight", "group", "needs", "valid_from", "valid_to",
)  # fmt: skip
NAMES = ("id", "type", "source", "target", "weight", "group", "needs", "valid_from", "valid_to")


class SchemaView(ApiView):
    """What there is to configure; only for those who work cases."""

    scopes = {"GET": Scope.TICKETS_READ}

    def known(self) -> schema.Schema:
        """This will give the schema.

        :raises PermissionDenied: if the caller does not work cases
        """
        if not self.caller.is_worker:
            raise PermissionDenied
        return schema.present()


class ClassList(SchemaView):
    """Classes of items."""

    @extend_schema(operation_id="list_ci_classes", tags=TAG, responses=listing(shapes.ClassShape))
    def get(self, request: Request) -> Response:
        """List the classes of items with their attributes."""
        known = self.known()
        return Response([_class(known, key) for key in known.classes])


class RelationTypeList(SchemaView):
    """Kinds of relationships."""

    @extend_schema(operation_id="list_ci_relation_types", tags=TAG, responses=listing(shapes.RelationTypeShape))
    def get(self, request: Request) -> Response:
        """List the kinds of relationships with the pairs that they may join."""
        known = self.known()
        return Response([_type(known, key) for key in known.types])


def _class(known: schema.Schema, key: int) -> dict[str, Any]:
    row = known.classes[key]
    made = {name: getattr(row, name) for name in ("code", "name", "control", "layer", "stale_days", "is_active")}
    own = [
        {
            "code": one.code,
            "name": one.name,
            "kind": one.kind,
            "mark": one.mark,
            "is_sensitive": one.is_sensitive,
            "choices": [c["value"] for c in one.choices],
        }
        for one in known.attributes(key)
    ]
    parent = known.classes[row.parent_id].code if row.parent_id else None
    return {**made, "parent": parent, "attributes": own}


def _type(known: schema.Schema, key: int) -> dict[str, Any]:
    row = known.types[key]
    made = {name: getattr(row, name) for name in ("code", "name", "inverse", "impact", "is_acyclic")}
    codes = known.classes
    pairs = sorted((codes[one].code, codes[two].code) for kind, one, two in known.pairs if kind == key)
    return {**made, "pairs": [{"source": one, "target": two} for one, two in pairs]}


class RelationView(CaseView):
    """The relationships of one item."""

    model = ConfigurationItem
    scopes = {"GET": Scope.TICKETS_READ, "POST": Scope.TICKETS_WRITE}

    def known_parameters(self) -> frozenset[str]:
        """This will name the moment."""
        return frozenset({"at"}) if self.request.method == "GET" else frozenset()

    @extend_schema(
        operation_id="list_configuration_item_relations", tags=TAG, parameters=[AT],
        responses={200: shapes.RelationShape(many=True), **refusals()},
    )  # fmt: skip
    def get(self, request: Request, number: str) -> Response:
        """List the relationships of an item, now or as of a moment."""
        item = self.find(number)
        rows = CiRelation.objects.as_of(moment_of(request)).touching(item).order_by("pk").values_list(*RELATION)
        return Response([dict(zip(NAMES, row, strict=True)) for row in rows])

    @extend_schema(
        operation_id="create_configuration_item_relation", tags=TAG, request=shapes.RelationBody,
        parameters=[IDEMPOTENCY_KEY], responses={201: shapes.RelationShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request, number: str) -> Response:
        """Join the item to another, under what authorises it."""
        return once(request, lambda: self.make(number))

    def make(self, number: str) -> Response:
        """This will make the relationship and answer with it."""
        source = self.find(number)
        body = shapes.RelationBody(data=self.request.data)
        body.is_valid(raise_exception=True)
        data = body.validated_data
        kind = schema.present().type_by_code(data["type"])
        target = ConfigurationItem.objects.visible_to(self.caller).filter(number=data["target"]).first()
        lacks = {name for name, row in (("type", kind), ("target", target)) if row is None}
        if lacks:
            raise Objected(fields={name: str(services.not_offered(data[name])) for name in lacks})
        made = _related(
            source, target, type=kind, grounds=grounds_from(data, self.caller), by=self.caller,
            at=timezone.now().replace(microsecond=0), channel="api", weight=data["weight"], group=data["group"],
            needs=data["needs"],
        )  # fmt: skip
        row = CiRelation.objects.values_list(*RELATION).get(pk=made.pk)
        return Response(dict(zip(NAMES, row, strict=True)), status=201)


def _related(source: Any, target: Any, **how: Any) -> CiRelation:
    try:
        return relating.relate(source, target, **how)
    except relating.Unfitting as refusal:
        raise Objected(str(refusal)) from refusal


class EndView(ApiView):
    """The end of a relationship."""

    scopes = {"POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="end_ci_relation", tags=TAG, request=shapes.GroundsBody,
        responses={200: shapes.RelationShape, **refusals(409, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request, key: int) -> Response:
        """End a relationship, under what authorises it; that it held stays on record."""
        seen = ConfigurationItem.objects.visible_to(self.caller).values("pk")
        relation = CiRelation.objects.filter(pk=key, source__in=seen).first()
        if relation is None:
            raise Http404
        body = shapes.GroundsBody(data=request.data)
        body.is_valid(raise_exception=True)
        grounds = grounds_from(body.validated_data, self.caller)
        try:
            relating.end(
                relation, grounds=grounds, by=self.caller, at=timezone.now().replace(microsecond=0), channel="api"
            )
        except relating.Unfitting as refusal:
            raise Objected(str(refusal)) from refusal
        row = CiRelation.objects.values_list(*RELATION).get(pk=key)
        return Response(dict(zip(NAMES, row, strict=True)))


class ImpactView(CaseView):
    """The impact of one item."""

    model = ConfigurationItem
    scopes = {"GET": Scope.TICKETS_READ}

    def known_parameters(self) -> frozenset[str]:
        """This will name direction, depth and moment."""
        return frozenset({"direction", "depth", "at"})

    @extend_schema(
        operation_id="read_configuration_item_impact", tags=TAG,
        parameters=[
            OpenApiParameter("direction", str, enum=["down", "up"], description="down: what fails with it; up: what it stands on."),
            OpenApiParameter("depth", int, description="Steps, 1 to 12."), AT,
        ],
        responses={200: shapes.ImpactShape, **refusals()},
    )  # fmt: skip
    def get(self, request: Request, number: str) -> Response:
        """Tell what the failure of an item reaches, or what it stands on, with the services and the ways there."""
        item, at = self.find(number), moment_of(request)
        direction, depth = _direction(request), _depth(request)
        found = impact.walk(item.pk, down=direction == "down", at=at, depth=depth)
        known = schema.present().classes
        touched = served.touched(found, person=self.caller) if direction == "down" else []
        body: dict[str, Any] = {"direction": direction, "at": at, "is_cut": found.cut}
        names = naming.by_id([row.id for row in found.reached], at=at)
        body["items"] = [_reached(row, found, names, known) for row in found.reached]
        return Response(body | {"services": [_touched(one) for one in touched]})


def _reached(row: impact.Reached, found: impact.Impact, names: Mapping[int, Node], known: Any) -> dict[str, Any]:
    return {
        "number": names[row.id].number, "title": names[row.id].title, "ci_class": known[row.class_id].code if row.class_id in known else "",
        "loss": row.loss, "standing": "start" if row.depth == 0 else row.standing, "depth": row.depth,
        "path": [names[step.id].number for step in found.path(row)],
    }  # fmt: skip


def _touched(one: served.Touched) -> dict[str, Any]:
    service = one.service
    return {
        "number": one.item.number, "title": one.item.title, "loss": one.row.loss, "service": service.code if service else None,
        "customers": list(service.customers) if service else [], "promises": list(service.promises) if service else [],
    }  # fmt: skip


class VersionList(CaseView):
    """The history of one item."""

    model = ConfigurationItem
    scopes = {"GET": Scope.TICKETS_READ}

    def known_parameters(self) -> frozenset[str]:
        """This will name the moment."""
        return frozenset({"at"})

    @extend_schema(
        operation_id="list_configuration_item_versions", tags=TAG, parameters=[AT],
        responses={200: shapes.VersionShape(many=True), **refusals()},
    )  # fmt: skip
    def get(self, request: Request, number: str) -> Response:
        """List how an item was, the newest first; with a moment only how it was then."""
        item, at = self.find(number), moment_of(request)
        rows = CiVersion.objects.filter(item=item).select_related("authority__record").order_by("-sequence")
        found = rows.as_of(at) if at else rows
        unread = sensitive.hidden(self.caller, item.ci_class_id)
        return Response([_version(row, unread) for row in found[:200]])


def _version(row: CiVersion, unread: frozenset[str]) -> dict[str, Any]:
    authority = row.authority
    named = (authority.record.number if authority.record else authority.kind) if authority else None
    made = {name: getattr(row, name) for name in ("sequence", "valid_from", "valid_to", "recorded_at")}
    told = row.data | {"attributes": sensitive.open_attributes(row.data.get("attributes") or {}, unread)}
    return {**made, "data": told, "authority": named}


def moment_of(request: Request) -> datetime | None:
    """Read ``at``.

    :raises ValidationError: if it is no moment
    """
    raw = request.query_params.get("at")
    if raw is None:
        return None
    try:
        moment: datetime = InstantField().clean(raw)
    except FormError as fault:
        raise ValidationError({"at": fault.messages}) from fault
    return moment


def _direction(request: Request) -> str:
    found = request.query_params.get("direction", "down")
    if found not in ("down", "up"):
        raise ValidationError({"direction": [str(services.not_offered(found[:40]))]})
    return found


def _depth(request: Request) -> int:
    raw = request.query_params.get("depth", str(impact.DEPTH))
    if not (raw.isascii() and raw.isdecimal() and 1 <= int(raw[:3]) <= impact.DEPTH):
        raise ValidationError({"depth": [str(services.not_offered(raw[:40]))]})
    return int(raw)
