"""What the pages of the committee show: the agenda, the paper of one change, its votes, the minutes so far."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from changes import agendas, ballots, board_forms, budgets, chairing, edited, far, minutes
from changes.board_models import Ballot, CabItem, CabVote
from changes.casting import mandate
from changes.models import Change
from changes.seats import conflict_words, day_of, members, proxies
from itsm.people.models import Person
from itsm.records.roles import roles_on
from itsm.tickets.finding import page_of
from itsm.ui.moments import iso, span

if TYPE_CHECKING:
    from collections.abc import Mapping

MODES = ("member", "presenter", "projector")
#: Up to these shares of its time an item is calm, near its end, at its end.
CALM, NEAR = 50, 70
GLYPHS = {"approve": "check", "reject": "cross", "defer": "clock", "noted": "check"}
RELATED = ("change__service", "change__requester", "change__implementer", "presenter", "decided_by")


def meeting_page(record: Any, *, person: Any, at: datetime) -> dict[str, Any]:
    """Give what the page of a meeting shows beside what all records show (``Process.page``)."""
    record.title = f"{record.board.name} #{record.ordinal}"  # in the reader's language; nothing is saved
    return live(record, person=person, at=at, query=record.__dict__.get("asked")) | {
        "pdfs": _pdfs(record), "drawing": awaits_files(record),
    }  # fmt: skip


def live(meeting: Any, *, person: Any, at: datetime, query: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Collect the agenda, the item that is looked at, and what the person may do with both."""
    given = query or {}
    rows = list(meeting.items.select_related(*RELATED).order_by("position", "pk"))
    readable = _readable(rows, person)
    item = _looked_at(rows, given.get("item", ""))
    conflicts = far.answers.conflicts_of([row.change for row in rows if row.purpose == CabItem.Purpose.DECIDE])
    shown = [agenda_row(row, readable, conflicts, current=item, at=at) for row in rows]
    leads = chairing.leads(meeting, person)
    wanted = given.get("mode", "")
    mode = wanted if wanted in MODES else "presenter" if leads else "member"
    return {
        "meeting": meeting, "rows": shown, "item": item, "leads": leads, "running": next((row for row in rows if row.running_since), None),
        "mode": mode, "modes": MODES, "attendance": attendance(meeting, at=at),
        "may_order": leads and mode == "presenter" and meeting.state in agendas.OPEN_TO_ITEMS and len(rows) > 1,
        "lasted": lasted(meeting, at=at), "remarks": minutes.remarks(meeting), "around": _around(rows, item),
        "may_remark": bool(roles_on(meeting, person=person) & {"change_manager", "cab"}) and meeting.state == "in_session",
        "orders": (("up", _("Move earlier")), ("down", _("Move later"))), "decided": any(row.decision for row in rows),
        "called": item is not None and item.calls.filter(person=person.pk).exists(),
        "may_call": item is not None and not item.decision and meeting.state in agendas.OPEN_TO_ITEMS,
        "remark_form": board_forms.RemarkForm(auto_id="id_remark_%s"),
        "paper": paper(item.change, person=person, at=at) if item is not None and item.change_id in readable else None,
        **(voting(item, meeting, person=person, at=at, leads=leads) if item is not None and item.change_id in readable else {}),
    }  # fmt: skip


def _readable(rows: list[CabItem], person: Any) -> set[int]:
    """Tell which changes the person may read: those they may see anyway, and all on which they are to vote."""
    keys = [row.change_id for row in rows]
    seen = set(Change.objects.visible_to(person).filter(pk__in=keys).values_list("pk", flat=True))
    boards = {row.meeting.board_id for row in rows if row.change_id not in seen}
    if boards and Ballot.objects.filter(board__in=boards, board__members__person=person.pk).exists():
        return set(keys)
    return seen


def _looked_at(rows: list[CabItem], wanted: str) -> CabItem | None:
    """Choose the item: the one asked for, else the one being heard, else the first that is not decided."""
    if wanted.isdecimal() and len(wanted) < 19:
        return next((row for row in rows if row.pk == int(wanted)), None)
    heard = next((row for row in rows if row.running_since), None)
    return heard or next((row for row in rows if not row.decision), rows[0] if rows else None)


def _around(rows: list[CabItem], item: CabItem | None) -> dict[str, Any]:
    here = next((number for number, row in enumerate(rows) if item is not None and row.pk == item.pk), None)
    if here is None:
        return {}
    return {
        "before": rows[here - 1] if here > 0 else None,
        "after": rows[here + 1] if here + 1 < len(rows) else None,
        "place": here + 1,
        "of": len(rows),
    }


