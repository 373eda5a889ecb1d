"""Reading JSON bodies strictly: bounded, UTF-8, an object, no name twice."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from itsm.api.problems import TooLarge

MOST_BYTES = 1024 * 1024


class StrictJSONParser(BaseParser):
    """JSON of at most 1 MB whose top is an object."""

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """This will read the body.

        :raises TooLarge: if it is longer than 1 MB
        :raises ParseError: if it is not JSON, not an object, or a name stands in it twice
        """
        raw = stream.read(MOST_BYTES + 1)
        if len(raw) > MOST_BYTES:
            raise TooLarge
        try:
            body = json.loads(raw.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
        except (ValueError, RecursionError) as fault:
            raise ParseError(_("The body is not readable JSON.")) from fault
        if not isinstance(body, dict):
            raise ParseError(_("The body must be a JSON object."))
        return body


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("A name stands twice.")
    return made


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON.")
