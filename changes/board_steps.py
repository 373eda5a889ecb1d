"""What the board does when a change moves or is edited, and the roles that a seat gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from changes import agendas, ballots, board_telling, fingerprint, material
from changes.board_models import Ballot, CabItem, Condition
from changes.casting import mandate
from changes.flow import CHANGE
from changes.seats import guests, seated
from itsm.flow import Move
from itsm.records import journal
from itsm.records.clock import database_now
from itsm.records.models import Event

if TYPE_CHECKING:
    from itsm.people.models import Person

DECISIONS = {"cab_approve": "approve", "cab_reject": "reject", "cab_defer": "defer"}
#: States between the board's yes and the end of the work: an edit then voids the decision.
STANDING = ("service_transition", "implementation_review", "scheduled")


def during(record: Any, move: Move) -> None:
    """Void votes, or a decision, when a change is edited materially (a step of every move and edit)."""
    if record.kind != "change" or move.name in CHANGE.transitions or move.name == "open":
        return
    ballots.recheck(record, move=move)
    void_decision(record, move)


def void_decision(record: Any, move: Move) -> None:
    """Void the board's yes when the change no longer says what was approved."""
    if record.state not in STANDING:
        return
    last = approved(record)
    if last is None or fingerprint.core(material.words_of(record)) == last.core:
        return
    fields = _altered(record, last)
    last.outcome, last.void_reason = Ballot.Outcome.VOID, fingerprint.labels(record, fields)
    last.save(update_fields=["outcome", "void_reason"])
    said = journal.write(record, kind=Event.Kind.APPROVAL, name="decision_void", move=move, public=True, fields=fields)
    board_telling.decision_void(record, move, said)


def _altered(record: Any, ballot: Any) -> list[str]:
    fields = fingerprint.differing(ballot.read, material.words_of(record))
    return [name for name in fields if name not in fingerprint.SETTLED_LATER]


def approved(change: Any) -> Any:
    """Give the round in which the board approved the change, or None."""
    rows = change.ballots.filter(purpose="decide").exclude(ended_at=None)
    last = rows.order_by("-round").first()
    return last if last is not None and last.outcome == Ballot.Outcome.APPROVED else None


def journaled(record: Any, move: Move, event: Event) -> None:
    """Open and end rounds, and keep agendas true, when a change moves (a step of every move)."""
    if record.kind != "change" or event.imported or event.kind != Event.Kind.MOVE:
        return
    if move.name == "classify_major":
        _await_board(record, move)
    elif move.name in DECISIONS:
        _decided(record, move)
    elif move.name in ("return_to_requester", "withdraw"):
        _taken_back(record, move)
    elif move.name == "authorize_emergency":
        agendas.place(record, purpose="ratify", at=move.at)
        ballots.open_round(record, at=move.at, move=move, purpose="ratify")
    elif move.name == "complete_retro_forms":
        ballots.recheck(record, move=move)
    elif move.name == "close" and (record.change_class == "major" or record.outcome in ("failed", "backed_out")):
        agendas.place(record, purpose="hear", at=move.at)


def _await_board(record: Any, move: Move) -> None:
    ballots.open_round(record, at=move.at, move=move)
    agendas.place(record, purpose="decide", at=move.at)


def _taken_back(record: Any, move: Move) -> None:
    ballot = ballots.current(record)
    if ballot is not None and ballot.purpose == Ballot.Purpose.DECIDE:
        ballots.end(ballot, outcome=Ballot.Outcome.VOID, at=move.at, reason=str(move.given("reason", "")))
    agendas.drop(record)


