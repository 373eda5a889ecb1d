"""Addresses that take a file: as a form, and never more of it than the limit."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request

from itsm.api.problems import TooLarge
from itsm.api.views import ApiView

#: Bytes that a form may have around its file.
FORM_AROUND_FILE = 64 * 1024


class TakesFile(ApiView):
    """An address to which a file is sent as a form."""

    parser_classes = (MultiPartParser,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """This will refuse what says of itself that it is too large before it is read."""
        super().initial(request, *args, **kwargs)
        said = request.META.get("CONTENT_LENGTH") or "0"
        if said.isdecimal() and int(said) > settings.ATTACHMENT_MAX_BYTES + FORM_AROUND_FILE:
            raise TooLarge
