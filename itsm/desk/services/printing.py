"""The catalogue on paper: every live service with its eight fields, as a PDF in the language that is asked for."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalogue.editions.content import EIGHT
from catalogue.models import Service
from itsm.desk.services.entry import price_words
from itsm.draw import paper
from itsm.flow.words import Words
from itsm.people.requests import PersonRequest
from itsm.ui.moments import day_text

LANGUAGES = {"zh-hant": "zh", "en": "en"}
TITLE = Words("Service catalogue", "服務目錄")
#: Parts of the width of the columns, in the order of the eight fields.
SHARES = (1.3, 1.0, 1.3, 2.4, 1.6, 1.9, 1.0, 1.1)


@require_safe
def catalogue(request: PersonRequest) -> HttpResponse:
    """Give the catalogue of what the person is entitled to; those who work cases get all of it."""
    language = request.GET.get("language", "")
    if language not in LANGUAGES:
        language = "en" if (translation.get_language() or "").startswith("en") else "zh-hant"
    found = Service.objects.visible_to(request.user).live().order_by("code")
    services = found.select_related("hours", "support_team", "second_line_team", "owner").prefetch_related(
        "items", "editions"
    )
    with translation.override(language):
        written = printed(list(services), language=language)
    answer = HttpResponse(written, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="catalogue-{language}.pdf"'
    return answer


def printed(services: list[Any], *, language: str) -> bytes:
    """Set the services into a document; call it with the language active."""
    tongue = LANGUAGES[language]
    head = [str(field.words) for field in EIGHT]
    rows = [[said(service, field.code, tongue) for field in EIGHT] for service in services]
    blocks: list[paper.Block] = [paper.Grid(head, rows, SHARES)]
    for service in services:
        if offers := [item for item in service.items.all() if item.is_active]:
            blocks.append(paper.Heading(service.name))
            blocks.append(
                paper.Grid(
                    [_("What may be ordered"), _("Content"), _("Target")],
                    [[item.name, item.description or "—", hours_words(item.target_seconds)] for item in offers],
                    (1.2, 2.6, 0.8),
                )
            )
    blocks.append(paper.Signatures([(_("Service level manager"), ""), (_("Business relationship manager"), "")]))
    day = day_text(timezone.localdate())
    return paper.document(str(TITLE), blocks, subtitle=day, foot=f"{TITLE} · {day}", wide=True)


def hours_words(seconds: int) -> str:
    """Say within how many hours of the service an order is fulfilled."""
    return _("%(hours)s hours of service") % {"hours": f"{seconds / 3600:g}"}


def said(service: Any, code: str, tongue: str) -> str:
    """Say one of the eight fields of ``service`` in a language."""
    texts = {"kind": "service_type", "hours": "frequency"}
    if code == "price":
        return price_words(
            {"price": service.price, f"price_unit_{tongue}": getattr(service, f"price_unit_{tongue}")}, tongue
        )
    if code == "team":
        return str(service.support_team.name)
    text = str(getattr(service, f"{texts.get(code, code)}_{tongue}", ""))
    return text or (str(service.hours.name) if code == "hours" else "")
