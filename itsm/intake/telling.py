"""From the rows of a record to its case: the last state, and the journal as it happened. No database here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from itertools import chain, pairwise
from typing import Any

from itsm.intake.closure import Verdict
from itsm.intake.mapping import SourceMapping
from itsm.intake.parsing import Line
from itsm.intake.processes import PROCESSES, Imported
from itsm.records.models import Event

#: Besides state, team and assignee: what is journaled when it changes.
EDITS = ("requester", "channel", "category", "subcategory", "component", "impact", "urgency", "priority")


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the journal to be written; ``row`` counts the record's rows from 1, 0 is the opening."""

    kind: str
    name: str
    at: datetime
    by: str
    row: int
    state: str
    source: str = ""
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None


@dataclass(frozen=True)
class Case:
    """One record of the source, told."""

    number: str
    process: Imported
    fingerprint: str
    lines: Sequence[Line]
    states: Sequence[str]
    held_from: str
    resolved_at: datetime | None
    closed_at: datetime | None
    verdict: Verdict | None

    @cached_property
    def entries(self) -> list[Entry]:
        """The journal: the opening, then every row as what it changed. Told only when it is to be written."""
        told = steps(self.lines, self.states, process=self.process)
        return [opening(self.lines[0], process=self.process), *chain.from_iterable(told)]

    @property
    def last(self) -> Line:
        """The row in which the source left it."""
        return self.lines[-1]

    @property
    def state(self) -> str:
        """The state in which the source left it."""
        return self.states[-1]

    def moves(self, source: Sequence[str], target: Sequence[str]) -> int:
        """This will count the moves from one of ``source`` to one of ``target``."""
        return sum(before in source and after in target for before, after in pairwise(self.states))


def tell(lines: Sequence[Line], *, mapping: SourceMapping) -> Case:
    """This will tell the case of a record from its rows, in the order of the file; at least one row."""
    states = [state_of(line, mapping=mapping) for line in lines]
    last = lines[-1]
    process = mapping.process
    resolved = [line.at for line, state in zip(lines, states, strict=True) if state == process.answered]
    closed_at = last.at if process.flow.states[states[-1]].phase == "done" else None
    worked = [state for state in states if state in process.worked]
    by_tier = "l1_processing" if mapping.tier_of(last.team) == 1 else "l2_processing"
    return Case(
        number=last.number,
        process=process,
        fingerprint=fingerprint(lines, mapping=mapping),
        lines=lines,
        states=states,
        held_from=(worked[-1] if worked else by_tier) if states[-1] == "on_hold" else "",
        resolved_at=resolved[-1] if resolved and states[-1] in process.ended else None,
        closed_at=closed_at,
        verdict=judged(lines, closed_at=closed_at, mapping=mapping),
    )


def judged(lines: Sequence[Line], *, closed_at: datetime | None, mapping: SourceMapping) -> Verdict | None:
    """This will judge the source's closure clock, by the final priority, when the mapping describes one."""
    if mapping.closure is None:
        return None
    return mapping.closure.judge(priority=lines[-1].priority, opened_at=lines[0].opened_at, closed_at=closed_at)


def state_of(line: Line, *, mapping: SourceMapping) -> str:
    """This will give the state here, by the line that has the case."""
    return line.state.first_line if mapping.tier_of(line.team) == 1 else line.state.second_line


def fingerprint(lines: Sequence[Line], *, mapping: SourceMapping) -> str:
    """This will give the hash of what the rows say by this mapping, whatever their spelling."""
    digest = hashlib.sha256(mapping.digest.encode())
    for line in lines:
        digest.update(line.content().encode())
    return digest.hexdigest()


def opening(first: Line, *, process: Imported) -> Entry:
    """This will tell that the case was opened, when the source says it was."""
    return Entry(Event.Kind.OPENED, "open", first.opened_at, first.opened_by, 0, process.flow.initial)


def steps(lines: Sequence[Line], states: Sequence[str], *, process: Imported) -> Iterator[list[Entry]]:
    """This will tell each row as what it changed against the row before; the first against a case just opened."""
    before: Line | None = None
    state = process.flow.initial
    for row, (line, reached) in enumerate(zip(lines, states, strict=True), start=1):
        yield _step(before, line, row=row, source=state, target=reached, process=process)
        before, state = line, reached


def _step(before: Line | None, line: Line, *, row: int, source: str, target: str, process: Imported) -> list[Entry]:
    entries = []
    common: dict[str, Any] = {"at": line.at, "by": line.by, "row": row, "state": target}
    if source != target:
        after = {"hold_reason": line.state.hold_reason} if line.state.hold_reason else None
        entries.append(
            Entry(Event.Kind.MOVE, move_name(process.key, source, target), source=source, after=after, **common)
        )
    was, now = _hands(before), _hands(line)
    if was != now:
        entries.append(Entry(Event.Kind.ASSIGNED, "assign", before=was, after=now, **common))
    was, now = _edited(before, line, moved=source != target)
    if now or not entries:
        entries.append(Entry(Event.Kind.EDITED, "edit", before=was, after=now, **common))
    return entries


def _hands(line: Line | None) -> dict[str, Any]:
    return {"team": line.team, "assignee": line.assignee} if line else {"team": "", "assignee": ""}


def _edited(before: Line | None, line: Line, *, moved: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """Find the fields that differ from the row before; a first row differs from nothing."""
    if before is None:
        return {}, {}
    was: dict[str, Any] = {name: getattr(before, name) for name in EDITS} | before.facts
    now: dict[str, Any] = {name: getattr(line, name) for name in EDITS} | line.facts
    if not moved:
        was["hold_reason"], now["hold_reason"] = before.state.hold_reason, line.state.hold_reason
    changed = [name for name in was.keys() | now.keys() if was.get(name) != now.get(name)]
    return {name: was.get(name) for name in sorted(changed)}, {name: now.get(name) for name in sorted(changed)}


@lru_cache(maxsize=256)
def move_name(process: str, source: str, target: str) -> str:
    """This will name the step between two states: the machine's own, or the one that leads there when it has none.

    A history may hold steps that the machine would refuse; a return to the first state has no step at all.
    """
    rows = [row for row in PROCESSES[process].flow.transitions.values() if target in row.targets and not row.internal]
    legal = [row.name for row in rows if source in row.source]
    return next(iter([*legal, *(row.name for row in rows)]), "import")
