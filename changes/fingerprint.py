"""What a vote is bound to: the change as the board read it. A later edit of any of it voids the vote (domain 5.5)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from changes.material import FIELDS, hash_of

#: What may still be settled after the decision, but not behind the back of those who vote.
SETTLED_LATER = ("window_start", "window_end", "implementer_id")
#: What no column says.
SCOPE = {
    "items": _("affected configuration items"),
    "not_affected": _("items that are not affected"),
    "risk_answers": _("answers about the risk"),
}
#: Scope, risk and the way it is done: what the board's decision stands on for good.
CORE = tuple(name for name in FIELDS if name not in SETTLED_LATER)


def core(words: dict[str, Any]) -> str:
    """Give the hash of what the decision stands on when window and implementer are settled afterwards."""
    return hash_of({name: value for name, value in words.items() if name not in SETTLED_LATER})


def differing(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """Name the fields that differ."""
    return sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))


def label(change: Any, name: str) -> str:
    """Give the words of a field."""
    if name in SCOPE:
        return str(SCOPE[name])
    named = {"services": "affected_services"}.get(name, name.removesuffix("_id"))
    return str(getattr(change._meta.get_field(named), "verbose_name", name))


def labels(change: Any, names: Iterable[str]) -> str:
    """Give the words of several fields in the active language."""
    return gettext(", ").join(label(change, name) for name in names)
