"""Who calls: a program by a token, or a person by the browser's session."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import authentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from itsm.api import tokens
from itsm.api.models import Token


class TokenAuthentication(authentication.BaseAuthentication):
    """``Authorization: Bearer itsm_…``; never read from cookies or addresses."""

    def authenticate(self, request: Request) -> tuple[Any, Token] | None:
        """This will give the token's owner and the token; None when the header is absent.

        :raises AuthenticationFailed: if the header is there and wrong
        """
        header = request.META.get("HTTP_AUTHORIZATION")
        if header is None:
            return None
        scheme, _space, secret = header.partition(" ")
        if scheme.lower() != "bearer":
            raise AuthenticationFailed(_("Send the token as “Authorization: Bearer …”."))
        try:
            token = tokens.find(secret.strip(), at=timezone.now())
        except tokens.UnknownToken:
            raise AuthenticationFailed(_("This token is unknown, expired or revoked.")) from None
        return token.person, token

    def authenticate_header(self, request: Request) -> str:
        """This will say in the 401 answer what is wanted."""
        return 'Bearer realm="api"'


class SessionAuthentication(authentication.SessionAuthentication):
    """Whoever is signed in at the browser; writing needs the CSRF token."""
