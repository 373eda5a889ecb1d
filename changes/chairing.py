"""Leading a meeting: hearing items, recording decisions through the change's own moves, remarks, further items."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext

from changes import agendas, ballots, board_steps, calls
from changes.board_models import CabItem, CabMeeting
from changes.models import Change
from itsm.flow import Move
from itsm.records import journal
from itsm.records.clock import database_now, whole
from itsm.records.models import Event
from itsm.records.perform import lock, perform
from itsm.records.refusals import MovedOn, NotAllowed, Objected
from itsm.records.roles import roles_on

if TYPE_CHECKING:
    from itsm.people.models import Person

LEADS = frozenset({"change_manager"})
MOVES = {"approve": "cab_approve", "reject": "cab_reject", "defer": "cab_defer"}
CARRIES = {"approve": "approved", "reject": "rejected", "defer": ""}
LONGEST = 4000


def leads(meeting: Any, person: Person) -> bool:
    """Tell whether ``person`` leads the meeting: the owner of the process, or who chairs the board."""
    if roles_on(meeting, person=person) & LEADS:
        return True
    chairs = meeting.board.members.filter(is_chair=True)
    return bool(
        chairs.filter(person=person.pk).exists() or chairs.filter(person__in=_stands_in(meeting, person)).exists()
    )


def _stands_in(meeting: Any, person: Person) -> list[int]:
    """List the members in whose seat ``person`` sits at this meeting."""
    acting = set(meeting.attendance.filter(proxy=person.pk).values_list("person", flat=True))
    alternates = meeting.board.members.filter(person=person.pk).exclude(alternate_for=None)
    return [*acting, *alternates.values_list("alternate_for", flat=True)]


def lead(
    meeting: Any, *, by: Person, at: datetime | None = None, channel: str = "web", name: str = "lead"
) -> tuple[Any, Move]:
    """Lock the meeting for ``by``, who must lead it; ``name`` is what they do there.

    :raises NotAllowed: if they do not
    """
    locked = lock(meeting)
    if not leads(locked, by):
        raise NotAllowed
    return locked, Move(name, by, whole(at or database_now()), channel)


def hear(meeting: Any, item: int, *, by: Person, at: datetime | None = None) -> None:
    """Begin with an item; the one before is put down."""
    with transaction.atomic():
        locked, move = lead(meeting, by=by, at=at)
        _start(locked, item_of(locked, item), at=move.at)


def pause(meeting: Any, *, by: Person, at: datetime | None = None) -> None:
    """Stop the timer of the item that is being heard."""
    with transaction.atomic():
        locked, move = lead(meeting, by=by, at=at)
        agendas.halt(locked, at=move.at)


def proceed(meeting: Any, *, by: Person, at: datetime | None = None) -> None:
    """Go on with the first item after the present one that is not decided; after the last one from the top."""
    with transaction.atomic():
        locked, move = lead(meeting, by=by, at=at)
        here = agendas.running(locked)
        waiting = list(
            locked.items.filter(decision="").exclude(pk=here.pk if here else None).order_by("position", "pk")
        )
        after = [row for row in waiting if here is None or row.position > here.position]
        if not waiting:
            agendas.halt(locked, at=move.at)
        else:
            _start(locked, (after or waiting)[0], at=move.at)


def _start(meeting: Any, item: CabItem, *, at: datetime) -> None:
    """Hear the item, and call those of the one after it."""
    agendas.start(item, at=at)
    calls.call(meeting, item, at=at)


def add(meeting: Any, change: Any, *, by: Person, at: datetime | None = None) -> None:
    """Put a change on the agenda by hand, also after the cut-off.

    :raises Objected: if it does not wait for the board, or stands there already
    """
    with transaction.atomic():
        locked, _move = lead(meeting, by=by, at=at)
        if locked.state not in agendas.OPEN_TO_ITEMS:
            raise MovedOn(str(locked.flows[0].states[locked.state].label))
        if change.state != "cab_review":
            raise Objected(gettext("%(number)s does not wait for the board.") % {"number": change.number})
        change.board_items.filter(decision="", meeting__state__in=("planned", "agenda_published")).exclude(
            meeting=locked
        ).delete()
        if agendas.put(locked, change, purpose="decide") is None:
            raise Objected(gettext("%(number)s stands on the agenda already.") % {"number": change.number})


def remark(meeting: Any, text: str, *, by: Person, at: datetime | None = None, channel: str = "web") -> None:
    """Write a remark into the minutes while the meeting is in session; members may, too.

    :raises Objected: if it is empty
    """
    said = text.replace("\x00", "").strip()[:LONGEST]
    with transaction.atomic():
        locked = lock(meeting)
        if not roles_on(locked, person=by) & {"change_manager", "cab"}:
            raise NotAllowed
        if locked.state != "in_session":
            raise MovedOn(str(locked.flows[0].states[locked.state].label))
        if not said:
            raise Objected(fields={"text": gettext("Write what was said.")})
        move = Move("remark", by, whole(at or database_now()), channel)
        journal.write(locked, kind=Event.Kind.COMMENT, name="remark", move=move, reason=said)


def decide(
    meeting: Any,
    item: int,
    decision: str,
    *,
    by: Person,
    at: datetime | None = None,
    channel: str = "web",
    **given: Any,
) -> CabItem:
    """Record the decision on an item: on a change through its own move, whose guards count the votes.

    :raises NotAllowed: if ``by`` neither leads the meeting nor sits on its board
    :raises Objected: if the votes do not carry the decision, or a reason is missing
    """
    with transaction.atomic():
        locked = CabMeeting.objects.select_related("board").get(pk=meeting.pk)
        if not roles_on(locked, person=by) & {"cab"} and not leads(locked, by):
            raise NotAllowed
        row = item_of(locked, item)
        if row.decision:
            raise MovedOn(str(row.get_decision_display()))
        if row.purpose == CabItem.Purpose.DECIDE:
            _decide_change(row, decision, by, at, channel, given)
        else:
            _decide_other(row, decision, by, at, channel, given)
        row.refresh_from_db()
    return row


def _decide_change(
    row: CabItem, decision: str, by: Person, at: datetime | None, channel: str, given: dict[str, Any]
) -> None:
    if decision not in MOVES:
        raise Objected(fields={"decision": gettext("Choose the decision.")})
    change = Change.objects.get(pk=row.change_id)
    wanted = {item.name for item in change.flows[0].transitions[MOVES[decision]].inputs}
    perform(
        change, MOVES[decision], by=by, at=at, channel=channel, **{name: given[name] for name in wanted & given.keys()}
    )


def _decide_other(
    row: CabItem, decision: str, by: Person, at: datetime | None, channel: str, given: dict[str, Any]
) -> None:
    """Ratify an emergency by the votes on it, or take note of a result."""
    change = lock(Change.objects.get(pk=row.change_id))
    move = Move("board_ratify", by, whole(at or database_now()), channel, inputs=dict(given))
    if row.purpose == CabItem.Purpose.HEAR:
        if decision != CabItem.Decision.NOTED:
            raise Objected(fields={"decision": gettext("A result is only taken note of.")})
        board_steps.mark(row, decision, move)
        return
    if decision not in MOVES:
        raise Objected(fields={"decision": gettext("Choose the decision.")})
    ballot = ballots.recheck(change, move=move)
    carried = ballots.tally(ballot, change, at=move.at).decision if ballot else ""
    if CARRIES[decision] and carried != CARRIES[decision]:
        raise Objected(gettext("The votes do not carry this decision."))
    if not str(given.get("reason", "")).strip():
        raise Objected(fields={"reason": gettext("Say why.")})
    _ratify(row, change, ballot, decision, move)


def _ratify(row: CabItem, change: Any, ballot: Any, decision: str, move: Move) -> None:
    if ballot is not None:
        ballots.end(ballot, outcome=CARRIES[decision] or "deferred", at=move.at)
    board_steps.mark(row, decision, move)
    journal.write(
        change,
        kind=Event.Kind.APPROVAL,
        name=f"board_ratify_{decision}",
        move=move,
        reason=str(move.given("reason", "")),
        public=True,
    )
    if decision == CabItem.Decision.DEFER:
        ballots.open_round(change, at=move.at, move=move, purpose="ratify")
        agendas.hand_on(row.meeting, at=move.at, only=row)


def item_of(meeting: Any, key: int) -> CabItem:
    """Find an item of the agenda.

    :raises Objected: if it stands there no more
    """
    found: CabItem | None = meeting.items.select_related("meeting").filter(pk=key).first()
    if found is None:
        raise Objected(gettext("This item stands on the agenda no more."))
    return found
