"""Thirteen months of cases, the same ones every time: waves by season, week, weekday and hour.

The first month is walked through the services, case by case, and so are the last weeks, where much is still going on. What
lies between are copies of the first month's cases, moved to days with the same hours.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from itsm.demo import seasons, wording
from itsm.demo.copying import Originals, Twin, copy_all
from itsm.demo.fitting import Almanac, Life, lives
from itsm.demo.history_data import FAULTS, ORDERS, Fault, Order
from itsm.demo.world import Case, World
from itsm.hours.models import Calendar
from itsm.people.models import Person
from sla.sweep import sweep

#: The history begins so many days ago; its first month is copied, its last days are walked.
SPAN, FIRST_MONTH, LAST_DAYS = 395, 30, 16
SEED = 1150824
#: How busy the hours from 8 to 19 are.
HOURS = (3, 9, 10, 8, 4, 8, 9, 8, 6, 3, 1, 1)
AGENTS = ("lin", "hsu", "tsai", "wu")
ENGINEERS = {"network": "liu", "systems": "yang", "facility": "chen", "applications": "kuo"}
CHANNELS = ("portal", "portal", "portal", "mail", "phone", "phone", "walk_in")
#: Which part of all cases are incidents.
FAULTY = 0.62
DAY = timedelta(days=1)
Say = Callable[[str], None]
Walked = tuple[Case, Fault | Order]


@dataclass(frozen=True)
class Size:
    """How many cases are walked in the first month, copied from those, and walked in the last days."""

    models: int
    copies: int
    recent: int


#: The demo that people look at, and the one of tests, where it must be quick.
LARGE, SMALL = Size(130, 2750, 120), Size(8, 12, 8)


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


def happen(world: World, *, at: datetime, size: Size, say: Say) -> None:
    """Make the cases of the months before ``at`` happen."""
    told = Told(world, Random(SEED), at)  # noqa: S311 - made-up cases, the same each time
    say(f"{size.models} cases of the first month")
    walked = _walk(told, size.models, SPAN, SPAN - FIRST_MONTH, sweeps=True)
    say(f"{size.copies} cases of the months that followed")
    _repeat(told, [(case, row) for case, row in walked if case.record.phase == "done"], size.copies)
    say(f"{size.recent} cases of the last {LAST_DAYS} days")
    _walk(told, size.recent, LAST_DAYS, 1)


def _walk(told: Told, count: int, first: int, last: int, *, sweeps: bool = False) -> list[Walked]:
    """Lead cases that came in from ``first`` to ``last`` days ago through their lives, the oldest first."""
    made: list[Walked] = []
    for received, row in zip(sorted(_moments(told, count, first, last)), _kinds(told, count), strict=True):
        desk = told.chance.choice(AGENTS)
        case = _reported(told, row, received, desk) if isinstance(row, Fault) else _ordered(told, row, received)
        made.append((case, row))
        with suppress(NotYet):
            if isinstance(row, Fault):
                _fault(told, row, case, desk)
            else:
                _order(told, row, case, desk)
        if sweeps:
            sweep(at=case.at)
    return made


def _repeat(told: Told, walked: list[Walked], count: int) -> None:
    """Let what has happened happen again on other days, to others."""
    originals = Originals.read(case.record for case, _row in walked)
    rows = {case.record.pk: row for case, row in walked}
    office = Calendar.objects.select_related("current").get(code="taiwan-office").current
    assert office is not None  # a calendar is seeded with its first version
    known = lives(originals, rows, hours=told.world.hours, office=office.schedule())
    chosen = Choice(told, known)
    twins = [chosen.twin(back, originals.cases, rows) for back in chosen.days(count)]
    copy_all(originals, [twin for twin in twins if twin is not None])


@dataclass
class Choice:
    """Chooses which case is repeated on which day."""

    told: Told
    lives: list[Life]
    almanac: Almanac = field(init=False)
    fitting: dict[int, tuple[list[Life], list[float]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        schedules = {id(hours): hours for life in self.lives for hours, _moments in life.moments}
        days = range(LAST_DAYS + 1, SPAN - FIRST_MONTH)
        self.almanac = Almanac(schedules.values(), first=self.told.today - DAY * SPAN, last=self.told.today)
        found = {back: [life for life in self.lives if self._may_be(life, back)] for back in days}
        often = Counter(life.key for held in found.values() for life in held)  # so that long lives are not rare
        for back, held in found.items():
            day = self.told.today - DAY * back
            likely = [
                seasons.likely(one.service, day, back=back, was_late=one.was_late) / often[one.key] for one in held
            ]
            if held:
                self.fitting[back] = (held, list(accumulate(likely)))

    def _may_be(self, life: Life, back: int) -> bool:
        day = self.told.today - DAY * back
        return life.days < back and self.almanac.is_like(life, day)

    def days(self, count: int) -> list[int]:
        """Choose so many days, as days before now."""
        weights = [_busy(self.told, back) for back in self.fitting]
        return self.told.chance.choices(list(self.fitting), weights, k=count)

    def twin(self, back: int, cases: dict[int, Any], rows: dict[int, Fault | Order]) -> Twin:
        """Choose what is repeated so many days ago, who asks, who works on it, and how it is put."""
        chance, (held, likely) = self.told.chance, self.fitting[back]
        life = chance.choices(held, cum_weights=likely)[0]
        shift = DAY * ((self.told.today - DAY * back) - life.first).days
        aside = timedelta(seconds=chance.randrange(-2400, 2400))
        if life.fits(shift + aside):
            shift += aside
        case, row = cases[life.key], rows[life.key]
        words = wording.other_words(case, row, chance)
        return Twin(life.key, life.received + shift, shift, self._people(case, row), words)

    def _people(self, case: Any, row: Fault | Order) -> dict[int, Person]:
        """Let somebody else of the same unit ask, and the desk take turns."""
        people, chance = self.told.world.people, self.told.chance
        known = {person.pk: person for person in people.values()}
        asker = known[case.requester_id]
        others = [people[name] for name in self.told.askers if _could_be(people[name], asker, row)]
        step = chance.randrange(len(AGENTS))
        turns = {people[name].pk: people[AGENTS[(n + step) % len(AGENTS)]] for n, name in enumerate(AGENTS)}
        return turns | {asker.pk: chance.choice(others or [asker])}


def _could_be(person: Person, asker: Person, row: Fault | Order) -> bool:
    return person.unit_id == asker.unit_id and (person.language == asker.language or not wording.is_english(row))


def _kinds(told: Told, count: int) -> Iterator[Fault | Order]:
    """Choose what the cases are about: each kind once where there is room, then by how often it happens."""
    every: list[Fault | Order] = [*FAULTS, *ORDERS]
    once = every if count >= 2 * len(every) else []
    faults, orders = (sum(row.weight for row in rows) for rows in (FAULTS, ORDERS))
    weights = [
        row.weight * (FAULTY / faults if isinstance(row, Fault) else (1 - FAULTY) / orders) for row in every
    ]  # fmt: skip
    chosen = [*once, *told.chance.choices(every, weights, k=count - len(once))]
    told.chance.shuffle(chosen)
    yield from chosen


def _moments(told: Told, count: int, first: int, last: int) -> Iterator[datetime]:
    """Choose when the cases came in."""
    weights = {back: _busy(told, back) for back in range(last, first + 1)}
    for back in told.chance.choices(list(weights), list(weights.values()), k=count):
        yield _moment(told, told.today - DAY * back)


def _busy(told: Told, back: int) -> float:
    day = told.today - DAY * back
    return seasons.busy(day, back=back, span=SPAN, is_open=bool(told.world.hours.windows_on(day)))


def _moment(told: Told, day: date) -> datetime:
    hour = told.chance.choices(range(8, 20), HOURS)[0]
    moment = time(hour, told.chance.randrange(60), told.chance.randrange(60))
    return datetime.combine(day, moment, tzinfo=ZoneInfo(settings.TIME_ZONE))


def _reported(told: Told, row: Fault, received: datetime, desk: str) -> Case:
    chance = told.chance
    channel, who = chance.choice(CHANNELS), told.asker("en" if wording.is_english(row) else "zh-hant")
    return Case.reported(
        told.world, who, wording.title(row, chance), wording.text(row, chance), service=row.service, at=received, channel=channel,
        by=who if channel in ("portal", "mail") else desk,
    )  # fmt: skip


def _fault(told: Told, row: Fault, case: Case, desk: str) -> None:
    chance = told.chance
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
    case.resolved(worker, wording.solution(row, chance), code=row.code)
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
    case.fulfilled(worker, wording.solution(row, chance))
    _accept(told, case, worker)
