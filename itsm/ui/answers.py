"""How a view answers an act: with a redirect, or for htmx with the address to go to; dialogs as fragment or page."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme


def is_htmx(request: HttpRequest) -> bool:
    """This will tell whether htmx asks, which wants a fragment."""
    return request.headers.get("HX-Request") == "true"


def way_back(request: HttpRequest, default: str) -> str:
    """This will give the address to return to when it is one of ours: the ``next`` that was sent, else the page from
    which htmx asks, else ``default``.
    """
    wanted = request.POST.get("next") or request.GET.get("next") or _asking_page(request)
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else default


def _asking_page(request: HttpRequest) -> str:
    """Give the path of the page from which htmx asks; a part of the address after # would keep it from being read anew."""
    url = urlsplit(request.headers.get("HX-Current-URL", "") if is_htmx(request) else "")
    return f"{url.path}?{url.query}" if url.query else url.path


def done(request: HttpRequest, url: str, *, say: str = "", warn: str = "", about: str = "") -> HttpResponse:
    """This will leave ``say`` as a message and send the browser to ``url``.

    ``about`` is the number of what was acted on: where the page shows it as ``data-record``, it gets the focus.
    """
    if say:
        messages.success(request, say, extra_tags=about)
    if warn:
        messages.warning(request, warn)
    if is_htmx(request):
        page = url.partition("#")[0]  # to a part of the page that is open the browser would only scroll
        return HttpResponse(status=204, headers={"HX-Redirect": page if page == _asking_page(request) else url})
    return HttpResponse(status=303, headers={"Location": url})


def dialog(request: HttpRequest, template: str, context: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    """This will draw ``template`` as a dialog for htmx, or as a page of its own.

    The template extends ``{{ frame }}`` and fills its block ``body``.
    """
    frame = "parts/dialog_frame.html" if is_htmx(request) else "parts/dialog_page.html"
    return render(request, template, {**context, "frame": frame}, status=status)
