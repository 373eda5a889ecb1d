"""The workload that an agreement is meant for: rows of a measure, the most of it, and per what time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

#: What is usually limited; anything else is named in words.
MEASURES = {
    "cases": _("cases"), "requests": _("service requests"), "changes": _("changes"), "hours": _("hours of work"),
    "visits": _("visits on site"), "users": _("users"),
}  # fmt: skip
PER = {
    "day": _("a day"), "week": _("a week"), "month": _("a month"), "quarter": _("a quarter"), "year": _("a year"),
}  # fmt: skip
COLUMNS = ("metric", "most", "per")
Limit = Mapping[str, Any]


def limit_words(limit: Limit) -> str:
    """Say how much of what there may be; a measure or time that is not known is written as it stands."""
    said = {
        "what": _measure(limit),
        "most": limit.get("most", ""),
        "per": PER.get(limit.get("per", ""), limit.get("per", "")),
    }
    return gettext("%(what)s: at most %(most)s %(per)s") % said


def _measure(limit: Limit) -> str:
    return str(MEASURES.get(limit.get("metric", ""), limit.get("metric", "")))


def limits(rows: Any) -> Iterator[str]:
    """Say every limit of an edition; what an earlier writer left in another shape is passed over."""
    return (limit_words(row) for row in rows or () if isinstance(row, Mapping))


def faults(rows: Sequence[Limit]) -> dict[str, str]:
    """Say which rows limit what another limits already, by their place."""
    seen: set[tuple[Any, ...]] = set()
    found = {}
    for place, row in enumerate(rows):
        key = tuple(str(row.get(name, "")).casefold() for name in ("metric", "per"))
        if key in seen:
            said = f"{_measure(row)} {PER.get(row.get('per', ''), row.get('per', ''))}"
            found[f"workload.{place}"] = gettext("%(what)s is there twice: write it once.") % {"what": said}
        seen.add(key)
    return found
