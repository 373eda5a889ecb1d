"""``{% load ui %}``: the kit's tags and filters for templates."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.core.exceptions import NON_FIELD_ERRORS
from django.forms import BoundField, CheckboxInput, ChoiceField, Field, ModelChoiceField
from django.template.context import RequestContext
from django.utils import timezone
from django.utils.safestring import SafeString

from itsm.ui import chips, moments, prose

register = template.Library()
#: What Django writes where nothing is chosen.
HYPHENS = "---------"


@register.simple_tag
def icon(name: str) -> SafeString:
    """This will draw an icon of the sprite, hidden from screen readers."""
    return chips.icon(name)


@register.simple_tag
def state_chip(state: Any) -> SafeString:
    """This will draw anything with .label and .tone as a chip."""
    return chips.state_chip(state)


@register.simple_tag
def chip(label: str, tone: str = "closed", glyph: str = "") -> SafeString:
    """This will draw a word as a chip."""
    return chips.chip(label, tone=tone, glyph=glyph)


@register.simple_tag
def priority(level: int | None) -> SafeString:
    """This will draw priority bars with their word."""
    return chips.priority(level)


@register.simple_tag
def sla_chip(clock: Mapping[str, Any] | None) -> SafeString:
    """This will draw a clock as a chip."""
    return chips.sla_chip(clock)


@register.simple_tag
def person(who: Any, avatar: bool = True) -> SafeString:
    """This will draw a person (an object with .name, or a text) with initials."""
    return chips.person_name(str(getattr(who, "name", who) or ""), avatar=avatar)


@register.simple_tag
def when(moment: datetime | None) -> SafeString:
    """This will write a moment relative to now, the absolute one in its title."""
    return moments.when(moment, now=timezone.now())


@register.simple_tag
def at(moment: datetime | None) -> SafeString:
    """This will write a moment as date and time."""
    return moments.when(moment)


@register.simple_tag
def stretch(start: datetime | None, end: datetime | None) -> SafeString:
    """This will write from when to when, the day once where both lie on the same."""
    return moments.stretch(start, end)


@register.filter
def day(value: date | None) -> str:
    """This will write a date with its weekday."""
    return moments.day_text(value) if value else "—"


@register.filter
def faults(form: Any) -> int:
    """Count what is wrong in a form: each field once, and each sentence about it as a whole."""
    return len(form.non_field_errors()) + sum(1 for name in form.errors if name != NON_FIELD_ERRORS)


@register.filter
def minguo(value: date | None) -> str:
    """This will write a date in the Republic's calendar."""
    return moments.minguo_text(value) if value else "—"


@register.filter
def duration(seconds: float | None) -> str:
    """This will write seconds in words."""
    return "—" if seconds is None else moments.span(seconds)


@register.filter
def markdown(text: str | None) -> SafeString:
    """This will turn Markdown into clean HTML."""
    return prose.markdown(text or "")


@register.simple_tag
def countdown_words() -> str:
    """This will give the browser its words for counting down."""
    return chips.countdown_words()


@register.simple_tag(takes_context=True)
def url_with(context: RequestContext, **changes: Any) -> str:
    """This will give the address of this page with some query parameters changed; None or "" removes one."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value in (None, ""):
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}"


@register.inclusion_tag("parts/field.html")
def field(bound: BoundField, hint: str = "") -> dict[str, Any]:
    """This will draw a form field with its label, help and errors tied to it.

    A field with ``when`` (name, values, code, away) is asked only after a choice: conditions.js shows and hides it.
    """
    _quieten(bound.field)
    needed = bound.field.required or getattr(bound.field, "needed", False)
    return {
        "field": bound,
        "hint": hint or bound.help_text,
        "inline": isinstance(bound.field.widget, CheckboxInput),
        "optional": not needed and not isinstance(bound.field.widget, CheckboxInput),
        "when": getattr(bound.field, "when", None),
    }


def _quieten(asked: Field) -> None:
    """Write "nothing chosen" as everywhere else, not as a row of hyphens."""
    if getattr(asked, "empty_label", None) == HYPHENS:
        asked.empty_label = "—"  # type: ignore[attr-defined]  # a field that chooses rows
    elif isinstance(asked, ChoiceField) and not isinstance(asked, ModelChoiceField):
        asked.widget.choices = [(value, "—" if label == HYPHENS else label) for value, label in asked.widget.choices]


@register.inclusion_tag("parts/sort_header.html", takes_context=True)
def sort_header(
    context: RequestContext, label: str, key: str, number: bool = False, css: str = "", default: str = ""
) -> dict[str, Any]:
    """This will draw a table head that sorts by ``key``: ?sort=key, and ?sort=-key when pressed again.

    ``default`` is the sorting of the page when its address names none.
    """
    now = context["request"].GET.get("sort", default)
    state = {key: "ascending", f"-{key}": "descending"}.get(now, "")
    following = f"-{key}" if now == key else key
    url = url_with(context, sort=following, after=None, before=None)
    return {"label": label, "state": state, "url": url, "css": f"{css} num".strip() if number else css}
