"""The moves that incidents and service requests share: between the two lines, on hold and back, and open again."""

from incidents import inputs as asks
from incidents import work
from incidents.guards import assignee_in_team, hold_is_sound
from itsm.flow import Transition, Words

WORKED = ("l1_processing", "l2_processing")


def assign_first_line(*, guards: tuple[str, ...], edges: tuple[str, ...]) -> Transition:
    """Make the move by which the desk takes the case itself."""
    return Transition(
        "assign_first_line",
        Words("Desk handles it", "由服務台處理"),
        source=("classified",),
        target="l1_processing",
        roles=("agent", "system"),
        guards=guards,
        inputs=(asks.ASSIGNEE, asks.FIRST_LINE),
        effect=work.assign_first_line,
        edges=edges,
        refuses=(assignee_in_team,),
    )


def escalate_second_line(*, label: Words, guards: tuple[str, ...], edges: tuple[str, ...]) -> Transition:
    """Make the move that hands the case over to the second line."""
    return Transition(
        "escalate_second_line",
        label,
        source=("classified", "l1_processing"),
        target="l2_processing",
        roles=("agent", "system"),
        guards=guards,
        inputs=(asks.SECOND_LINE, asks.ENGINEER, asks.HAND_OVER),
        effect=work.escalate_second_line,
        edges=edges,
        refuses=(assignee_in_team,),
    )


RETURN_FIRST_LINE = Transition(
    "return_first_line",
    Words("Return to desk", "退回服務台"),
    source=("l2_processing",),
    target="l1_processing",
    roles=("engineer",),
    inputs=(asks.REASON,),
    effect=work.return_first_line,
)
HOLD = Transition(
    "hold",
    Words("Put on hold", "暫停等待"),
    source=WORKED,
    target="on_hold",
    roles=("agent", "engineer"),
    inputs=(asks.HOLD_REASON, asks.FOLLOW_UP, asks.QUESTION, asks.WORKAROUND, asks.EVIDENCE),
    effect=work.hold,
    refuses=(hold_is_sound,),
)
RESUME = Transition(
    "resume",
    Words("Resume", "恢復處理"),
    source=("on_hold",),
    target=WORKED,
    roles=("agent", "engineer", "system"),
    effect=work.resume,
)
REOPEN = Transition(
    "reopen",
    Words("Reopen", "重新開啟"),
    source=("closed",),
    target=WORKED,
    roles=("user", "agent"),
    guards=("g_within_reopen",),
    inputs=(asks.REASON,),
    effect=work.reopen,
)
