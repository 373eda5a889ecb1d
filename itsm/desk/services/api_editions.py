"""Editions of catalogue entries over REST: written, submitted, returned, approved and discarded as on the pages."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.http import Http404
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalogue.editions import services as editions
from catalogue.editions.content import content_of
from catalogue.models import Service, ServiceEdition
from itsm.api import versions
from itsm.api.idempotency import once
from itsm.api.schema import IDEMPOTENCY_KEY, IF_MATCH, IF_MATCH_NEEDED, IF_NONE_MATCH, refusals
from itsm.api.scopes import Scope
from itsm.api.views import ApiView
from itsm.desk.services import edition_shapes as shapes
from itsm.desk.services.entry import approved_change
from itsm.desk.services.forms import EditionForm
from itsm.records.refusals import Objected
from itsm.tickets.api.moves import OnlyInPerson

TAGS = ["catalogue"]
WRITES = refusals(409, 412, 413, 415, 422)
Post = TypeVar("Post", bound=Callable[..., Response])


class EditionsOf(ApiView):
    """Anything about the editions of one service."""

    def service(self, code: str) -> Any:
        """This will find the service that the caller may see.

        :raises Http404: if there is none
        """
        found = Service.objects.visible_to(self.caller).filter(code=code).first()
        if found is None:
            raise Http404
        return found

    def editions(self, code: str) -> QuerySet[ServiceEdition]:
        """This will give its editions; what is not approved yet is for those who work cases."""
        found = self.service(code).editions.select_related(
            "service", "drafted_by", "approved_by", "transition", "change"
        )
        rows: QuerySet[ServiceEdition] = found if self.caller.is_worker else found.exclude(approved_at=None)
        return rows.order_by("-number")

    def edition(self, code: str, number: int) -> ServiceEdition:
        """This will find one edition.

        :raises Http404: if there is none
        """
        found = self.editions(code).filter(number=number).first()
        if found is None:
            raise Http404
        return found

    def answer(self, row: ServiceEdition, *, status: int = 200, **headers: str) -> Response:
        """This will answer with an edition and its tag."""
        fresh = ServiceEdition.objects.select_related("service", "drafted_by", "approved_by", "transition", "change")
        body = shapes.whole(fresh.get(pk=row.pk), for_worker=self.caller.is_worker)
        return Response(body, status=status, headers={"ETag": versions.etag(row.version, body), **headers})


class EditionList(EditionsOf):
    """The editions of a service."""

    scopes = {"GET": Scope.TICKETS_READ, "POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="list_service_editions", tags=TAGS, responses={200: shapes.EditionShape(many=True), **refusals()}
    )
    def get(self, request: Request, code: str) -> Response:
        """List the editions of a service, the newest first."""
        return Response([shapes.whole(row, for_worker=self.caller.is_worker) for row in self.editions(code)])

    @extend_schema(
        operation_id="begin_service_edition", tags=TAGS, request=None, parameters=[IDEMPOTENCY_KEY],
        responses={201: shapes.EditionShape, **WRITES},
    )  # fmt: skip
    def post(self, request: Request, code: str) -> Response:
        """Begin the next edition with what the catalogue says now; a draft that is open is given back."""
        return once(request, lambda: self.begin(code))

    def begin(self, code: str) -> Response:
        """This will begin it and answer with it."""
        made = editions.begin_draft(self.service(code), by=self.caller)
        return self.answer(made, status=201, Location=f"/api/v1/services/{code}/editions/{made.number}")


class EditionView(EditionsOf):
    """One edition."""

    scopes = {"GET": Scope.TICKETS_READ, "PATCH": Scope.TICKETS_WRITE, "DELETE": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="read_service_edition", tags=TAGS, parameters=[IF_NONE_MATCH],
        responses={200: shapes.EditionShape, 304: None, **refusals()},
    )  # fmt: skip
    def get(self, request: Request, code: str, edition: int) -> Response:
        """Read an edition with its eight fields."""
        found = self.edition(code, edition)
        body = shapes.whole(found, for_worker=self.caller.is_worker)
        return versions.conditional(request, body, version=found.version)

    @extend_schema(
        operation_id="write_service_edition", tags=TAGS, request=shapes.EditionBody, parameters=[IF_MATCH_NEEDED],
        responses={200: shapes.EditionShape, **refusals(409, 412, 413, 415, 422, 428)},
    )  # fmt: skip
    def patch(self, request: Request, code: str, edition: int) -> Response:
        """Write on a draft; whoever writes on it cannot approve it any more."""
        found = self.edition(code, edition)
        versions.version_named(request, current=found.version, needed=True)
        body = shapes.EditionBody(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        reason = str(body.validated_data.pop("reason", found.reason))
        content = _content(found, body.validated_data)
        return self.answer(editions.write_draft(found, content, reason=reason, by=self.caller, version=found.version))

    @extend_schema(operation_id="discard_service_edition", tags=TAGS, responses={204: None, **refusals(422)})
    def delete(self, request: Request, code: str, edition: int) -> Response:
        """Throw a draft away."""
        editions.discard_draft(self.edition(code, edition), by=self.caller)
        return Response(status=204)


def _content(edition: ServiceEdition, given: dict[str, Any]) -> dict[str, Any]:
    """Judge the content as the page's form does, with what stands there already.

    :raises Objected: naming what is not offered
    """
    whole = content_of(edition.service) | edition.content | given
    form = EditionForm(whole | {"version": edition.version}, content=edition.content)
    if not form.is_valid():
        raise Objected(fields={name: " ".join(map(str, said)) for name, said in form.errors.items()})
    return {name: value for name, value in form.content().items() if name in given}


class EditionAct(EditionsOf, ABC):
    """One step of an edition."""

    scopes = {"POST": Scope.TICKETS_WRITE}

    def act(self, code: str, edition: int) -> Response:
        """This will find it, hold it to the version that is named, and take the step."""
        found = self.edition(code, edition)
        versions.version_named(self.request, current=found.version)
        return self.answer(self.step(found))

    @abstractmethod
    def step(self, found: ServiceEdition) -> ServiceEdition:
        """This will take the step; subclasses say which."""


def _step(name: str, words: str, body: Any = None) -> Callable[[Post], Post]:
    described: Callable[[Post], Post] = extend_schema(
        operation_id=f"{name}_service_edition", tags=TAGS, summary=words, request=body,
        parameters=[IF_MATCH, IDEMPOTENCY_KEY], responses={200: shapes.EditionShape, **WRITES},
    )  # fmt: skip
    return described


class SubmitEdition(EditionAct):
    """Sending it to be approved."""

    @_step("submit", "Send a draft to be approved by another person")
    def post(self, request: Request, code: str, edition: int) -> Response:
        """Send a draft to be approved by another person."""
        return once(request, lambda: self.act(code, edition))

    def step(self, found: ServiceEdition) -> ServiceEdition:
        """This will submit it."""
        return editions.submit_draft(found, by=self.caller)


class ReturnEdition(EditionAct):
    """Sending it back."""

    @_step("return", "Send a submitted draft back to its authors", shapes.ReturnBody)
    def post(self, request: Request, code: str, edition: int) -> Response:
        """Send a submitted draft back to its authors with the reason."""
        return once(request, lambda: self.act(code, edition))

    def step(self, found: ServiceEdition) -> ServiceEdition:
        """This will return it."""
        body = shapes.ReturnBody(data=self.request.data)
        body.is_valid(raise_exception=True)
        return editions.return_draft(found, reason=body.validated_data["reason"], by=self.caller)


class ApproveEdition(EditionAct):
    """Approving it, in person."""

    @_step("approve", "Approve an edition (in person, not by token)", shapes.ApproveBody)
    def post(self, request: Request, code: str, edition: int) -> Response:
        """Approve an edition; nothing of it changes from then on. A token may not do it."""
        return once(request, lambda: self.act(code, edition))

    def step(self, found: ServiceEdition) -> ServiceEdition:
        """This will approve it."""
        if self.request.auth is not None:
            raise OnlyInPerson
        body = shapes.ApproveBody(data=self.request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        change = approved_change(given.get("change", ""), self.caller)
        return editions.approve_edition(found, by=self.caller, effective_on=given.get("effective_on"), change=change)


BASE = "services/<slug:code>/editions"
urlpatterns = [
    path(BASE, EditionList.as_view()),
    path(f"{BASE}/<int:edition>", EditionView.as_view()),
    path(f"{BASE}/<int:edition>/submit", SubmitEdition.as_view()),
    path(f"{BASE}/<int:edition>/return", ReturnEdition.as_view()),
    path(f"{BASE}/<int:edition>/approve", ApproveEdition.as_view()),
]
