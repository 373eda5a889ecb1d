"""Idempotency-Key: a request repeated with the same key has one effect and gets the same answer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.api.models import KeptAnswer
from itsm.api.problems import Problem

KEPT_FOR = timedelta(days=7)
LONGEST_KEY = 200
REPLAYED = ("Location", "ETag")


class BadKey(Problem):
    """The key is empty, too long or not printable (HTTP 400)."""

    default_code = "bad_idempotency_key"
    default_detail = _("An Idempotency-Key has 1 to 200 printable ASCII characters.")


class InFlight(Problem):
    """The same key is being worked on at this moment (HTTP 409)."""

    status_code = 409
    default_code = "in_flight"
    default_detail = _("A request with this Idempotency-Key is still being worked on. Ask again in a moment.")


class OtherRequest(Problem):
    """The key was used for another request (HTTP 422)."""

    status_code = 422
    default_code = "idempotency_key_reused"
    default_detail = _("This Idempotency-Key was used for another request.")


def once(request: Request, run: Callable[[], Response]) -> Response:
    """Run ``run``, or give the kept answer when the caller's key has had its effect.

    The answer is written in the transaction of the effect. A refused request had no effect, so it is not kept and may
    be repeated with the same key.

    :raises BadKey: if the key cannot be one
    :raises InFlight: if the key is being worked on
    :raises OtherRequest: if the key was used for another request
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return run()
    if not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        raise BadKey
    print_ = fingerprint(request)
    with transaction.atomic():
        person: Any = request.user
        _claim(person.pk, key)
        KeptAnswer.objects.filter(at__lt=timezone.now() - KEPT_FOR, person=person.pk).delete()
        kept = KeptAnswer.objects.filter(person=person.pk, key=key).first()
        if kept is None:
            return _keep(person, key, print_, run())
    if kept.fingerprint != print_:
        raise OtherRequest
    return Response(kept.body, status=kept.status, headers={**kept.headers, "Idempotency-Replayed": "true"})


def fingerprint(request: Request) -> str:
    """Hash what makes the request this request: method, address, body and files."""
    made = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    for part in _parts(request.data):
        made.update(part)
    return made.hexdigest()


def _parts(data: Any) -> Iterator[bytes]:
    plain = {name: data[name] for name in sorted(data) if not isinstance(data[name], UploadedFile)}
    yield json.dumps(plain, sort_keys=True).encode()
    for name in sorted(data):
        if isinstance(data[name], UploadedFile):
            yield json.dumps([name, data[name].name]).encode()
            yield from data[name].chunks()
            data[name].seek(0)


def _claim(person: int, key: str) -> None:
    """Hold the key until the transaction ends, without waiting for whoever holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"idempotency {person} {key}"])
        if not cursor.fetchone()[0]:
            raise InFlight


def _keep(person: Any, key: str, print_: str, response: Response) -> Response:
    headers = {name: response[name] for name in REPLAYED if response.has_header(name)}
    KeptAnswer.objects.create(
        person=person, key=key, fingerprint=print_, status=response.status_code, body=response.data, headers=headers,
        at=timezone.now(),
    )  # fmt: skip
    return response
