"""How a case of the demo lives: who reports it, who works on it and for how long, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from django.conf import settings

from itsm.demo import wording
from itsm.demo.history_data import Fault, Order
from itsm.demo.world import Case, World
from sla.models import Clock

AGENTS = ("lin", "hsu", "tsai", "wu")
ENGINEERS = {"network": "liu", "systems": "yang", "facility": "chen", "applications": "kuo"}
CHANNELS = ("portal", "portal", "portal", "mail", "phone", "phone", "walk_in")
#: Which part of the cases is answered, and which is solved, later than was promised.
ANSWERED_LATE, SOLVED_LATE = 0.05, 0.08


class NotYet(Exception):
    """The next step lies in the future: the case is where it is."""


@dataclass
class Told:
    """What the telling of a case needs: chance, and the instant beyond which nothing has happened."""

    world: World
    chance: Random
    now: datetime
    askers: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        served = {"cnc", "ndu"}
        self.askers = tuple(
            name for name, one in self.world.people.items() if one.unit and one.unit.code not in served and not name.endswith("-lead")
        )  # fmt: skip

    @property
    def today(self) -> date:
        """The day on which it is told, at the site."""
        return self.now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()

    def wait(self, case: Case, least: float, most: float) -> Case:
        """Let working time pass.

        :raises NotYet: if the step would lie ahead
        """
        moment = self.world.hours.add(case.at, seconds=int(self.chance.uniform(least, most) * 60))
        if moment >= self.now - timedelta(minutes=5):
            raise NotYet
        case.at = moment
        return case

    def asker(self, language: str) -> str:
        """Choose who asks in that language; whoever it is, where nobody speaks it."""
        same = [name for name in self.askers if self.world.people[name].language == language]
        return self.chance.choice(same or self.askers)


def report(told: Told, row: Fault | Order, received: datetime, desk: str) -> Case:
    """Let somebody report it, or order it."""
    return _reported(told, row, received, desk) if isinstance(row, Fault) else _ordered(told, row, received)


def lead(told: Told, row: Fault | Order, case: Case, desk: str) -> None:
    """Lead it to its end.

    :raises NotYet: if its next step lies ahead
    """
    if isinstance(row, Fault):
        _fault(told, row, case, desk)
    else:
        _order(told, row, case, desk)


def _reported(told: Told, row: Fault, received: datetime, desk: str) -> Case:
    chance = told.chance
    channel, who = chance.choice(CHANNELS), told.asker("en" if wording.is_english(row) else "zh-hant")
    return Case.reported(
        told.world, who, wording.title(row, chance), wording.text(row, chance), service=row.service, at=received, channel=channel,
        by=who if channel in ("portal", "mail") else desk,
    )  # fmt: skip


def _fault(told: Told, row: Fault, case: Case, desk: str) -> None:
    chance = told.chance
    _answered(told, row, case)
    if chance.random() < 0.04:
        case.move("cancel", desk, code="withdrawn", reason="使用者來電表示已恢復正常。")
        return
    case.classified(desk, row.category, impact=row.impact, urgency=row.urgency)
    worker = _give(told, case, desk, row.team, row.note)
    if chance.random() < 0.35:
        told.wait(case, 5, 60).says(worker, chance.choice(row.replies))
    if row.may_wait and chance.random() < 0.15:
        told.wait(case, 5, 40).held(worker, "awaiting_user", days=2, question="請提供發生時間與畫面，以利查找紀錄。")
        told.wait(case, 60, 500).move("resume", worker)
    _worked(told, case, row.minutes)
    case.resolved(worker, wording.solution(row, chance), code=row.code)
    _accept(told, case, worker)


def _answered(told: Told, row: Fault, case: Case) -> None:
    """Let the desk look at it: at once where it is urgent, seldom later than was promised."""
    if told.chance.random() < ANSWERED_LATE:
        told.wait(case, 20 if row.urgency == 1 else 125, 60 if row.urgency == 1 else 240)
    else:
        told.wait(case, 2, 30 if row.urgency > 1 else 8)


def _worked(told: Told, case: Case, minutes: int) -> None:
    """Let the work take about ``minutes``; of some cases longer than was promised."""
    if told.chance.random() < SOLVED_LATE:
        promised = Clock.objects.open().filter(record=case.record, metric__in=("resolution", "fulfilment"))
        due = promised.order_by("-cycle").values_list("due_at", flat=True).first()
        case.at = max(case.at, due or case.at)
        minutes = min(minutes, 120)
    told.wait(case, minutes * 0.4, minutes * (2.5 if told.chance.random() < 0.14 else 1.3))


def _give(told: Told, case: Case, desk: str, team: str, note: str) -> str:
    """Let the desk handle it, or a second-line team; gives who works on it."""
    told.wait(case, 1, 12)
    if not team or told.chance.random() < 0.25:
        case.at_desk(desk)
        return desk
    engineer = ENGINEERS[team]
    case.second_line(desk, team, note, engineer=engineer)
    told.wait(case, 3, 60).taken(engineer)
    return engineer


def _accept(told: Told, case: Case, worker: str) -> None:
    """Let the requester accept the result, seldom only at the second try, or say nothing."""
    if case.record.kind == "incident" and told.chance.random() < 0.05:
        told.wait(case, 20, 300).move("reject_resolution", case.asker, reason="問題仍然存在，請再協助。")
        told.wait(case, 30, 200).resolved(worker, "已再次檢查並修正設定，測試正常。")
    if told.chance.random() < 0.72:
        told.wait(case, 5, 700).confirmed(case.asker)
        if case.record.kind == "incident" and told.chance.random() < 0.04:
            told.wait(case, 60, 1400).move("reopen", case.asker, reason="今天又發生，請再查看。")
            told.wait(case, 30, 300).resolved(worker, "找到另一處設定錯誤，修正後確認正常。")
            told.wait(case, 5, 400).confirmed(case.asker)
        return
    told.wait(case, 3600, 3601).confirmed()


def _ordered(told: Told, row: Order, received: datetime) -> Case:
    who = told.chance.choice(told.askers)
    return Case.ordered(told.world, who, row.item, wording.text(row, told.chance), at=received)


def _order(told: Told, row: Order, case: Case, desk: str) -> None:
    chance = told.chance
    if case.record.state == "pending_approval":
        refused = chance.random() < 0.12
        for asked in list(case.record.approvals.select_related("approver").filter(decision="open").order_by("pk")):
            told.wait(case, 30, 600)
            if refused:
                case.move("reject_request", asked.approver.username, reason="請先與單位確認需求後再提出。")
                return
            case.move("approve_request", asked.approver.username, reason="同意。")
    told.wait(case, 2, 60)
    worker = _give(told, case, desk, row.team, "請依申請內容辦理。")
    _worked(told, case, row.minutes)
    case.fulfilled(worker, wording.solution(row, chance))
    _accept(told, case, worker)
