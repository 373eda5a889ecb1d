"""Compression of pages, language, time zone and the answer to an absent database."""

import sys
from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

Answer = Callable[[HttpRequest], HttpResponse]
RETRY_SECONDS = 5


class CompressionMiddleware(GZipMiddleware):
    """Compresses pages and fragments; the interface keeps its strong entity tags, and files travel as they are."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """This will compress an HTML answer for a browser that takes it; its length is blurred against guessing of secrets."""
        if response.streaming or not response.headers.get("Content-Type", "").startswith("text/html"):
            return response
        return super().process_response(request, response)


class LanguageMiddleware:
    """Chooses the language before anyone is known: cookie, else what the browser asks for."""

    def __init__(self, get_response: Answer) -> None:
        """This will keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """This will activate a language around the request and name it in the response."""
        translation.activate(translation.get_language_from_request(request))
        request.LANGUAGE_CODE = translation.get_language() or "zh-hant"
        response = self.get_response(request)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        response.headers.setdefault("Content-Language", translation.get_language() or "zh-hant")
        translation.deactivate()
        return response


class PersonMiddleware:
    """Speaks the language and keeps the time of whoever is signed in."""

    def __init__(self, get_response: Answer) -> None:
        """This will keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """This will activate the person's language and time zone around the request."""
        person = request.user
        if person.is_authenticated:
            if language := getattr(person, "language", ""):
                translation.activate(language)
                request.LANGUAGE_CODE = translation.get_language() or language
            if zone := getattr(person, "time_zone", ""):
                timezone.activate(zone)
        try:
            return self.get_response(request)
        finally:
            timezone.deactivate()


class AvailabilityMiddleware:
    """Says 503 and when to come back while the database cannot answer."""

    def __init__(self, get_response: Answer) -> None:
        """This will keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """This will pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """This will answer 503 to a database that is absent or too busy; any other error goes on."""
        return unavailable(request) if isinstance(exception, OperationalError) else None


def unavailable(request: HttpRequest) -> HttpResponse:
    """This will make the 503 answer, a page for people and a problem document for the API."""
    headers = {"Retry-After": str(RETRY_SECONDS)}
    if request.path.startswith("/api/"):
        body = '{"type":"about:blank","title":"Service Unavailable","status":503}'
        return HttpResponse(body, status=503, content_type="application/problem+json", headers=headers)
    return HttpResponse(render_to_string("503.html"), status=503, headers=headers)


def server_error(request: HttpRequest) -> HttpResponse:
    """This will answer an unforeseen error (handler500); an absent database is 503, wherever it was met."""
    if isinstance(sys.exc_info()[1], OperationalError):
        return unavailable(request)
    return HttpResponse(render_to_string("500.html"), status=500)
