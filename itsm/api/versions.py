"""ETag, If-None-Match and If-Match: reading what has not changed costs nothing, writing over a newer version is refused."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from itsm.api.problems import Problem

TAGS = re.compile(r'(?:W/)?"([^"]*)"')


class VersionWanted(Problem):
    """The change names no version (HTTP 428)."""

    status_code = 428
    default_code = "precondition_required"
    default_detail = _("Say which version you change: send its ETag as If-Match.")


class OtherVersion(Problem):
    """The record has another version than the change names (HTTP 412)."""

    status_code = 412
    default_code = "precondition_failed"
    default_detail = _("This record was changed by someone else meanwhile. Look at the new version first.")


def etag(version: int, body: Any) -> str:
    """Make the entity tag of a representation: the record's version, then a hash of everything shown."""
    shown = json.dumps(body, cls=JSONEncoder, sort_keys=True).encode()
    return f'"{version}-{hashlib.sha256(shown).hexdigest()[:16]}"'


def conditional(request: Request, body: Any, *, version: int) -> Response:
    """Answer with ``body`` and its tag, or 304 when the caller has it already."""
    tag = etag(version, body)
    known = request.headers.get("If-None-Match", "")
    if known.strip() == "*" or tag.strip('"') in TAGS.findall(known):
        return Response(status=304, headers={"ETag": tag})
    return Response(body, headers={"ETag": tag})


def version_named(request: Request, *, current: int, needed: bool = False) -> int | None:
    """Tell which version the caller means to change: None when none is named or any will do.

    :raises VersionWanted: if none is named and one is ``needed``
    :raises OtherVersion: if the version named is not the ``current`` one
    """
    named = request.headers.get("If-Match")
    if named is None and needed:
        raise VersionWanted
    if named is None or named.strip() == "*":
        return None
    if str(current) not in {tag.partition("-")[0] for tag in TAGS.findall(named)}:
        raise OtherVersion(version=current)
    return current
