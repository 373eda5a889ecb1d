"""Weaving the steps of a life out of journal rows and clock events. No database here."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import takewhile
from typing import TYPE_CHECKING, Any, NamedTuple

from itsm.hours.instants import epoch_of
from sla.simulation.life import Grade, Key, Step

if TYPE_CHECKING:
    from sla.simulation.reading import Facts

HOLD = "on_hold"


def starts(clocks: Iterable[Any]) -> dict[str, int]:
    """This will give the instant from which the first cycle of each metric counts; before an approval moved it."""
    found: dict[str, int] = {}
    rebased = {row[1] for row in clocks if row[3] == "rebase"}
    for row in clocks:
        if row[3] == "start" and row[2] == 1:
            found[row[1]] = row[6] if row[1] in rebased else row[7]
    return found


def first_moved(steps: Sequence[Step]) -> int | None:
    """This will find the first moment at which a case stood elsewhere than where it began."""
    return next((step.at for step in steps if step.state != steps[0].state), None)


class Change(NamedTuple):
    """Another key of a record, as a clock was told of it; ``name`` is the move, empty for a clock's start."""

    at: int
    name: str
    key: Key


class Weaving:
    """The steps of one case."""

    def __init__(self, facts: Facts, machine: str, initial: str, reasons: dict[str, str]) -> None:
        """This will begin with the case as it ended."""
        self.facts, self.machine, self.initial, self.reasons = facts, machine, initial, reasons

    def own(self, events: Iterable[Any], clocks: Iterable[Any]) -> list[Step]:
        """This will weave the moves made here with the keys that its clocks were measured by."""
        rows = [row for row in events if row[1] == "opened" or row[2] == self.machine]
        keys = [Change(row[4], row[8], _key(row[5])) for row in clocks if row[3] != "rebase"]
        first = next((row[3] for row in rows if row[1] == "move"), self.facts.state)
        item = keys[-1].key.item if keys else None
        final = Key(self.facts.priority, self.facts.service, item)
        begun = rows[0][5] if rows else epoch_of(self.facts.received_at)
        steps = [Step(begun, first, "", keys[0].key if keys else final, self._opening_grade(rows))]
        for row in rows:
            if keys and keys[0].at < row[5]:
                keys = _before(steps, keys, row[5])
            if row[1] == "move":
                new = None
                if keys and (not _graded(row) or _given(row) != steps[-1].grade):  # the same grade again changes no key
                    new, keys = _of_move(keys, at=row[5], name=row[14])
                steps.append(self._moved(steps[-1], row, new))
        if keys:
            _before(steps, keys, 2**62)
        if steps[-1].key != final:
            steps.append(steps[-1]._replace(key=final))
        return steps

    def _opening_grade(self, rows: Sequence[Any]) -> Grade | None:
        """A case that is never graded by a move has been graded when it was opened, if at all."""
        if any(_graded(row) for row in rows) or not self.facts.impact or not self.facts.urgency:
            return None
        return Grade(self.facts.impact, self.facts.urgency)

    def _moved(self, before: Step, row: Any, new: Key | None) -> Step:
        source, target, at, hold = row[3], row[4], row[5], row[7]
        held, around = before.hold, before.around
        if source != target:
            held, around = (self.reasons.get(hold, ""), bool(row[15])) if target == HOLD else ("", False)
        grade = _given(row) if _graded(row) else before.grade
        return Step(at, target, held, new or before.key, grade, around)

    def imported(self, events: Sequence[Any]) -> list[Step]:
        """This will weave the rows of a source: each is a step, also where it only says that nothing moved."""
        edits = [(_read(row[12]), _read(row[13])) for row in events]
        now = self._earliest(edits)
        first = next((row for row in events if row[1] == "opened"), None)
        begun = first[5] if first is not None else epoch_of(self.facts.received_at)
        steps = [Step(begun, self.initial, "", self._key(now), _grade_of(now))]
        for row, (_was, after) in zip(events, edits, strict=True):
            if row[1] == "opened":
                continue
            now |= after
            steps.append(self._row(steps[-1], row, now, after))
        return steps

    def _row(self, before: Step, row: Any, now: dict[str, Any], after: dict[str, Any]) -> Step:
        state = row[11] or before.state
        hold = before.hold
        if row[1] == "move":
            hold = self.reasons.get(row[7], "") if state == HOLD else ""
        elif "hold_reason" in after:
            hold = str(after["hold_reason"] or "")
        return Step(row[5], state, hold, self._key(now), _grade_of(now))

    def _key(self, now: dict[str, Any]) -> Key:
        return Key(now.get("priority"), self.facts.service, None)

    def _earliest(self, edits: Iterable[tuple[dict[str, Any], dict[str, Any]]]) -> dict[str, Any]:
        """What was before the first change of each field; the final value where it never changed."""
        found: dict[str, Any] = {}
        for was, _after in edits:
            found = was | found
        final = {name: getattr(self.facts, name) for name in ("priority", "impact", "urgency")}
        return final | found


@lru_cache(maxsize=20_000)
def _key(text: str | None) -> Key:
    """Read the key that a clock's terms name: priority, service and item first."""
    found = [*(json.loads(text) if text else []), None, None, None]
    return Key(*found[:3])


def _graded(row: Any) -> bool:
    return row[1] == "move" and bool(row[8]) and bool(row[9])


def _given(row: Any) -> Grade:
    return Grade(int(row[8]), int(row[9]), bool(row[10]))


def _grade_of(now: dict[str, Any]) -> Grade | None:
    impact, urgency = now.get("impact"), now.get("urgency")
    return Grade(int(impact), int(urgency)) if impact and urgency else None


def _of_move(changes: list[Change], *, at: int, name: str) -> tuple[Key | None, list[Change]]:
    """Take the change that a move made, told once for each clock; gives what is left."""
    if not changes or changes[0].at != at or changes[0].name not in ("", name):
        return None, changes
    key = changes[0].key
    told = list(takewhile(lambda one: one.at == at and one.name in ("", name) and one.key == key, changes))
    left = changes[len(told) :]
    if told[-1].name == "" and left and left[0].at == at and left[0].name == name:
        return _of_move(left, at=at, name=name)
    return key, left


def _before(steps: list[Step], changes: list[Change], at: int) -> list[Change]:
    """Add the keys that changed before ``at`` as steps of their own; gives those that are left."""
    for one in changes:
        if one.at < at and one.key != steps[-1].key:
            steps.append(steps[-1]._replace(at=max(one.at, steps[-1].at), key=one.key))
    return [one for one in changes if one.at >= at]


def _read(text: str | None) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text) if text else {}
    return found
