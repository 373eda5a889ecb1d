"""Requests that hold the letter NUL, which no text of the database can hold (PostgreSQL, section 8.3): refused kindly."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

Answer = Callable[[HttpRequest], HttpResponse]
NUL, ENCODED = "\x00", "%00"
INTERFACE = "/api/"
#: What the database driver says of it.
UNKEPT = "NUL (0x00)"


class LettersMiddleware:
    """Finds nothing at an address with the letter, asks nothing by a value that has it, and says which letter a form cannot keep.

    The interface judges its own queries: there a value that cannot be is refused.
    """

    def __init__(self, get_response: Answer) -> None:
        """This will keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """This will pass the request on without what its query asks by the letter; raise Http404 where its path has it."""
        if NUL in request.path_info:
            raise Http404
        query = request.META.get("QUERY_STRING", "")
        if ENCODED in query and not request.path_info.startswith(INTERFACE):
            request.META["QUERY_STRING"] = "&".join(part for part in query.split("&") if ENCODED not in part)
            request.GET = QueryDict(request.META["QUERY_STRING"])
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """This will answer 400 to what could not be written for the letter; any other error goes on."""
        if not (isinstance(exception, ValueError) and UNKEPT in str(exception)):
            return None
        why = _("The text holds a character that cannot be kept (code 0). Take it out and send it again.")
        if request.path_info.startswith(INTERFACE):
            body = {"type": "about:blank", "title": "Bad Request", "status": 400, "detail": why}
            return JsonResponse(body, status=400, content_type="application/problem+json")
        return render(request, "400.html", {"why": why}, status=400)
