"""Kinds of relationships and the pairs that they may join over REST, judged by the forms of their pages."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from configuration.models import AllowedPair, RelationType
from configuration.services import not_offered
from itsm.api.idempotency import once
from itsm.api.schema import IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH, refusals
from itsm.api.scopes import Scope
from itsm.desk.cmdb.api_graph import RelationTypeList
from itsm.desk.cmdb.api_shapes import PairShape
from itsm.desk.settings import schema_shapes as shapes
from itsm.desk.settings.api_classes import NO_CLASS, TAGS, key_of
from itsm.desk.settings.api_forms import READING, ForAdministrators
from itsm.desk.settings.cmdb import KindForm, PairForm
from itsm.records.refusals import Objected

ROOT = "/api/v1/ci-relation-types"


def kind_of(code: str) -> RelationType:
    """This will find a kind of relationship (404)."""
    found: RelationType = get_object_or_404(RelationType, code=code)
    return found


class ForKinds(ForAdministrators):
    """An address of kinds of relationships."""

    def kept(self, row: RelationType | None, given: dict[str, Any]) -> Response:
        """This will keep a kind and answer with it: 201 for a new one.

        :raises Objected: with the sentences of the page, and where it would turn the failures of what is joined already
        """
        if row and given.get("impact", row.impact) != row.impact and KindForm(instance=row).fields["impact"].disabled:
            raise Objected(fields={"impact": _("It is in use, so where a failure goes on stays.")})
        made = self.keep(KindForm, row or RelationType(), given)
        new: dict[str, Any] = {} if row else {"status": 201, "place": f"{ROOT}/{made.code}"}
        return self.written(shapes.kind(made), form=KindForm, row=made, **new)


class Kinds(RelationTypeList, ForKinds):
    """Kinds of relationships: whoever works cases reads them, administrators make one."""

    scopes = {"GET": Scope.TICKETS_READ, "POST": Scope.TICKETS_WRITE}
    for_others = READING

    @extend_schema(
        operation_id="add_ci_relation_type", tags=TAGS, request=shapes.KindBody, parameters=[IDEMPOTENCY_KEY],
        responses={201: shapes.KindSetupShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Make a kind of relationship, as an administrator; it joins nothing before a pair is allowed."""
        return once(request, lambda: self.kept(None, self.read(shapes.KindBody)))


class KindView(ForKinds):
    """One kind."""

    scopes = {"GET": Scope.TICKETS_READ, "PATCH": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="read_ci_relation_type", tags=TAGS, parameters=[IF_NONE_MATCH],
        responses={200: shapes.KindSetupShape, 304: None, **refusals()},
    )  # fmt: skip
    def get(self, request: Request, code: str) -> Response:
        """Read how a kind of relationship is set up, as an administrator."""
        row = kind_of(code)
        return self.shown(shapes.kind(row), form=KindForm, row=row)

    @extend_schema(
        operation_id="change_ci_relation_type", tags=TAGS, request=shapes.KindEditBody, parameters=[IF_MATCH],
        responses={200: shapes.KindSetupShape, **refusals(412, 413, 415, 422)},
    )  # fmt: skip
    def patch(self, request: Request, code: str) -> Response:
        """Change a kind of relationship or switch it off; what is not named stays, and so do relationships."""
        return self.kept(kind_of(code), self.read(shapes.KindEditBody))


class PairList(ForAdministrators):
    """Pairs of a kind."""

    scopes = {"POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="allow_ci_pair", tags=TAGS, request=shapes.PairBody, parameters=[IDEMPOTENCY_KEY],
        responses={201: PairShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request, code: str) -> Response:
        """Allow a kind of relationship between two classes more, with all below them."""
        return once(request, lambda: self.allow(kind_of(code)))

    def allow(self, owner: RelationType) -> Response:
        """This will allow the pair and answer with it."""
        given = self.read(shapes.PairBody)
        keys = {end: key_of(code) for end, code in given.items()}
        if unknown := {end: str(not_offered(given[end])) for end, key in keys.items() if key == NO_CLASS}:
            raise Objected(fields=unknown)
        chosen = {"source_class": keys["source"], "target_class": keys["target"]}
        made = self.keep(PairForm, AllowedPair(type=owner), chosen)
        place = f"{ROOT}/{owner.code}/pairs/{made.source_class.code}/{made.target_class.code}"
        return self.written(shapes.pair(made), form=PairForm, row=made, status=201, place=place)


class PairView(ForAdministrators):
    """One pair."""

    scopes = {"DELETE": Scope.TICKETS_WRITE}

    @extend_schema(operation_id="allow_ci_pair_no_longer", tags=TAGS, responses={204: None, **refusals()})
    def delete(self, request: Request, code: str, source: str, target: str) -> Response:
        """Allow a pair no longer; relationships that exist stay."""
        found = AllowedPair.objects.filter(type__code=code)
        get_object_or_404(found, source_class__code=source, target_class__code=target).delete()
        return Response(status=204)


urlpatterns = [
    path("ci-relation-types", Kinds.as_view()),
    path("ci-relation-types/<slug:code>", KindView.as_view()),
    path("ci-relation-types/<slug:code>/pairs", PairList.as_view()),
    path("ci-relation-types/<slug:code>/pairs/<slug:source>/<slug:target>", PairView.as_view()),
]
