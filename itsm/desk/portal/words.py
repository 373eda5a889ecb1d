"""Plain words for the states of a case: the one table between the flows and what requesters read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from itsm.draw.rail import GLYPHS
from itsm.flow import Words

#: The kinds of cases that requesters follow.
KINDS = ("incident", "service_request", "complaint")
#: States in which nothing goes on before the requester acts; a question on hold is asked apart.
TO_CONFIRM = ("awaiting_confirmation", "awaiting_consent")
STEPS = (
    Words("Received", "收到"),
    Words("In progress", "處理中"),
    Words("You confirm", "待您確認"),
    Words("Closed", "結案"),
)
NO_STEP = -1


@dataclass(frozen=True)
class PublicState:
    """A state as requesters read it; ``step`` is its place among the four public steps."""

    label: Words
    tone: str
    step: int = NO_STEP


RECEIVED = PublicState(Words("Received", "已收到"), "new", 0)
WORKING = PublicState(Words("In progress", "處理中"), "working", 1)
WAITING = PublicState(Words("On hold", "暫時等待中"), "waiting", 1)
ANSWER = PublicState(Words("Waiting for your answer", "等您回覆"), "decision", 1)
APPROVAL = PublicState(Words("Waiting for approval", "待核准"), "decision", 1)
CONFIRM = PublicState(Words("Please confirm", "待您確認"), "decision", 2)
STATES = {
    "reported": RECEIVED,
    "submitted": RECEIVED,
    "registered": WORKING,
    "classified": WORKING,
    "l1_processing": WORKING,
    "l2_processing": WORKING,
    "on_hold": WAITING,
    "pending_approval": APPROVAL,
    "awaiting_confirmation": CONFIRM,
    "awaiting_consent": PublicState(Words("Do you agree?", "待您表示同意"), "decision", 2),
    "major_review": PublicState(Words("Solved", "已解決"), "done", 3),
    "closed": PublicState(Words("Closed", "結案"), "closed", 3),
    "rejected": PublicState(Words("Not approved", "未核准"), "closed"),
    "reclassified": PublicState(Words("Continues as another case", "已轉為另一案件"), "closed"),
    "withdrawn": PublicState(Words("Withdrawn", "已撤回"), "closed"),
    "cancelled": PublicState(Words("Withdrawn or cancelled", "已撤回或取消"), "closed"),
}


@dataclass(frozen=True)
class PublicStep:
    """One of the four steps, ready to be drawn."""

    label: str
    state: str
    glyph: str
    word: str


def public_state(case: Any) -> PublicState:
    """This will give the state of ``case`` in plain words; one that the table does not know counts as worked on."""
    if case.state == "on_hold" and asks_requester(case):
        return ANSWER
    return STATES.get(case.state, WORKING)


def asks_requester(case: Any) -> bool:
    """This will tell whether ``case`` waits for an answer of the requester."""
    return case.state == "on_hold" and case.hold_reason is not None and case.hold_reason.asks_requester


def waits_for_requester(case: Any) -> bool:
    """This will tell whether nothing goes on in ``case`` before the requester acts."""
    return case.state in TO_CONFIRM or asks_requester(case)


def public_steps(state: PublicState, *, is_open: bool) -> list[PublicStep]:
    """This will lay out the four steps; nothing for a case that ended another way."""
    if state.step == NO_STEP:
        return []
    words = {"walked": _("done"), "now": _("now"), "open": _("to come")}
    found = []
    for place, label in enumerate(STEPS):
        how = "walked" if place < state.step or not is_open else "now" if place == state.step else "open"
        found.append(PublicStep(str(label), how, GLYPHS[how], words[how]))
    return found
