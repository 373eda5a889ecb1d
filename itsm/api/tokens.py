"""Making, finding and revoking tokens."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from itsm.api.models import Token
from itsm.api.scopes import Scope

MARK = "itsm"
USED_EVERY = timedelta(minutes=1)  # how exactly "last used" is kept
LONGEST = timedelta(days=366)


class UnknownToken(Exception):
    """The secret belongs to no good token of an active person."""


def issue(person: Any, *, name: str, scopes: Iterable[Scope], expires_at: datetime, at: datetime) -> tuple[Token, str]:
    """Make a token for ``person`` and give it with its secret, which is shown once and kept nowhere.

    :raises ValueError: if it would live longer than a year or not at all
    """
    if not at < expires_at <= at + LONGEST:
        raise ValueError("A token lives up to 366 days.")
    prefix = secrets.token_hex(5)
    secret = f"{MARK}_{prefix}_{secrets.token_urlsafe(32)}"
    token = Token.objects.create(
        person=person,
        name=name,
        prefix=prefix,
        digest=digest(secret),
        scopes=sorted(scopes),
        created_at=at,
        expires_at=expires_at,
    )
    return token, secret


def digest(secret: str) -> str:
    """Hash a secret; it is random and long, so a plain hash is enough."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def find(secret: str, *, at: datetime) -> Token:
    """Find the good token of ``secret`` and note, to the minute, that it was used.

    :raises UnknownToken: if there is none, it was revoked or has expired, or its owner left
    """
    mark, _line, rest = secret.partition("_")
    prefix = rest.partition("_")[0]
    if mark != MARK or not prefix.isalnum() or not prefix.isascii():
        raise UnknownToken
    token = Token.objects.good(at=at).select_related("person").filter(prefix=prefix, person__is_active=True).first()
    if token is None or not hmac.compare_digest(token.digest, digest(secret)):
        raise UnknownToken
    if token.last_used_at is None or token.last_used_at + USED_EVERY <= at:
        Token.objects.filter(pk=token.pk).update(last_used_at=at)
    return token


def revoke(token: Token, *, at: datetime) -> None:
    """Make the token useless from now on; a second time changes nothing."""
    Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at)
