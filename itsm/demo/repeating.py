"""Repeating what the first month has walked: on other days of the same hours, of other people, in other words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import accumulate
from typing import Any

from itsm.demo import seasons, wording
from itsm.demo.copying import Originals, Twin, copy_all
from itsm.demo.fitting import Almanac, Life, lives
from itsm.demo.history_data import Fault, Order, frequency
from itsm.demo.living import AGENTS, Told
from itsm.demo.world import Case
from itsm.hours.models import Calendar
from itsm.people.models import Person

DAY = timedelta(days=1)


def repeat(told: Told, walked: Sequence[tuple[Case, Fault | Order]], count: int, days: range) -> None:
    """Let what has happened happen again on other days, to others."""
    originals = Originals.read(case.record for case, _row in walked)
    rows = {case.record.pk: row for case, row in walked}
    office = Calendar.objects.select_related("current").get(code="taiwan-office").current
    assert office is not None  # a calendar is seeded with its first version
    known = lives(originals, rows, hours=told.world.hours, office=office.schedule())
    chosen = Choice(told, known, rows, days)
    twins = [chosen.twin(back, originals.cases) for back in chosen.days(count)]
    copy_all(originals, twins)


@dataclass
class Choice:
    """Chooses which case is repeated on which day."""

    told: Told
    lives: list[Life]
    rows: dict[int, Fault | Order]
    within: range
    almanac: Almanac = field(init=False)
    fitting: dict[int, tuple[list[Life], list[float]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        schedules = {id(hours): hours for life in self.lives for hours, _moments in life.moments}
        days = self.within
        self.almanac = Almanac(schedules.values(), first=self.told.today - DAY * seasons.SPAN, last=self.told.today)
        found = {back: [life for life in self.lives if self._may_be(life, back)] for back in days}
        often = Counter(life.key for held in found.values() for life in held)  # so that long lives are not rare
        alike = Counter(id(row) for row in self.rows.values())
        for back, held in found.items():
            day = self.told.today - DAY * back
            weights = [
                seasons.likely(one.service, day, back=back, was_late=one.was_late)
                * frequency(self.rows[one.key]) / alike[id(self.rows[one.key])] / often[one.key]
                for one in held
            ]  # fmt: skip
            if held:
                self.fitting[back] = (held, list(accumulate(weights)))

    def _may_be(self, life: Life, back: int) -> bool:
        day = self.told.today - DAY * back
        return life.days < back and self.almanac.is_like(life, day)

    def days(self, count: int) -> list[int]:
        """Choose so many days, as days before now."""
        weights = [seasons.busy(self.told, back) for back in self.fitting]
        return self.told.chance.choices(list(self.fitting), weights, k=count)

    def twin(self, back: int, cases: dict[int, Any]) -> Twin:
        """Choose what is repeated so many days ago, who asks, who works on it, and how it is put."""
        chance, (held, likely) = self.told.chance, self.fitting[back]
        life = chance.choices(held, cum_weights=likely)[0]
        shift = DAY * ((self.told.today - DAY * back) - life.first).days
        aside = timedelta(seconds=chance.randrange(-2400, 2400))
        if life.fits(shift + aside):
            shift += aside
        case, row = cases[life.key], self.rows[life.key]
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
