"""The conditions of configuration items; the first sentence is the specification's."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from itsm.flow import Move, guard


@guard(
    "g_authorised_change", "CI data may change only through an authorised change.", "組態資料僅能透過核准的變更異動。",
    asks=("change", "correction"), of="ci",
)  # fmt: skip
def authorised_change(record: Any, move: Move) -> bool:
    """Tell whether a change that stands authorised and names the item is given, or a verified correction of it."""
    from configuration import authority

    return authority.grounds_of(record, move) is not None


def complete(record: Any, move: Move) -> str:
    """Object to going live while a required attribute of its class is empty."""
    from configuration import attributes

    missing = attributes.missing(record)
    if missing:
        return gettext("Still empty, but required: %(names)s.") % {"names": gettext(", ").join(missing)}
    return ""
