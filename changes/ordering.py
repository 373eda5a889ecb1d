"""The order of an agenda: who leads the meeting moves its open items, and the journal of the meeting keeps it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from changes import agendas
from changes.chairing import item_of, lead
from itsm.records import journal
from itsm.records.models import Event
from itsm.records.refusals import MovedOn, Objected

if TYPE_CHECKING:
    from itsm.people.models import Person


class Placed(NamedTuple):
    """An item where it stands now, and how many items there are."""

    item: Any
    position: int
    of: int


def place(
    meeting: Any, item: int, *, position: int, by: Person, at: datetime | None = None, channel: str = "web"
) -> Placed:
    """Put an item at that place of the agenda, the first being 1; the others keep their order.

    :raises NotAllowed: if ``by`` does not lead the meeting
    :raises MovedOn: if the meeting takes no items any more, or the item is decided
    :raises Objected: if the item is gone, or the agenda has no such place
    """
    return _placed(meeting, item, by=by, at=at, channel=channel, to=lambda _here, _count: position)


def shift(meeting: Any, item: int, *, steps: int, by: Person, at: datetime | None = None) -> Placed:
    """Promote (-1) or demote (1) an item, at the ends no further; else as ``place``."""

    def to(here: int, count: int) -> int:
        return min(max(here + steps, 1), count)

    return _placed(meeting, item, by=by, at=at, channel="web", to=to)


def _placed(
    meeting: Any, item: int, *, by: Person, at: datetime | None, channel: str, to: Callable[[int, int], int]
) -> Placed:
    with transaction.atomic():
        locked, move = lead(meeting, by=by, at=at, channel=channel, name="reorder")
        row = item_of(locked, item)
        if locked.state not in agendas.OPEN_TO_ITEMS:
            raise MovedOn(str(locked.flows[0].states[locked.state].label))
        if row.decision:
            raise MovedOn(str(row.get_decision_display()))
        keys = list(locked.items.order_by("position", "pk").values_list("pk", flat=True))
        wanted = to(keys.index(row.pk) + 1, len(keys))
        if not 1 <= wanted <= len(keys):
            raise Objected(fields={"position": _("The agenda has the places 1 to %(count)s.") % {"count": len(keys)}})
        left, taken = agendas.put_at(row, position=wanted)
        if left != taken:
            facts: dict[str, Any] = {"item": row.pk, "left": left, "taken": taken}
            journal.write(locked, kind=Event.Kind.EDITED, name="reorder", move=move, **facts)
    return Placed(row, taken, len(keys))
