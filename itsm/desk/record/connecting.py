"""Linking two cases by hand and parting them again: one service for pages and REST."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from changes import services as changes
from itsm.desk.record.relations import BY_HAND
from itsm.flow import Choice, Input, Move, Words
from itsm.records import journal, register
from itsm.records.clock import database_now, whole
from itsm.records.links import link
from itsm.records.models import Event, Link, LinkKind, Record
from itsm.records.perform import lock
from itsm.records.refusals import NotAllowed, Objected
from itsm.records.roles import roles_on
from itsm.tickets.comments import NOTES

if TYPE_CHECKING:
    from itsm.people.models import Person

OTHER = Input("other", Words("Number of the other case", "另一案件的單號"))
KIND = Input(
    "kind", Words("How they are connected", "關聯方式"), "choice",
    choices=(
        Choice("related_to", Words("Related to", "相關於")),
        Choice("escalated_to_problem", Words("Escalated to the problem", "升級為問題")),
        Choice("caused_by_change", Words("Caused by the change or release", "因變更或發行引起")),
    ),
)  # fmt: skip


def connect(case: Any, other: Any, *, kind: str, by: Person, at: datetime | None = None) -> Link:
    """Link two cases by hand, journaled on both.

    :raises NotAllowed: if ``by`` does not work on ``case``
    :raises Objected: if both are the same, or the kind does not fit
    """
    if case.pk == other.pk:
        raise Objected(fields={"other": _("Choose another case.")})
    if kind == LinkKind.ESCALATED_TO_PROBLEM and (case.kind != "incident" or other.kind != "problem"):
        raise Objected(fields={"kind": _("Only an incident is escalated, and only to a problem.")})
    if kind == LinkKind.CAUSED_BY_CHANGE:
        return _blame(case, other, by=by, at=at)
    with transaction.atomic():
        _may_link(case, by)
        moment = whole(at or database_now())
        made = link(case, other, kind=kind, by=by, at=moment)
        _journal("link", case, other, by, moment)
    return made


def _blame(case: Any, other: Any, *, by: Person, at: datetime | None) -> Link:
    """Note what an incident was caused by: a change that was carried out, or a release that was deployed."""
    if case.kind != "incident" or other.kind not in ("change", "release"):
        raise Objected(fields={"kind": _("Only an incident is caused, and only by a change or a release.")})
    if other.kind == "release" and not register.reached(other, "deployed"):
        raise Objected(fields={"other": _("This release was not deployed.")})
    with transaction.atomic():
        _may_link(case, by)
        moment = whole(at or database_now())
        if other.kind == "change":
            changes.note_cause(case, other, by=by, at=moment)
        made = link(case, other, kind=LinkKind.CAUSED_BY_CHANGE, by=by, at=moment)
        if other.kind == "release":
            _journal("link", case, other, by, moment)
    return made


def parted_by_hand(key: int, *, of: Any) -> Link | None:
    """Find a link of the case ``of`` that people part by hand; None where it has none with that key."""
    row = Link.objects.select_related("source", "target").filter(pk=key, auto=False, kind__in=BY_HAND).first()
    return None if row is None or of.pk not in (row.source_id, row.target_id) else row


def part(case: Any, row: Link, *, by: Person, at: datetime | None = None) -> Record:
    """Take a link of ``case`` away, journaled on both, and give the record that it led to; once only.

    :raises NotAllowed: if ``by`` does not work on ``case``
    """
    other = row.target if row.source_id == case.pk else row.source
    with transaction.atomic():
        _may_link(case, by)
        if Link.objects.filter(pk=row.pk).delete()[0]:
            _journal("unlink", case, other, by, whole(at or database_now()))
    return other


def _may_link(case: Any, by: Person) -> None:
    if not roles_on(lock(case), person=by) & (register.workers(case) | NOTES):
        raise NotAllowed


def _journal(name: str, case: Any, other: Any, by: Person, at: datetime) -> None:
    """Write the same on both sides, each naming the other."""
    move = Move(name, by, at)
    journal.write(case, kind=Event.Kind.LINKED, name=name, move=move, other=other.number)
    journal.write(other, kind=Event.Kind.LINKED, name=name, move=move, other=case.number)
