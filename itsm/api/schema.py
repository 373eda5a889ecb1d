"""What the OpenAPI document says of every operation: tokens, scopes, problems, versions, idempotency."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from itsm.api.problems import MEDIA_TYPE
from itsm.api.serializers import ProblemDocument

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="Repeat a request with the same key and it has one effect.",
)
IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="The ETag of the version that you mean."
)
IF_MATCH_NEEDED = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="The ETag of the version that you change; * for any.",
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match", str, OpenApiParameter.HEADER, description="Answer 304 if this ETag is still right."
)

WORDS = {
    400: "The request cannot be read, or names something that is not declared.",
    401: "No token, or one that is unknown, expired or revoked.",
    403: "The role or the token's scopes do not allow it.",
    404: "There is nothing here, or you may not see it.",
    409: "The record has moved on, or the same key is being worked on.",
    412: "The record has another version than If-Match names.",
    413: "The body is too large.",
    415: "The body is of a type that is not read here.",
    422: "Something objects; the reasons are the sentences of the pages.",
    428: "If-Match is needed.",
}


def refusals(*codes: int) -> dict[Any, Any]:
    """Describe the problem documents of an operation: those given, and those that every operation has."""
    return {
        (code, MEDIA_TYPE): OpenApiResponse(ProblemDocument, description=WORDS[code])
        for code in sorted({400, 401, 403, 404, *codes})
    }


def listing(shape: type[Any]) -> dict[Any, Any]:
    """Describe a page of a list."""
    return {(200, "application/json"): shape(many=True), **refusals()}


def summarise(result: dict[str, Any], **_more: Any) -> dict[str, Any]:
    """Show what stands in one sentence as the operation's summary, so that a list of operations tells what they do."""
    for path in result["paths"].values():
        for operation in path.values():
            if "summary" not in operation and "description" in operation:
                operation["summary"] = operation.pop("description")
    return result


class BearerToken(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # registers itself by being defined
    """Names the token in the document."""

    target_class = "itsm.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """This will describe the header."""
        return {"type": "http", "scheme": "bearer", "description": "A token of /me/tokens/."}


class BrowserSession(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # registers itself by being defined
    """Names the browser's session in the document."""

    target_class = "itsm.api.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """This will describe the cookie."""
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "sessionid",
            "description": "Whoever is signed in; writing needs X-CSRFToken.",
        }
