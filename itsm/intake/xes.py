"""Event logs in XES: every event becomes a row whose columns are the attributes of the event and of its trace."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from typing import IO, Any
from xml.parsers import expat

from django.utils.translation import gettext_noop

from itsm.intake.faults import BadFile

OF_TRACE = "case:"  # what stands before the name of an attribute of the trace
BLOCK = 65_536  # bytes
DEEPEST = 40  # elements within each other


def events(data: IO[bytes], *, columns: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """This will give each event's line and the values of ``columns``, in the order of the file; memory does not grow.

    :raises BadFile: if it is no well-formed XML, declares a document type, or lacks one of the columns in every event
    """
    log = _Log(columns)
    try:
        while block := data.read(BLOCK):
            log.parser.Parse(block, False)
            yield from log.taken()
        log.parser.Parse(b"", True)
    except expat.ExpatError as bad:
        raise BadFile(
            gettext_noop("Line %(line)s cannot be read: %(why)s"), line=bad.lineno, why=expat.ErrorString(bad.code)
        ) from bad
    yield from log.taken()
    lacking = [name for name in columns if name not in log.seen]
    if log.seen and lacking:
        raise BadFile(
            gettext_noop("No event has the attributes that the mapping names: %(columns)s."), columns=", ".join(lacking)
        )


class _Log:
    """What the parser has seen of the file and nobody has taken yet."""

    def __init__(self, columns: Sequence[str]) -> None:
        self.columns = columns
        self.seen: set[str] = set()
        self.rows: deque[tuple[int, list[str]]] = deque()
        self.path: list[str] = []
        self.trace: dict[str, str] = {}
        self.event: dict[str, str] = {}
        self.line = 0
        self.parser = expat.ParserCreate()
        self.parser.StartDoctypeDeclHandler = self._refused
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def taken(self) -> Iterator[tuple[int, list[str]]]:
        while self.rows:
            yield self.rows.popleft()

    def _refused(self, *_given: Any) -> None:
        raise BadFile(gettext_noop("An event log must not declare a document type."))

    def _start(self, name: str, given: dict[str, str]) -> None:
        if len(self.path) >= DEEPEST:
            raise BadFile(gettext_noop("Line %(line)s is nested too deep."), line=self.parser.CurrentLineNumber)
        within = self.path[-1] if self.path else ""
        self.path.append(name)
        if name == "trace":
            self.trace = {}
        elif name == "event":
            self.event, self.line = {}, self.parser.CurrentLineNumber
        elif within == "event":
            self.event[given.get("key", "")] = given.get("value", "")
        elif within == "trace":
            self.trace[OF_TRACE + given.get("key", "")] = given.get("value", "")

    def _end(self, name: str) -> None:
        self.path.pop()
        if name != "event":
            return
        values = self.trace | self.event
        self.seen |= values.keys()
        self.rows.append((self.line, [values.get(column, "") for column in self.columns]))
