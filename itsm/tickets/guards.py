"""The conditions that several processes share; the sentences are the specification's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext

from itsm.flow import Move, guard
from itsm.tickets.assignments import team_meant, tier_asked
from itsm.tickets.settings_models import house_rules


@guard("g_within_reopen", "The reopen window has passed; raise a new record.", "已超過重新開啟期限，請另立新單。")
def within_reopen(record: Any, move: Move) -> bool:
    """Tell whether it was closed no longer ago than the reopen window."""
    return record.closed_at is not None and move.at <= reopens_until(record.closed_at)


def reopens_until(closed_at: datetime) -> datetime:
    """Tell until when a case that was closed then may be opened again."""
    return closed_at + timedelta(days=house_rules().reopen_days)


@guard(
    "g_user_or_timeout",
    "Only the requester can confirm (or record evidence).",
    "須由使用者確認，或登錄確認佐證。",
    asks=("reason",),
)
def user_or_timeout(record: Any, move: Move) -> bool:
    """Tell whether the requester confirms, the timer or alarm does, or the desk has evidence."""
    if move.is_system:
        return move.given("confirmation") in ("timer", "alarm")
    askers = {record.requester_id, record.requested_for_id, getattr(record, "reporter_id", None)}
    return move.by.pk in askers or bool(move.given("reason"))


@guard(
    "g_group_set",
    "Choose an assignment group of the right tier.",
    "請指定正確層級的處理群組。",
    asks=("team", "assignee"),
)
def group_set(record: Any, move: Move) -> bool:
    """Tell whether the team that will work on it is active and of the tier of the move."""
    team = team_meant(record, move)
    return bool(team and team.is_active and team.tier == tier_asked(record, move))


@guard("g_sod", "Separation of duties: you cannot approve your own record.", "職務區隔：不可核准自己的申請。")
def separate(record: Any, move: Move) -> bool:
    """Tell whether the actor neither asked for it, nor gets it, nor works on it, nor carries it out."""
    involved = {
        record.requester_id,
        record.requested_for_id,
        record.assignee_id,
        getattr(record, "implementer_id", None),
    }
    return move.by is not None and move.by.pk not in involved


#: What makes the minutes of a meeting complete, by the kind of record; whichever process holds meetings fills it in.
MINUTES: dict[str, Callable[[Any], bool]] = {}


@guard("g_minutes", "Minutes are missing.", "缺少會議紀錄。")
def minutes_kept(record: Any, move: Move) -> bool:
    """Tell whether the minutes of the meeting are complete."""
    return MINUTES[record.kind](record)


def assignee_in_team(record: Any, move: Move) -> str:
    """Object to somebody who does not belong to the team that is named with them."""
    assignee, team = move.given("assignee"), move.given("team")
    if assignee and team and not team.members.filter(pk=assignee.pk).exists():
        return gettext("%(person)s is not a member of %(team)s.") % {"person": assignee, "team": team}
    return ""
