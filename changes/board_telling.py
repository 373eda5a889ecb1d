"""Who is told what of the board: asked to vote, votes void, blocked, agenda published, decided."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from changes import fingerprint
from changes.seats import guests, places, proxies, seated
from itsm.flow import Move
from itsm.notices import audience
from itsm.notices.outbox import Notice, is_quiet, put_many
from itsm.notices.tell import Telling
from itsm.notices.templates import add_template
from itsm.records.models import Event
from itsm.tickets.lines import Happening, add_label

if TYPE_CHECKING:
    from changes.board_models import Ballot

TEMPLATES = (
    ("board_vote_asked", gettext_lazy("Your vote is needed until %(until)s"), "vote"),
    ("board_vote_late", gettext_lazy("Your vote is missing"), "vote"),
    ("board_votes_void", gettext_lazy("The change was edited: the votes on it are void"), "reason"),
    ("board_blocked", gettext_lazy("Nobody is left who may decide on this change: name further members"), "plain"),
    ("board_decision_void", gettext_lazy("The change was edited after the board approved it: the approval is void"), "reason"),
    ("board_agenda", gettext_lazy("Agenda published: %(meeting)s on %(starts)s"), "agenda"),
    ("board_vote_soon", gettext_lazy("Your vote is missing; votes are awaited until %(until)s"), "vote"),
    ("board_item_next", gettext_lazy("Next at the board: %(number)s"), "agenda"),
    ("board_minutes", gettext_lazy("Minutes to confirm: %(meeting)s"), "agenda"),
)  # fmt: skip


def register() -> None:
    """Register the words and the step that tells."""
    from itsm.records.register import steps

    for name, headline, body in TEMPLATES:
        add_template(name, headline=headline, body=body)
    for name, words in LABELS.items():
        add_label(name, words)
    if journaled not in steps.journaled:
        steps.journaled.append(journaled)


def ask(
    ballot: Ballot, change: Any, *, at: datetime, template: str = "board_vote_asked", but: Collection[int] = ()
) -> None:
    """Ask everybody who may vote in the round, with a link that needs no sign-in; a proxy in place of the member."""
    if is_quiet():
        return
    acting = {row.member_id: row.person_id for row in proxies(ballot.board, at=at)}
    seats = places(ballot.board, change, at=at)
    people = sorted({acting.get(row.person, row.person) for row in seats if not row.conflict and row.person not in but})
    facts = {"link": "vote", "until": ballot.closes_at, "round": ballot.round}
    put_many(
        Notice(
            dedupe_key=f"ballot:{ballot.pk}:{template}:{person}", event="approval", template=template, at=at, person_id=person,
            record_id=change.pk, facts=facts,
        )
        for person in people
    )  # fmt: skip


def escalate(ballot: Ballot, change: Any, *, move: Move, event: Event) -> None:
    """Tell the owners of the process and the management that nobody is left who may decide."""
    _tell_leaders(change, move, event, "board_blocked")


def void(change: Any, move: Move, event: Event, people: Iterable[int]) -> None:
    """Tell those who had voted that their votes are void, and why."""
    _put(change, move, event, "board_votes_void", people)


def decision_void(change: Any, move: Move, event: Event) -> None:
    """Tell the owners of the process that the board's yes counts no more."""
    _tell_leaders(change, move, event, "board_decision_void")


def _tell_leaders(change: Any, move: Move, event: Event, template: str) -> None:
    _put(change, move, event, template, audience.holders("change_manager", "management_rep", process="change"))


def _put(change: Any, move: Move, event: Event, template: str, people: Iterable[int | None]) -> None:
    if is_quiet():
        return
    telling = Telling(change, move, event)
    fields = event.facts.get("fields")
    reason = _in_both(change, fields) if fields else event.reason
    telling.to(people, template, "approval", even_actor=True, reason=reason)
    put_many(telling.notices)


def _in_both(change: Any, fields: Iterable[str]) -> dict[str, str]:
    """Name the fields that were edited in both languages, for who is told reads one of them."""
    said = {}
    for name, code in (("zh_hant", "zh-hant"), ("en", "en")):
        with translation.override(code):
            said[name] = fingerprint.labels(change, fields)
    return said


def item_next(meeting: Any, item: Any, people: Collection[int], *, at: datetime) -> None:
    """Tell those whom an item concerns that it is heard next, once."""
    if is_quiet():
        return
    facts = {
        "number": item.change.number, "meeting": meeting.title, "starts": meeting.starts_at,
        "url": f"{settings.SITE_URL}/cab/{meeting.number}/?item={item.pk}",
    }  # fmt: skip
    put_many(
        Notice(
            dedupe_key=f"cab-item:{item.pk}:{person}", event="reminder", template="board_item_next", at=at, person_id=person,
            record_id=meeting.pk, facts=facts,
        )
        for person in sorted(people)
    )  # fmt: skip


def journaled(record: Any, move: Move, event: Event) -> None:
    """Tell the members when an agenda is published and when minutes wait (a step of every move)."""
    if record.kind != "cab_meeting" or is_quiet():
        return
    template = {"publish_agenda": "board_agenda", "end_meeting": "board_minutes"}.get(move.name)
    if template is None or event.kind != Event.Kind.MOVE:
        return
    people = {row.pk for row in (*seated(record.board, at=move.at), *guests(record.board, at=move.at))}
    facts = {"meeting": record.title, "starts": record.starts_at, "url": f"{settings.SITE_URL}/cab/{record.number}/"}
    telling = Telling(record, move, event)
    telling.to(people, template, "approval", **facts)
    put_many(telling.notices)


# ---- the journal in words -------------------------------------------------------------------
def _voted(event: Happening) -> str:
    from changes.board_models import CabVote

    vote = str(event.facts.get("vote", ""))
    words = str(CabVote.Vote(vote).label) if vote in CabVote.Vote.values else vote
    return _("voted: %(vote)s (round %(round)s)") % {"vote": words, "round": event.facts.get("round", "")}


def _void(event: Happening) -> str:
    said = _("votes of round %(round)s void: the change was edited") % {"round": event.facts.get("round", "")}
    return said + _edited(event)


def _decision_void(event: Happening) -> str:
    return _("the board's approval is void: the change was edited") + _edited(event)


def _edited(event: Happening) -> str:
    """Name the fields that were edited in the reader's language; older lines say them in their reason."""
    from changes.models import Change

    fields = [] if event.reason else event.facts.get("fields") or []
    return f" · {fingerprint.labels(Change, fields)}" if fields else ""


def _reordered(event: Happening) -> str:
    places = {name: event.facts.get(name, "") for name in ("left", "taken")}
    return _("moved item %(left)s of the agenda to place %(taken)s") % places


LABELS = {
    "board_vote": _voted,
    "votes_void": _void,
    "decision_void": _decision_void,
    "board_blocked": lambda event: _("nobody is left who may decide: escalated"),
    "board_ratify_approve": lambda event: _("the board ratified the emergency"),
    "board_ratify_reject": lambda event: _("the board did not ratify the emergency"),
    "board_ratify_defer": lambda event: _("the board deferred the ratification"),
    "remark": lambda event: _("remark in the minutes"),
    "reorder": _reordered,
}
