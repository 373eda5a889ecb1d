"""One's own tokens: make one, see its secret once, revoke it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from itsm.api import tokens
from itsm.api.forms import TokenForm
from itsm.api.models import Token


@never_cache
@require_http_methods(["GET", "POST"])
def own_tokens(request: HttpRequest) -> HttpResponse:
    """This will list one's tokens and make a new one, whose secret is shown in this answer alone."""
    person: Any = request.user
    now, secret = timezone.now(), ""
    form = TokenForm(person=person, data=request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        _token, secret = tokens.issue(
            person, name=given["name"], scopes=given["scopes"], expires_at=form.expires_at(at=now), at=now
        )
        form = TokenForm(person=person)
    rows = Token.objects.visible_to(person).order_by("-created_at", "-pk")
    base = "base.html" if person.is_worker else "portal_base.html"
    shown = {"form": form, "secret": secret, "tokens": rows, "now": now, "base": base}
    return render(request, "api/tokens.html", shown, status=422 if form.is_bound else 200)


@require_POST
def revoke_token(request: HttpRequest, key: int) -> HttpResponse:
    """This will make one of one's tokens useless."""
    token = get_object_or_404(Token.objects.visible_to(request.user), pk=key)
    tokens.revoke(token, at=timezone.now())
    messages.success(request, _("Token revoked."))
    return redirect("api:tokens")
