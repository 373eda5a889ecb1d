"""``{% load notices %}``: what every page may show of announcements."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from itsm.notices.announcements import current

register = template.Library()
TONES = {"info": "info", "warning": "waiting", "danger": "danger"}
GLYPHS = {"info": "info", "warning": "triangle", "danger": "bang"}


@register.inclusion_tag("notices/banners.html")
def announcements() -> dict[str, Any]:
    """Draw what is announced now, the gravest first; nothing when there is nothing."""
    return {
        "banners": [
            {"tone": TONES[one.level], "glyph": GLYPHS[one.level], "title": one.title, "text": one.body}
            for one in current(timezone.now())[:3]
        ]
    }
