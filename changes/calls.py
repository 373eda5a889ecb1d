"""Calling people before an item of the agenda: who presents it, and who asked for it, when the one before is heard."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext

from changes import agendas, board_telling
from changes.board_models import CabItem
from changes.call_models import ItemCall
from itsm.records.clock import database_now, whole
from itsm.records.perform import lock
from itsm.records.refusals import MovedOn, Objected

if TYPE_CHECKING:
    from itsm.people.models import Person


def toggle(meeting: Any, item: int, *, by: Person, at: datetime | None = None) -> bool:
    """Ask to be called before the item, or take that back; tells whether ``by`` will be called.

    :raises MovedOn: if the meeting is over
    :raises Objected: if the item stands there no more, or is decided
    """
    with transaction.atomic():
        locked = lock(meeting)
        if locked.state not in agendas.OPEN_TO_ITEMS:
            raise MovedOn(str(locked.flows[0].states[locked.state].label))
        row = locked.items.filter(pk=item, decision="").first()
        if row is None:
            raise Objected(gettext("This item stands on the agenda no more."))
        taken_back, _rows = ItemCall.objects.filter(item=row, person=by, told_at=None).delete()
        if taken_back:
            return False
        ItemCall.objects.get_or_create(item=row, person=by, defaults={"asked_at": whole(at or database_now())})
    return True


def following(meeting: Any, here: CabItem) -> CabItem | None:
    """Give the item that is heard after ``here``: the next one that is not decided."""
    waiting = meeting.items.filter(decision="", position__gte=here.position).exclude(pk=here.pk)
    found: CabItem | None = waiting.select_related("change").order_by("position", "pk").first()
    return found


def call(meeting: Any, here: CabItem, *, at: datetime) -> int:
    """Call those concerned of the item after ``here``, once; gives how many were called."""
    item = following(meeting, here)
    if item is None:
        return 0
    asked = ItemCall.objects.filter(item=item, told_at=None)
    people = {pk for pk in (item.presenter_id, *asked.values_list("person", flat=True)) if pk}
    board_telling.item_next(meeting, item, people, at=at)
    asked.update(told_at=at)
    return len(people)
