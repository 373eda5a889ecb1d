"""Checks of what drafts are made of: each gives the value, or refuses it with a sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

MOST_ROWS, MOST_SECONDS = 500, 315_360_000
CODE = re.compile(r"[a-z0-9_-]{1,60}")


class BadDraft(ValueError):
    """The draft cannot be run; carries the sentence that says why."""


def mapping(value: Any, sentence: str) -> Mapping[str, Any]:
    """This will take an object."""
    if not isinstance(value, Mapping):
        raise BadDraft(sentence)
    return value


def listed(value: Any) -> list[Any]:
    """This will take a list that is not too long."""
    if not isinstance(value, list | tuple) or len(value) > MOST_ROWS:
        raise BadDraft(_("A list of at most %(most)s entries is expected.") % {"most": MOST_ROWS})
    return list(value)


def codes(value: Any) -> list[str]:
    """This will take a list of codes."""
    found = listed(value)
    if not all(isinstance(code, str) and CODE.fullmatch(code) for code in found):
        raise BadDraft(_("A code is made of small letters, digits, - and _."))
    return found


def whole(value: Any, *, low: int, high: int, sentence: str) -> int:
    """This will take a whole number within its bounds."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise BadDraft(sentence)
    return value


def key(value: Any) -> int | None:
    """This will take a key, or nothing."""
    return None if value is None else whole(value, low=1, high=2**62, sentence=_("A key is a whole number."))


def day(value: Any) -> date | None:
    """This will take a date, or nothing."""
    if value in (None, ""):
        return None
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise BadDraft(_("“%(value)s” is not a date.") % {"value": value}) from None


def period(since: date | None, until: date | None) -> tuple[date | None, date | None]:
    """This will take a stretch of days that does not end before it begins."""
    if since and until and until < since:
        raise BadDraft(_("The period ends before it begins."))
    return since, until


def seconds(value: Any) -> int:
    """This will take a target."""
    return whole(value, low=1, high=MOST_SECONDS, sentence=_("A target lies between one second and ten years."))


def priority(value: Any) -> int | None:
    """This will take a priority, or nothing."""
    return None if value is None else whole(value, low=1, high=5, sentence=_("Priorities go from 1 to 5."))


def one_of(value: Any, allowed: tuple[str, ...], sentence: str) -> str:
    """This will take one of some words."""
    if value not in allowed:
        raise BadDraft(sentence)
    return str(value)


def name(value: Any, *, most: int = 60) -> str:
    """This will take a short text; nothing is empty."""
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > most:
        raise BadDraft(_("A name of at most %(most)s characters is expected.") % {"most": most})
    return value
