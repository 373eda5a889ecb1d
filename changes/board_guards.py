"""The conditions of meetings; the sentences are the specification's."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext

from itsm.flow import Move, guard
from itsm.tickets.guards import MINUTES


@guard("g_all_items_decided", "Some items have no decision.", "尚有議案未決議。")
def all_items_decided(record: Any, move: Move) -> bool:
    """Tell whether every item of the agenda was decided."""
    return not record.items.filter(decision="").exists()


def minutes_written(record: Any) -> bool:
    """Tell whether the minutes were written, name who was there, and hold a decision on every item."""
    items = record.minutes.get("items", [])
    return any(row["present"] for row in record.minutes.get("attendees", [])) and all(row["decision"] for row in items)


MINUTES["cab_meeting"] = minutes_written


def names_in(text: str) -> list[str]:
    """List the user names in ``text``, each once."""
    return list(dict.fromkeys(part for part in re.split(r"[\s,;，；、]+", text) if part))


def attendees_known(record: Any, move: Move) -> str:
    """Object to attendees who have no seat on the board and stand in for nobody."""
    from changes.seats import guests, seated

    names = names_in(move.given("attendees", ""))
    if not names:
        return ""  # the missing input objects by itself, and an offer asks nothing yet
    known = {person.username for person in (*seated(record.board, at=move.at), *guests(record.board, at=move.at))}
    unknown = [name for name in names if name not in known]
    return gettext("These have no seat on the board: %(names)s.") % {"names": ", ".join(unknown)} if unknown else ""


def signer_was_there(record: Any, move: Move) -> str:
    """Object to somebody who confirms minutes of a meeting that they did not attend."""
    if move.by is None or record.state != "minutes":
        return ""
    there = {pk for row in record.attendance.filter(is_present=True) for pk in (row.proxy_id or row.person_id,)}
    return "" if move.by.pk in there else gettext("Only who attended the meeting may confirm its minutes.")
