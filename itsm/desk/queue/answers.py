"""What an act from the list tells the page: a toast, and which parts are to be fetched anew."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _


def tell(
    response: HttpResponse, text: str, *, tone: str = "done", rows: bool = False, peek: bool = False, undo: str = ""
) -> HttpResponse:
    """Let htmx show ``text`` as a toast, with the way to ``undo`` it, and refresh the rows, and the pane too if ``peek``."""
    events: dict[str, Any] = {"desk:toast": {"text": text, "tone": tone}} if text else {}
    if text and undo:
        events["desk:toast"] |= {"undo": undo, "word": _("Undo")}
    if rows or peek:
        events["desk:changed"] = {"peek": peek}
    response.headers["HX-Trigger"] = json.dumps(events)
    return response
