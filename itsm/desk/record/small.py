"""The rows of small tables that a case names: service, category, team, hold reason, item; remembered for a minute."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache

#: The fields of a case that name a row of a small table.
FIELDS = ("service", "category", "team", "hold_reason", "request_item")
SECONDS = 60


def lay(case: Any) -> None:
    """Lay the named rows on ``case``, so that joining them costs nothing; what is shown may be a minute old.

    Whatever is done to the case reads them anew.
    """
    named = {field: getattr(case, f"{field}_id", None) for field in FIELDS if hasattr(case, f"{field}_id")}
    keys = {field: f"desk:row:{field}:{pk}" for field, pk in named.items() if pk}
    kept = cache.get_many(keys.values())
    for field, pk in named.items():
        if pk and keys[field] not in kept:
            model = case._meta.get_field(field).related_model
            kept[keys[field]] = model._base_manager.get(pk=pk)
            cache.set(keys[field], kept[keys[field]], SECONDS)
        setattr(case, field, kept[keys[field]] if pk else None)
