"""Three months of cases, the same ones every time: waves by week, weekday and hour."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from django.conf import settings

from itsm.demo.history_data import FAULTS, ORDERS, Fault, Order
from itsm.demo.world import Case, World

DAYS = 90
SEED = 1150824
#: how busy Monday to Sunday are, and the hours from 8 to 19
WEEKDAYS = (13, 11, 10, 9, 9, 1, 1)
HOURS = (3, 9, 10, 8, 4, 8, 9, 8, 6, 3, 1, 1)
AGENTS = ("lin", "hsu", "tsai", "wu")
ENGINEERS = {"network": "liu", "systems": "yang", "facility": "chen", "applications": "kuo"}
CHANNELS = ("portal", "portal", "portal", "mail", "phone", "phone", "walk_in")


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

    def wait(self, case: Case, least: float, most: float) -> Case:
        """Let working time pass.

        :raises NotYet: if the step would lie ahead
        """
        moment = self.world.hours.add(case.at, seconds=int(self.chance.uniform(least, most) * 60))
        if moment >= self.now - timedelta(minutes=5):
            raise NotYet
        case.at = moment
        return case


def happen(world: World, *, at: datetime, cases: int) -> None:
    """Make ``cases`` cases of the three months before ``at`` happen, the oldest first."""
    told = Told(world, Random(SEED), at)  # noqa: S311 - made-up cases, the same each time
    for received in sorted(_moments(told, cases)):
        try:
            _live(told, received)
        except NotYet:
            continue


def _moments(told: Told, cases: int) -> Iterator[datetime]:
    """Choose when the cases came in: more on Mondays, in the mornings, and in two busy weeks."""
    today = told.now.astimezone(ZoneInfo(settings.TIME_ZONE))
    days = [today.date() - timedelta(days=back) for back in range(1, DAYS + 1)]
    weights = [WEEKDAYS[day.weekday()] * (2 if 30 <= back < 44 else 1) for back, day in enumerate(days)]
    for day in told.chance.choices(days, weights, k=cases):
        hour = told.chance.choices(range(8, 20), HOURS)[0]
        moment = time(hour, told.chance.randrange(60), told.chance.randrange(60))
        yield datetime.combine(day, moment, tzinfo=today.tzinfo)


def _live(told: Told, received: datetime) -> None:
    if told.chance.random() < 0.62:
        _fault(told, told.chance.choices(FAULTS, [row.weight for row in FAULTS])[0], received)
    else:
        _order(told, told.chance.choices(ORDERS, [row.weight for row in ORDERS])[0], received)


def _fault(told: Told, row: Fault, received: datetime) -> None:
    chance, desk = told.chance, told.chance.choice(AGENTS)
    channel = chance.choice(CHANNELS)
    who = chance.choice(told.askers)
    by = who if channel in ("portal", "mail") else desk
    case = Case.reported(told.world, who, row.title, row.text, service=row.service, at=received, channel=channel, by=by)
    told.wait(case, 2, 30 if row.urgency > 1 else 8)
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
    told.wait(case, row.minutes * 0.4, row.minutes * (3 if chance.random() < 0.14 else 1.3))
    case.resolved(worker, row.solution, code=row.code)
    _accept(told, case, worker)


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
        return
    told.wait(case, 3600, 3601).confirmed()


def _order(told: Told, row: Order, received: datetime) -> None:
    chance, desk = told.chance, told.chance.choice(AGENTS)
    case = Case.ordered(told.world, chance.choice(told.askers), row.item, chance.choice(row.texts), at=received)
    if case.record.state == "pending_approval":
        refused = chance.random() < 0.08
        for asked in list(case.record.approvals.select_related("approver").filter(decision="open").order_by("pk")):
            told.wait(case, 30, 600)
            if refused:
                case.move("reject_request", asked.approver.username, reason="請先與單位確認需求後再提出。")
                return
            case.move("approve_request", asked.approver.username, reason="同意。")
    told.wait(case, 2, 60)
    worker = _give(told, case, desk, row.team, "請依申請內容辦理。")
    told.wait(case, row.minutes * 0.4, row.minutes * (2.5 if chance.random() < 0.12 else 1.2))
    case.fulfilled(worker, row.result)
    _accept(told, case, worker)