def _decided(record: Any, move: Move) -> None:
    ballot = ballots.current(record)
    if ballot is None:
        return
    conditions = _conditions(record, ballot, move) if move.name == "cab_approve" else []
    ballots.end(ballot, outcome=ballots.OUTCOMES[move.name], at=move.at)
    item = _item(record)
    if item is not None:
        mark(item, DECISIONS[move.name], move, conditions="\n".join(conditions))
    if move.name == "cab_defer":
        ballots.open_round(record, at=move.at, move=move)
        if item is not None:
            agendas.hand_on(item.meeting, at=move.at, only=item, since=move.given("next_meeting"))


def _item(record: Any) -> Any:
    """Find the point of an agenda at which the decision was made: that of the running meeting, else of the next."""
    rows = record.board_items.filter(purpose="decide", decision="", meeting__state__in=agendas.OPEN_TO_ITEMS)
    found = sorted(
        rows.select_related("meeting__board"),
        key=lambda row: (row.meeting.state != "in_session", row.meeting.starts_at),
    )
    return found[0] if found else None


def mark(item: CabItem, decision: str, move: Move, *, conditions: str = "") -> None:
    """Write the decision on the agenda and stop its timer."""
    if item.running_since is not None:
        item.spent_seconds += max(0, int((move.at - item.running_since).total_seconds()))
        item.running_since = None
    item.decision, item.decided_by, item.decided_at = decision, move.by, move.at
    item.reason, item.conditions = str(move.given("reason", "")), conditions
    item.save()


def _conditions(record: Any, ballot: Any, move: Move) -> list[str]:
    """Let each condition be a task; the work may not begin before all are done."""
    told = str(move.given("conditions", "")).splitlines()
    told += list(ballot.votes.filter(vote="condition").order_by("pk").values_list("condition", flat=True))
    texts = list(dict.fromkeys(text.strip() for text in told if text.strip()))
    for text in texts:
        title = text[:160]
        task = record.tasks.filter(title_zh=title, state="open").first() or record.tasks.create(
            title_zh=title, title_en=title, assignee=record.implementer or record.requester, mandatory=True
        )
        Condition.objects.get_or_create(task=task, defaults={"ballot": ballot})
    return texts


# ---- what the change asks the board (changes/far.py) ----------------------------------------
def stands(change: Any, move: Move) -> str:
    """Object where the board's approval was voided, or what would be done differs from what it approved."""
    from django.utils.translation import gettext

    last = change.ballots.filter(purpose="decide").exclude(ended_at=None).order_by("-round").first()
    if last is None or change.change_class != "major":
        return ""
    words = material.words_of(change)
    words |= {name: move.inputs[name] for name in fingerprint.CORE if move.inputs.get(name) not in (None, "")}
    if last.outcome == Ballot.Outcome.APPROVED and fingerprint.core(words) == last.core:
        return ""
    return gettext(
        "The board approved another version of this change: return it for completion, so that it is voted on anew."
    )


def conditions(change: Any, move: Move) -> str:
    """Object while a condition of the board is not done."""
    from django.utils.translation import gettext

    rows = Condition.objects.filter(ballot__change=change.pk, ballot__outcome="approved").exclude(task__state="done")
    titles = [row.task.title for row in rows.select_related("task").order_by("pk")]
    return gettext("Conditions of the board are open: %(list)s.") % {"list": ", ".join(titles)} if titles else ""


# ---- roles ----------------------------------------------------------------------------------
def board_roles(record: Any, person: Person, roles: set[str]) -> set[str]:
    """Let who has a seat, or stands in for one, act as the board: on the change that waits for it and on its meetings."""
    if record.kind == "change" and record.state == "cab_review" and "cab" not in roles:
        ballot = ballots.current(record)
        if ballot is not None and mandate(ballot, record, person, at=database_now()) is not None:
            return roles | {"cab"}
    if record.kind != "cab_meeting":
        return roles
    roles = (roles | {role for role, process in person.grants_held if process == "change"}) - {"cab"}
    at = database_now()
    sitting = {row.pk for row in (*seated(record.board, at=at), *guests(record.board, at=at))}
    return roles | {"cab"} if person.pk in sitting else roles
