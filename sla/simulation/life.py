"""The life of a record in the few facts that clocks ask of it. No database here; instants are epoch seconds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


class Key(NamedTuple):
    """What decides which target applies: priority as it was recorded, service and request item."""

    priority: int | None
    service: int | None
    item: int | None


class Grade(NamedTuple):
    """How a record was graded; ``fixed`` says that a person chose the priority against the matrix."""

    impact: int
    urgency: int
    fixed: bool = False


class Step(NamedTuple):
    """A moment of a life: where the record then stands, for what it waits, how it is graded; ``around`` by a workaround."""

    at: int
    state: str
    hold: str
    key: Key
    grade: Grade | None = None
    around: bool = False


@dataclass(slots=True)
class Life:
    """One record from its receipt on; ``steps`` are in the order in which they happened, the opening first.

    ``since`` gives where a clock counts from when that is not the receipt; ``passed_on`` are clocks that count on
    another record; ``granted`` are the instants at which an approval was given; ``unit`` is the requester's, ``replied`` the
    first public reply of the desk, ``assigned`` when somebody was first assigned.
    """

    record: int
    kind: str
    received: int
    steps: list[Step]
    answered: int | None = None
    owes_answer: bool = True
    since: dict[str, int] = field(default_factory=dict)
    passed_on: frozenset[str] = frozenset()
    granted: tuple[int, ...] = ()
    unit: int | None = None
    replied: int | None = None
    assigned: int | None = None
