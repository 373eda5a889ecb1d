"""Every refusal of the API as application/problem+json (RFC 9457), with the sentences that the pages show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.response import Response

MEDIA_TYPE = "application/problem+json"


class Problem(exceptions.APIException):
    """A refusal of the interface itself; ``facts`` are further members of the document."""

    status_code = 400
    default_code = "bad_request"

    def __init__(self, detail: Any = None, **facts: Any) -> None:
        super().__init__(detail)
        self.facts = facts


class TooLarge(Problem):
    """The body is larger than the interface reads (HTTP 413)."""

    status_code = 413
    default_code = "too_large"
    default_detail = _("The request is too large.")


@dataclass(frozen=True)
class Refused:
    """How a kind of refusal is answered; ``conditional`` is the status when the request named a version."""

    status: int
    code: str
    conditional: int = 0


_refusals: dict[type[Exception], Refused] = {}


def answer_with(refusal: type[Exception], *, status: int, code: str, conditional: int = 0) -> None:
    """Say how the API answers an exception of a layer above; it carries ``reasons`` and perhaps ``fields``."""
    _refusals[refusal] = Refused(status, code, conditional or status)


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn an exception of a view into a problem document; None when it is an error of ours."""
    refused = next((_refusals[kind] for kind in type(error).__mro__ if kind in _refusals), None)
    if refused is not None:
        conditional = "HTTP_IF_MATCH" in context["request"].META
        return _of_refusal(error, refused, refused.conditional if conditional else refused.status)
    if isinstance(error, Http404):
        return document(404, code="not_found", reasons=[gettext("There is nothing here, or you may not see it.")])
    if isinstance(error, PermissionDenied):
        return document(403, code="permission_denied", reasons=[gettext("You may not do this.")])
    if isinstance(error, SuspiciousOperation):
        return document(400, code="bad_request", reasons=[gettext("The request cannot be read.")])
    return _of_api(error) if isinstance(error, exceptions.APIException) else None


def document(
    status: int, *, code: str, reasons: list[str], errors: dict[str, list[str]] | None = None, **facts: Any
) -> Response:
    """Make the answer: type, title, status, code, detail, reasons, and errors by field."""
    reasons = [_whole(text) for text in reasons]
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": " ".join(reasons),
        "reasons": reasons,
        **facts,
    }
    if errors:
        body["errors"] = {_whole(name): [_whole(text) for text in texts] for name, texts in errors.items()}
    return Response(body, status=status, content_type=MEDIA_TYPE)


def _whole(text: str) -> str:
    """Put a question mark for each half of a character: what was sent is told again, and halves cannot be sent."""
    return text.encode("utf-8", "replace").decode()


def _of_refusal(error: Exception, refused: Refused, status: int) -> Response:
    fields: dict[str, str] = getattr(error, "fields", {})
    facts = {"version": error.version} if hasattr(error, "version") else {}
    code = "precondition_failed" if status == 412 else refused.code
    reasons = list(dict.fromkeys(getattr(error, "reasons", ())))
    return document(status, code=code, reasons=reasons, errors={name: [text] for name, text in fields.items()}, **facts)


def _of_api(error: exceptions.APIException) -> Response:
    errors = dict(_flat(error.detail, "")) if isinstance(error, exceptions.ValidationError) else {}
    reasons = [text for texts in errors.values() for text in texts] if errors else [str(error.detail)]
    code = "invalid" if errors else str(error.get_codes())
    response = document(error.status_code, code=code, reasons=reasons, errors=errors, **getattr(error, "facts", {}))
    if header := getattr(error, "auth_header", None):
        response["WWW-Authenticate"] = header
    if (wait := getattr(error, "wait", None)) is not None:
        response["Retry-After"] = str(int(wait))
    return response


def _flat(detail: Any, path: str) -> Iterator[tuple[str, list[str]]]:
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _flat(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(detail, list) and any(isinstance(inner, (dict, list)) for inner in detail):
        for index, inner in enumerate(detail):
            yield from _flat(inner, f"{path}.{index}" if path else str(index))
    else:
        yield path or "body", [str(text) for text in detail] if isinstance(detail, list) else [str(detail)]
