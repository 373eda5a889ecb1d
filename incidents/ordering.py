"""The form of what is ordered: reading its answers, and filling it in afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext

from catalogue.items.answers import Judge, NotFound, judge
from itsm.flow import Input, Move, Words
from itsm.records import journal, register
from itsm.records.clock import database_now, whole
from itsm.records.models import Event
from itsm.records.perform import lock, saving
from itsm.records.refusals import NotAllowed, Objected
from itsm.records.roles import roles_on
from itsm.tickets import choices

if TYPE_CHECKING:
    from catalogue.models import RequestItem
    from itsm.people.models import Person


def read_answers(
    item: RequestItem, given: Mapping[str, Any], *, by: Person, at: datetime, with_files: bool = False
) -> list[dict[str, Any]]:
    """Read the answers to the form of ``item`` as they are kept.

    :raises Objected: naming each field that is missing or wrong
    """
    found = judge(item.form_fields, given, by=Judge(_finder(by), localdate(at), with_files))
    if found.faults:
        raise Objected(fields=found.faults)
    return found.rows


def _finder(person: Person) -> Any:
    """Find people and configuration items as ``person`` may see them."""

    def find(kind: str, raw: str) -> tuple[str, str]:
        if kind == "ci" and not person.is_worker:  # who asks knows the label on the device, not the register
            return raw, raw
        try:
            row = choices.find(Input("answer", Words("", ""), kind), raw, record=Nothing, person=person)
        except (choices.NotOffered, register.UnknownProcess) as fault:
            raise NotFound(
                gettext("“%(value)s” is not among what may be chosen here.") % {"value": raw[:80]}
            ) from fault
        return (row.username, row.name) if kind == "person" else (row.number, f"{row.number} {row.title}")

    return find


class Nothing:
    """Stands for a record that is not there yet."""

    pk = None
    kind = "service_request"


def fill_in(record: Any, given: Mapping[str, Any], *, by: Person, at: datetime | None = None) -> Any:
    """Fill in the form of an order that stands already, for who asked for it or by who works on it.

    :raises NotAllowed: if ``by`` neither works on it nor asked for it
    :raises Objected: if it is over, has no form, or an answer is missing or wrong
    """
    with transaction.atomic():
        locked = lock(record)
        if not roles_on(locked, person=by) & (register.workers(locked) | {"user"}):
            raise NotAllowed
        if not locked.is_open or locked.request_item_id is None or not locked.request_item.form:
            raise Objected(gettext("There is no form to fill in here."))
        move = Move("fill_in_form", by, whole(at or database_now()))
        rows = read_answers(locked.request_item, given, by=by, at=move.at)
        with saving(locked):
            locked.answers = rows
            locked.version += 1
            locked.changed_at = move.at
        journal.write(
            locked, kind=Event.Kind.EDITED, name=move.name, move=move, public=True,
            answers={row["label_zh"]: row["text_zh"] for row in rows},
        )  # fmt: skip
    return locked
