"""The transitions a person may make, sorted for the page: the one on the usual way first, the rest behind a menu."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from itsm.draw.rail import way_on
from itsm.records import register
from itsm.records.perform import Offer, offers

if TYPE_CHECKING:
    from itsm.people.models import Person

#: The keys of transitions in every process that has them.
KEYS = {
    "regrade": "p",
    "hold": "z",
    "resume": "z",
    "escalate_second_line": "2",
    "resolve": "shift+r",
    "fulfil": "shift+r",
}
#: What finishes the work: offered beside the reply too.
FINISHES = ("resolve", "fulfil")


@dataclass(frozen=True)
class Choices:
    """What the page offers: one primary transition, the others, and why boxes are closed."""

    primary: Offer | None = None
    others: tuple[Offer, ...] = ()
    finish: Offer | None = None
    blocked: dict[str, str] = field(default_factory=dict)

    @property
    def all(self) -> tuple[Offer, ...]:
        """Every offer, the primary first."""
        return (self.primary, *self.others) if self.primary else self.others

    @property
    def keyed(self) -> list[tuple[Offer, str]]:
        """The others with their keys."""
        return [(offer, KEYS.get(offer.name, "")) for offer in self.others]


def choices_of(case: Any, *, person: Person, at: datetime) -> Choices:
    """Sort what ``person`` may do with ``case`` now."""
    offered = offers(case, person=person, at=at)
    primary = choose_primary(case, offered)
    others = tuple(offer for offer in offered if offer is not primary)
    finish = next((offer for offer in offered if offer.name in FINISHES and not offer.reasons), None)
    return Choices(primary, others, finish, closed_boxes(case, offered))


def choose_primary(case: Any, offered: Sequence[Offer]) -> Offer | None:
    """Choose the transition that leads along the usual way to the end; open ones go before refused ones."""
    flow = register.process_of(case).flow
    steps = [offer for offer in offered if offer.flow is flow and offer.row.target is not None and not offer.row.danger]
    way = ahead(flow.key, _box(flow, case.state, held_from(case)))
    here = {offer.name: _reaches(offer, case) for offer in steps}
    on_way = [offer for offer in steps if set(here[offer.name]) & way]
    staying = [offer for offer in steps if _box(flow, case.state, held_from(case)) in here[offer.name]]
    ordered = [*on_way, *staying]
    return next((offer for offer in ordered if not offer.reasons), ordered[0] if ordered else None)


def held_from(case: Any) -> str:
    """Give the state that a case on hold was held from; records that are no cases are never on hold."""
    held: str = getattr(case, "held_from", "")
    return held


def _reaches(offer: Offer, case: Any) -> tuple[str, ...]:
    return tuple(_box(offer.flow, state, held_from(case)) for state in offer.row.targets)


def _box(flow: Any, state: str, held_from: str) -> str:
    box = flow.chart.box_of(state, held_from) if flow.chart else None
    return box.code if box else ""


@lru_cache(maxsize=128)
def ahead(flow: str, box: str) -> frozenset[str]:
    """Give the boxes on the usual way from ``box`` to the end."""
    chart = register.flows()[flow].chart
    return frozenset(way_on(chart, start=box)) if chart and box in chart.boxes else frozenset()


def closed_boxes(case: Any, offered: Sequence[Offer]) -> dict[str, str]:
    """Say of each box that every way into it is refused now, and why."""
    flow = register.process_of(case).flow
    present = _box(flow, case.state, held_from(case))
    ways: dict[str, list[Offer]] = {}
    for offer in offered:
        if offer.flow is flow and not offer.row.danger:
            for code in _reaches(offer, case):
                ways.setdefault(code, []).append(offer)
    return {
        code: offers_in[0].reason
        for code, offers_in in ways.items()
        if code and code != present and all(offer.reasons for offer in offers_in)
    }
