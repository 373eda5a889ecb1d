"""The committee of changes as somebody finds it who looks around: a board, a signed meeting, one within a week."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

from django.utils.timezone import localtime

from changes import chairing, meetings, services
from changes.asks import QUESTIONS
from changes.board_models import Ballot, Board, CabItem, CabMeeting
from changes.casting import cast
from changes.models import Change
from configuration.models import ConfigurationItem
from itsm.demo.world import Case, World
from itsm.hours.models import Calendar
from itsm.records.links import link
from itsm.records.models import LinkKind
from itsm.records.perform import perform
from itsm.tickets.edits import edit

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CODE, NAME = "cab", "變更審核委員會"
MANAGER, CHAIR = "gao", "director"
#: user name, chair, veto, alternate for
SEATS = (
    ("director", True, False, ""), ("sun", False, False, ""), ("liu", False, False, ""), ("kuo", False, True, ""),
    ("huang", False, False, "sun"),
)  # fmt: skip
TEXTS = (
    "resources",
    "security_assessment",
    "capacity_assessment",
    "availability_assessment",
    "continuity_assessment",
    "sla_assessment",
)
WEDNESDAY, THURSDAY = 2, 3
#: Days before now at which the board of the demo begins to sit.
BEFORE = 20 * DAY


def found(world: World, *, at: datetime) -> None:
    """Found the board with its seats, a proxy and its meetings, past ones too."""
    board = Board.objects.create(
        code=CODE, name_zh=NAME, name_en="Change advisory board", calendar=Calendar.objects.get(code="taiwan-office"), weekday=_weekday(at),
        opens=time(14), since=(at - BEFORE).date(), place="計算機與網路中心 301 會議室",
    )  # fmt: skip
    for username, is_chair, has_veto, principal in SEATS:
        board.members.create(
            person=world.people[username], is_chair=is_chair, has_veto=has_veto,
            alternate_for=world.people[principal] if principal else None,
        )  # fmt: skip
    today = at.date()
    board.proxies.create(
        member=world.people["liu"], person=world.people["yang"], starts_on=today + 20 * DAY, ends_on=today + 24 * DAY
    )
    meetings.make_ahead(at=at - BEFORE)


def _weekday(at: datetime) -> int:
    """Give Thursday, and on Thursdays Wednesday: no meeting of the demo is in the middle while it is loaded."""
    return WEDNESDAY if localtime(at).weekday() == THURSDAY else THURSDAY


def sit(world: World, *, at: datetime) -> None:
    """Let the past meeting be held, and votes be cast for the next one."""
    meetings.make_ahead(at=at)
    _held(world, at)
    for idle in CabMeeting.objects.filter(board__code=CODE, state="planned", ends_at__lt=at):
        perform(idle, "cancel_meeting", by=world.people[MANAGER], at=idle.starts_at - DAY, reason="本週無議案。")
    change = _database(world, at)
    _votes(world, change, at)
    for other in Change.objects.filter(state="cab_review", requester__is_demo=True).exclude(pk=change.pk):
        _say(world, other, {"director": "yes", "kuo": "condition"}, at=at - HOUR)


def _major(
    world: World,
    who: str,
    title: str,
    text: str,
    *,
    service: str,
    at: datetime,
    window: datetime,
    item: str = "",
    **words: Any,
) -> Any:
    """Lead a major change to the board."""
    change = services.draft(
        title=title,
        by=world.people[who],
        description=text,
        service=world.services[service],
        at=at,
        cost_estimate=1_500_000,
    )
    case = Case(world, change, at=at)
    items = list(ConfigurationItem.objects.filter(title=item)) if item else []
    for touched in items:
        link(change, touched, kind=LinkKind.AFFECTS, by=world.people[who], at=at)
    known = {
        "reason_kind": "lifecycle", "test_plan": "測試環境完整演練一次。", "communication_plan": "三個工作日前公告，並通知各服務負責人。",
        "no_ci_reason": "" if items else "組態項目屬性於完成後更新。", "window_start": window, "window_end": window + 4 * HOUR,
        "expected_downtime_min": 40,
    }  # fmt: skip
    case.after(30).move("submit", who, **(known | words))
    case.after(60).move("begin_assessment", MANAGER, assessor=case.person("yang"))
    answers = dict.fromkeys(QUESTIONS, "3") | dict.fromkeys(TEXTS, "已評估，無額外需求。")
    return case.after(60).move("classify_major", MANAGER, impact_text=case.record.impact_text, **answers).record


def _say(world: World, change: Any, votes: dict[str, str], *, at: datetime) -> None:
    for username, vote in votes.items():
        condition = "施工前完成負載移轉並回報" if vote == "condition" else ""
        cast(change, by=world.people[username], vote=vote, condition=condition, at=at)


def _held(world: World, at: datetime) -> None:
    """A meeting of the past: one change approved with a condition, minutes signed."""
    first = (
        CabMeeting.objects.filter(board__code=CODE, cutoff_at__gt=at - BEFORE + DAY, ends_at__lt=at)
        .order_by("starts_at")
        .first()
    )
    if first is None:
        return
    change = _major(
        world, "chen", "機房空調主機汰換", "汰換已逾使用年限之 2 號空調主機。", service="machine-room", at=at - BEFORE + HOUR,
        item="CRAC-2", window=at + 6 * DAY, justification="壓縮機效率下降，夏季恐無法維持溫度。",
        impact_text="施工期間由 1、3 號主機供冷，溫度可能上升 2 度。",
        plan="1. 啟用備援主機 (30)\n2. 拆除舊機 (90)\n3. 安裝新機 (120)\n4. 試車 (60)", backout_plan="以移動式冷氣支援 (60)",
    )  # fmt: skip
    opened = first.starts_at
    session = perform(first, "open_meeting", by=world.people[MANAGER], at=opened, attendees="director\nsun\nkuo\nliu")
    item = session.items.get(change=change)
    chairing.hear(session, item.pk, by=world.people[CHAIR], at=opened + timedelta(minutes=2))
    _say(
        world,
        change,
        {"director": "yes", "sun": "yes", "liu": "yes", "kuo": "condition"},
        at=opened + timedelta(minutes=6),
    )
    chairing.remark(session, "確認移動式冷氣已備妥。", by=world.people["sun"], at=opened + timedelta(minutes=7))
    chairing.decide(
        session, item.pk, "approve", by=world.people[CHAIR], at=opened + timedelta(minutes=9), needs_transition="no",
        reason="設備同型汰換，不涉及服務設計。",
    )  # fmt: skip
    rest: Iterable[CabItem] = session.items.filter(decision="")
    for row in rest:
        _defer(world, session, row, at=opened + timedelta(minutes=12))
    ended = perform(session, "end_meeting", by=world.people[MANAGER], at=opened + timedelta(minutes=20))
    perform(ended, "approve_minutes", by=world.people[CHAIR], at=opened + 2 * HOUR)


def _defer(world: World, session: Any, row: CabItem, *, at: datetime) -> None:
    decision = "noted" if row.purpose == CabItem.Purpose.HEAR else "defer"
    following = session.starts_at.date() + timedelta(days=7)
    given = {} if decision == "noted" else {"reason": "資料不足。", "next_meeting": following}
    chairing.decide(session, row.pk, decision, by=world.people[CHAIR], at=at, **given)


def _database(world: World, at: datetime) -> Any:
    """A change of a member of the board, who is recused; its window was moved after the first votes, which are void."""
    begun = at - 3 * DAY
    change = _major(
        world, "kuo", "選課系統資料庫升級", "資料庫主版本升級，延長原廠支援。", service="course-system", at=begun, window=at + 10 * DAY,
        item="選課資料庫",
        justification="現行版本三個月後停止支援。", impact_text="選課系統停機 40 分鐘，選課週之外。",
        plan="1. 停止應用 (5)\n2. 備份 (20)\n3. 升級 (40)\n4. 驗證 (30)\n5. 恢復服務 (5)", backout_plan="由備份還原 (60)",
    )  # fmt: skip
    _say(world, change, {"liu": "yes", "sun": "yes"}, at=begun + DAY)
    later = {"window_start": at + 11 * DAY, "window_end": at + 11 * DAY + 4 * HOUR}
    return edit(Change.objects.get(pk=change.pk), later, by=world.people["kuo"], at=begun + DAY + HOUR)


def _votes(world: World, change: Any, at: datetime) -> None:
    _say(world, change, {"liu": "yes"}, at=at - 5 * HOUR)


def removable(changes: list[int]) -> list[int]:
    """Take away what keeps the demo's changes and boards; gives the keys of its meetings, whose journals go with them."""
    Ballot.objects.filter(change__in=changes).delete()
    CabItem.objects.filter(change__in=changes).delete()
    return list(CabMeeting.objects.filter(board__code=CODE, board__name_zh=NAME).values_list("pk", flat=True))
