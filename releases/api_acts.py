"""The small acts on a release over REST: contents, criteria, signatures, targets; each answers with the release."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.api.idempotency import once
from itsm.api.schema import IDEMPOTENCY_KEY, refusals
from itsm.api.scopes import Scope
from itsm.tickets.api.views import CaseDetail, CaseView
from releases import api_shapes as shapes
from releases import services
from releases.models import Release

#: An act: its address below the release, its operation, its body and the service.
Act = Callable[..., Any]
ACTS: tuple[tuple[str, str, type[Any], Act, str], ...] = (
    ("contents", "add_release_content", shapes.ContentBody, services.add_content, "Add an item to the contents."),
    ("criteria", "add_release_criterion", shapes.CriterionBody, services.add_criterion, "Add an acceptance criterion."),
    (
        "deployments",
        "plan_deployment",
        shapes.TargetBody,
        services.add_target,
        "Plan the deployment to one more target.",
    ),
    (
        "baseline",
        "take_release_baseline",
        shapes.NoBody,
        services.take_baseline,
        "Keep its items as they are before it begins.",
    ),
    (
        "extension",
        "extend_release",
        shapes.ReleaseExtensionBody,
        services.extend,
        "Let an approved release take longer.",
    ),
)


def content(row: Any) -> dict[str, Any]:
    """Lay out a line of the contents."""
    return {
        "id": row.pk, "item": row.item.number if row.item else None, "name": row.name, "old_version": row.old_version,
        "new_version": row.new_version, "storage_ref": row.storage_ref, "checksum": row.checksum,
    }  # fmt: skip


def criterion(row: Any) -> dict[str, Any]:
    """Lay out a criterion."""
    signer = {"username": row.signed_by.username, "name": row.signed_by.name} if row.signed_by else None
    return {
        "id": row.pk, "text": row.text, "result": row.result, "evidence": row.evidence, "signed_by": signer, "signed_at": row.signed_at,
    }  # fmt: skip


class ActView(CaseView):
    """Reads a body, calls a service, answers with the release; a class is made for each act."""

    scopes = {"POST": Scope.TICKETS_WRITE}
    model = Release
    body: type[Any]
    service: tuple[Act, ...]

    def post(self, request: Request, number: str, key: int | None = None) -> Response:
        """Do it."""
        return once(request, lambda: self.act(number, key))

    def act(self, number: str, key: int | None) -> Response:
        """This will read the body and call the service."""
        release = self.find(number)
        body = self.body(data=self.request.data)
        body.is_valid(raise_exception=True)
        keys = () if key is None else (key,)
        self.service[0](release, *keys, by=self.caller, **body.validated_data)
        made: Response = self.answer(release.pk)  # type: ignore[attr-defined]  # of the class that lays releases out
        return made


class RemoveView(CaseView):
    """Taking an item out of the contents."""

    scopes = {"DELETE": Scope.TICKETS_WRITE}
    model = Release

    @extend_schema(
        operation_id="remove_release_content", tags=["releases"], responses={204: None, **refusals(409, 422)}
    )
    def delete(self, request: Request, number: str, key: int) -> Response:
        """Take an item out of the contents."""
        services.remove_content(self.find(number), key, by=self.caller)
        return Response(status=204)


def routes(detail: type[CaseDetail]) -> list[URLPattern]:
    """Make the addresses below a release; ``detail`` lays the answer out."""
    base = "releases/<record_number:number>"
    made = [
        path(f"{base}/{name}", _view(detail, operation, body, service, said).as_view())
        for name, operation, body, service, said in ACTS
    ]
    sign = _view(
        detail, "sign_release_criterion", shapes.SignBody, services.sign, "Sign what came of the test of a criterion."
    )
    return [
        *made,
        path(f"{base}/contents/<int:key>", RemoveView.as_view()),
        path(f"{base}/criteria/<int:key>/sign", sign.as_view()),
    ]


def _view(detail: type[CaseDetail], operation: str, body: type[Any], service: Act, said: str) -> type[Any]:
    described = extend_schema(
        operation_id=operation, tags=["releases"], request=body, parameters=[IDEMPOTENCY_KEY], summary=said,
        responses={200: shapes.WholeReleaseShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    name = operation.title().replace("_", "")
    return extend_schema_view(post=described)(
        type(name, (detail, ActView), {"model": Release, "body": body, "service": (service,)})
    )
