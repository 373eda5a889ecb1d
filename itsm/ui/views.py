"""Language, theme, and the page that shows every component."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from itsm.ui.context import THEMES
from itsm.ui.middleware import server_error as server_error
from itsm.ui.specimens import specimens

YEAR = 365 * 24 * 3600


def _back(request: HttpRequest) -> HttpResponseRedirect:
    target = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    response = HttpResponseRedirect(target if safe else "/")
    response.status_code = 303
    return response


def _remember(request: HttpRequest, response: HttpResponse, *, name: str, cookie: str, value: str) -> None:
    response.set_cookie(cookie, value, max_age=YEAR, samesite="Lax", secure=request.is_secure())
    person: Any = request.user
    if person.is_authenticated and hasattr(person, name):
        setattr(person, name, value)
        person.save(update_fields=[name])


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """This will change the language of the browser and of the person, and go back to the page."""
    wanted = request.POST.get("language", "")
    response = _back(request)
    if wanted in dict(settings.LANGUAGES):
        translation.activate(wanted)
        _remember(request, response, name="language", cookie=settings.LANGUAGE_COOKIE_NAME, value=wanted)
    return response


@login_not_required
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """This will change the theme of the browser and of the person, and go back to the page."""
    wanted = request.POST.get("theme", "")
    response = _back(request)
    if wanted in THEMES:
        _remember(request, response, name="theme", cookie="theme", value=wanted)
    return response


@login_not_required
def styleguide(request: HttpRequest) -> HttpResponse:
    """This will show every component in all its states."""
    return render(request, "styleguide.html", specimens(at=timezone.now()))
