"""From the cells of a row to what it says: every value read by its own rule, every cell that cannot be read reported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_noop

from itsm.intake.faults import BadMapping, Fault, Unreadable, fault
from itsm.intake.mapping import ANYTHING, LISTED, NEEDED, RANGES, SourceMapping, StateRule
from itsm.intake.reading import Row

YEARS = range(1970, 2200)
LENGTHS = {"number": 60, "component": 160}
NAME_LENGTH = 120
CACHED = 8192  # cells of a column
Reader = Callable[[str], Any]


@dataclass(slots=True)
class Line:
    """What one row says. Texts are empty, numbers and flags None where the source says nothing."""

    line: int
    number: str
    at: datetime
    state: StateRule
    opened_at: datetime
    title: str
    facts: dict[str, str]
    last_facts: dict[str, str]
    by: str = ""
    opened_by: str = ""
    requester: str = ""
    channel: str = ""
    category: str = ""
    subcategory: str = ""
    component: str = ""
    impact: int | None = None
    urgency: int | None = None
    priority: int | None = None
    team: str = ""
    assignee: str = ""
    met: bool | None = None
    outcome: str = ""

    def content(self) -> str:
        """This will write everything it says as one text, the same for the same content."""
        return repr([getattr(self, name) for name in self.__slots__ if name != "line"])


class Parser:
    """Reads the rows of one file by one mapping."""

    def __init__(self, mapping: SourceMapping, header: Sequence[str]) -> None:
        """This will find each column's place in ``header``, which must name every column of the mapping."""
        self.mapping = mapping
        self.width = len(header)
        self._text = lru_cache(maxsize=CACHED)(self._clean)  # a log says the same few things again and again
        place = {name: index for index, name in enumerate(header)}
        self.fields = [
            (field, column, place[column], lru_cache(maxsize=CACHED)(self._reader(field)))
            for field, column in mapping.columns.items()
        ]
        self.constants = {field: self._constant(field, text) for field, text in mapping.constants.items()}
        self.title = [place[column] for column in mapping.title]
        self.facts = [(key, place[column]) for key, column in mapping.facts.items()]
        self.last_facts = [(key, place[column]) for key, column in mapping.last_facts.items()]

    def line(self, row: Row) -> Line | list[Fault]:
        """This will read one row, or report every cell of it that cannot be read."""
        if len(row.cells) != self.width:
            bad = Unreadable(
                gettext_noop("The row has %(count)s cells, the first line %(width)s."),
                count=len(row.cells),
                width=self.width,
            )
            return [fault(row.line, "", "", bad)]
        found: dict[str, Any] = dict(self.constants)
        faults = []
        for field, column, place, reader in self.fields:
            try:
                found[field] = reader(row.cells[place])
            except Unreadable as bad:
                faults.append(fault(row.line, column, row.cells[place], bad))
        if faults:
            return faults
        found.setdefault("opened_at", found["at"])
        texts = [self._text(row.cells[place]) for place in self.title]
        return Line(
            line=row.line,
            title=" · ".join([text for text in texts if text]),
            facts=self._facts(row, self.facts),
            last_facts=self._facts(row, self.last_facts),
            **found,
        )

    def _facts(self, row: Row, wanted: list[tuple[str, int]]) -> dict[str, str]:
        return {key: text for key, place in wanted if (text := self._text(row.cells[place]))}

    def _reader(self, field: str) -> Reader:
        if field in ("at", "opened_at"):
            return self._time
        if field == "state":
            return self._state
        if field == "met":
            return self._flag
        if field in LISTED:
            return self._listed(field)
        return self._short(field)

    def _constant(self, field: str, text: str) -> Any:
        try:
            return self._reader(field)(text)
        except Unreadable as bad:
            raise BadMapping(bad.sentence, **bad.values) from bad

    def _clean(self, cell: str) -> str:
        """Blanks in a row are one blank; what stands for nothing is nothing."""
        text = " ".join(cell.split())
        return "" if text in self.mapping.missing else text.replace("\x00", "")

    def _short(self, field: str) -> Reader:
        limit = LENGTHS.get(field, NAME_LENGTH)

        def read(cell: str) -> str:
            text = self._text(cell)
            if not text and field in NEEDED:
                raise Unreadable(gettext_noop("A value is needed here."))
            if len(text) > limit or "\x00" in cell:
                raise Unreadable(
                    gettext_noop("The text is longer than %(limit)s characters, or is no text."), limit=limit
                )
            return text

        return read

    def _time(self, cell: str) -> datetime:
        text = self._text(cell)
        if not text:
            raise Unreadable(gettext_noop("A time is needed here."))
        return read_time(text, self.mapping.dates, self.mapping.zone)

    def _state(self, cell: str) -> StateRule:
        rule = self.mapping.states.get(self._text(cell))
        if rule is None:
            raise Unreadable(gettext_noop("The mapping knows no such state."))
        return rule

    def _flag(self, cell: str) -> bool | None:
        text = self._text(cell).casefold()
        if not text:
            return None
        flag = self.mapping.flags.get(text)
        if flag is None:
            raise Unreadable(gettext_noop("This is neither yes nor no by the mapping."))
        return flag

    def _listed(self, field: str) -> Reader:
        table = self.mapping.values.get(field, {})
        nothing = table.get("", None if field in RANGES else "")

        def read(cell: str) -> Any:
            text = self._text(cell)
            if not text:
                return nothing
            if text not in table and ANYTHING in table:
                return table[ANYTHING]
            if text not in table:
                raise Unreadable(gettext_noop("The mapping lists no such value for %(field)s."), field=field)
            return table[text]

        return read


@lru_cache(maxsize=65_536)
def read_time(text: str, formats: tuple[str, ...], zone: ZoneInfo) -> datetime:
    """This will read a wall time of ``zone`` in one of the formats; of a time that occurs twice, the first.

    :raises Unreadable: if no format fits, or the year is out of 1970 to 2199
    """
    for pattern in formats:
        try:
            wall = datetime.strptime(text, pattern)  # noqa: DTZ007  (the zone follows)
        except ValueError:
            continue
        if wall.year not in YEARS:
            raise Unreadable(gettext_noop("The year must be from 1970 to 2199."))
        aware = wall if wall.tzinfo else wall.replace(tzinfo=zone)
        return aware.astimezone(UTC).replace(microsecond=0)
    raise Unreadable(gettext_noop("This is no time in the form %(forms)s."), forms=" / ".join(formats))