def agenda_row(
    row: CabItem, readable: set[int], conflicts: dict[int, int], *, current: CabItem | None, at: datetime
) -> dict[str, Any]:
    """Show one line of the agenda."""
    open_to_reader = row.change_id in readable
    title = row.change.title if open_to_reader else _("confidential")
    return {
        "item": row, "number": row.change.number if open_to_reader else "", "title": title,
        "glyph": GLYPHS.get(row.decision, "dot" if row.running_since else "ring"), "current": current is not None and row.pk == current.pk,
        "conflicts": conflicts.get(row.change_id, 0), "timer": timer(row, at=at), "alone": row.change.break_glass,
        "outcome": row.change.get_outcome_display() if row.purpose == CabItem.Purpose.HEAR else "",
    }  # fmt: skip


def timer(row: CabItem, *, at: datetime) -> dict[str, Any]:
    """Give how long an item was heard against its time."""
    spent = row.spent_seconds + (int((at - row.running_since).total_seconds()) if row.running_since else 0)
    most = row.meeting.board.minutes_per_item * 60
    share = 100 * spent // most if most else 0
    tone = "done" if share < CALM else "waiting" if share < NEAR else "decision" if share <= 100 else "danger"
    return {"spent": clock(spent), "most": clock(most), "share": min(share, 100), "tone": tone, "seconds": spent}


def clock(seconds: int) -> str:
    """Write a duration as minutes and seconds."""
    return f"{seconds // 60:02d}:{seconds % 60:02d}"


def lasted(meeting: Any, *, at: datetime) -> dict[str, Any] | None:
    """Give how long the meeting lasts against its length; None before it began."""
    if meeting.opened_at is None:
        return None
    spent = int(((meeting.ended_at or at) - meeting.opened_at).total_seconds())
    most = int((meeting.ends_at - meeting.starts_at).total_seconds())
    return {"spent": clock(spent), "most": clock(most), "share": min(100 * spent // most, 100)}


def attendance(meeting: Any, *, at: datetime) -> dict[str, Any]:
    """Give who is there, or before the meeting who can be expected, and whether that makes a quorum."""
    rows = list(meeting.attendance.select_related("person", "proxy"))
    if rows:
        there = [row for row in rows if row.is_present]
        return _counted(meeting, len(rows), len(there), [str(row.proxy or row.person) for row in there], expected=False)
    day = meeting.starts_at
    acting = {row.member_id for row in proxies(meeting.board, at=day)}
    seats = [row for row in members(meeting.board, at=day) if row.alternate_for_id is None]
    away = set(_absent([row.person_id for row in seats], day_of(meeting.board, day)))
    coming = [row for row in seats if row.person_id not in away or row.person_id in acting]
    return _counted(meeting, len(seats), len(coming), [str(row.person) for row in coming], expected=True)


def _counted(meeting: Any, seats: int, there: int, names: list[str], *, expected: bool) -> dict[str, Any]:
    needed = -(-seats * meeting.board.quorum_percent // 100)
    return {
        "seats": seats, "there": there, "needed": needed, "names": names, "met": there >= needed and seats > 0, "expected": expected,
    }  # fmt: skip


def _absent(keys: list[int], day: date) -> list[int]:
    return list(
        Person.objects.filter(pk__in=keys, absences__starts_on__lte=day, absences__ends_on__gte=day).values_list(
            "pk", flat=True
        )
    )


def paper(change: Any, *, person: Any, at: datetime) -> dict[str, Any]:
    """Give the one page on which a change is decided."""
    services = list(dict.fromkeys([*([change.service] if change.service else []), *change.affected_services.all()]))
    clashes = (
        far.answers.conflicts(change, change.window_start, change.window_end, change.implementer_id)
        if change.window_start and change.window_end
        else []
    )
    return {
        "budgets": partial(budgets.left_for, change, services, at=at),  # reckoned only where it is shown
        "change": change, "url": page_of(change), "services": services, "items": len(far.answers.items(change)), "clashes": clashes,
        "basis": [str(word) for word in change.class_basis], "edits": edited.edits(change, person=person),
        "state": change.flows[0].states[change.state],
        "texts": [
            (label, text)
            for label, text in (
                (_("Reason for the change"), change.justification), (_("Impact and risk"), change.impact_text),
                (_("Implementation plan"), change.plan), (_("Test"), change.test_result or change.test_plan),
                (_("Back-out plan"), change.backout_plan), (_("Communication plan"), change.communication_plan),
                (_("Lessons"), change.lessons),
            )
            if text
        ],
    }  # fmt: skip


def voting(item: CabItem, meeting: Any, *, person: Any, at: datetime, leads: bool) -> dict[str, Any]:
    """Give the votes on the item and the forms to vote and to decide."""
    change = item.change
    ballot = change.ballots.filter(purpose=item.purpose).select_related("board").order_by("-round").first()
    shown = ballot_shown(ballot, change, person=person, at=at) if ballot is not None else {"ballot": None}
    may = meeting.state in agendas.OPEN_TO_ITEMS and not item.decision
    following = agendas.next_meeting(meeting.board, at=at, late=True, after=meeting) if leads and may else None
    form = board_forms.DecideForm(item=item, following=following) if leads and may else None
    return shown | {"decide_form": form, "conditions_of": conditions(change)}


def ballot_shown(ballot: Any, change: Any, *, person: Any, at: datetime) -> dict[str, Any]:
    """Give one round: its count, its seats, and the form of who may vote."""
    counted = ballots.tally(ballot, change, at=at)
    mine = mandate(ballot, change, person, at=at) if ballot.ended_at is None else None
    given = {row.member_id: row for row in ballot.votes.select_related("member", "cast_by")}
    own = given.get(mine.member) if mine else None
    first = {"paper": ballot.paper} | (
        {"vote": own.vote, "reason": own.reason, "condition": own.condition} if own else {}
    )
    return {
        "ballot": ballot, "tally": counted, "counts": [(str(CabVote.Vote(code).label), code, n) for code, n in counted.counts.items()],
        "seats": _seats(ballot, change, given, at=at), "mine": mine, "own": own,
        "stands_for": given_name(mine.member) if mine and mine.proxy else "",
        "conflict": conflict_words(mine.conflict) if mine and mine.conflict else "",
        "vote_form": board_forms.VoteForm(initial=first, auto_id="id_vote_%s") if mine and not mine.conflict else None,
        "vote_url": reverse("board:ballot", args=[ballot.pk]),
    }  # fmt: skip


def given_name(key: int) -> str:
    """Give the name of a person by key."""
    return str(Person.objects.get(pk=key).name)


def _seats(ballot: Any, change: Any, given: dict[int, Any], *, at: datetime) -> list[dict[str, Any]]:
    """List the seats with what they said; who may not vote with the reason."""
    places = ballots.seats_of(ballot, change, at=at)
    names = {person.pk: person for person in Person.objects.filter(pk__in=[row.person for row in places])}
    return [
        {
            "person": names[row.person], "place": row, "vote": given.get(row.person),
            "why": conflict_words(row.conflict) if row.conflict else "",
            "by": _other(given.get(row.person)),
        }
        for row in places
    ]  # fmt: skip


def _other(vote: Any) -> str:
    return vote.cast_by.name if vote is not None and vote.cast_by_id not in (None, vote.member_id) else ""


def conditions(change: Any) -> list[dict[str, Any]]:
    """List the conditions of the board's yes and whether they are met."""
    from changes.board_models import Condition

    rows = Condition.objects.filter(ballot__change=change.pk).select_related("task").order_by("pk")
    return [{"title": row.task.title, "done": row.task.state == "done"} for row in rows]


def awaits_files(meeting: Any) -> bool:
    """Tell whether the minutes are signed and not drawn yet."""
    return meeting.signed_at is not None and meeting.files_at is None


def _pdfs(meeting: Any) -> list[dict[str, str]]:
    kinds = [("agenda", _("Agenda"))]
    if meeting.ended_at is not None and not awaits_files(meeting):
        kinds.append(("minutes", _("Minutes")))
    return [
        {"url": f"/cab/{meeting.number}/{kind}.pdf?lang={code}", "label": f"{label} ({words})"}
        for kind, label in kinds
        for code, words in (("zh-hant", "中文"), ("en", "English"))
    ]


# ---- the page of all meetings ---------------------------------------------------------------
def countdown(moment: datetime, *, at: datetime) -> dict[str, Any]:
    """Give the chip that counts down to ``moment``."""
    left = int((moment - at).total_seconds())
    text = _("in %(time)s") % {"time": span(left)} if left > 0 else _("over")
    return {
        "look": "running" if left > 86400 else "soon" if left > 0 else "missed",
        "text": text,
        "due": iso(moment),
        "left": left,
    }
