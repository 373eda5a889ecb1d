"""Importing a history: read, tell, write in batches that are whole or not at all; once killed, started again it goes on.

A record is known by the source's label and its number. What was read of it is kept as a fingerprint, so a second run of
the same file writes nothing, and one that was killed goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from django.db import connection, transaction
from django.utils.translation import gettext_noop

from itsm.intake import between, writing
from itsm.intake.faults import BadMapping, Fault, Running
from itsm.intake.mapping import SourceMapping
from itsm.intake.models import ImportedCase, ImportRun, RejectedCell
from itsm.intake.names import settle
from itsm.intake.parsing import Line, Parser
from itsm.intake.reading import MOST_ROWS, Row, records, survey
from itsm.intake.telling import Case, tell
from itsm.records.clock import database_now
from itsm.records.insertion import measure
from itsm.records.models import Event, Record
from itsm.tickets.models import Comment, HoldReason, Ticket

BATCH_RECORDS, BATCH_ROWS = 400, 4000
LOCK_SPACE = 0x1A7A  # of advisory locks: one import of a source at a time

TOO_MANY_ROWS = gettext_noop("The record has more than %(most)s rows.")
WORKED_ON = gettext_noop("This case was worked on here since it was imported; it was left as it is.")
NOT_IMPORTED = gettext_noop("A case of this source and number exists that no import made.")


@dataclass
class Counts:
    """What an import did: ``records`` is the sum of created, changed, unchanged and rejected."""

    records: int = 0
    rows: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0

    def as_json(self) -> dict[str, int]:
        """This will give the counts by their names."""
        return asdict(self)


@dataclass
class Batch:
    """Records that are written together."""

    cases: list[Case] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    records: int = 0
    rows: int = 0

    def is_full(self) -> bool:
        """This will tell whether it should be written now."""
        return self.records >= BATCH_RECORDS or self.rows >= BATCH_ROWS


@dataclass(frozen=True)
class Watch:
    """Whom to tell: of every refused cell, and how many rows of all have been read."""

    refused: Callable[[Fault], None]
    progress: Callable[[int, int], None]


def import_history(
    path: Path, *, mapping: SourceMapping, source: str, dry_run: bool, at: datetime, watch: Watch
) -> Counts:
    """This will import the file, or with ``dry_run`` only tell what would be done.

    :raises BadFile: if the file cannot be read to its end; nothing is written
    :raises BadMapping: if the mapping names a hold reason that does not exist
    :raises Running: if another import of this source runs
    """
    _check_reasons(mapping)
    found = survey(path, mapping=mapping)
    for _row in between.named_rows(path, mapping=mapping):  # what would stop it half-way stops it here
        pass
    counts = Counts()
    batches = _batches(records(path, mapping=mapping, found=found), parser=Parser(mapping, found.header))
    if dry_run:
        for batch in batches:
            _count(counts, batch, sort_out(batch, source=source))
            _report(batch, watch, counts, found.rows)
        return counts
    with _alone(source):
        ImportRun.objects.of(source).running().update(state=ImportRun.State.INTERRUPTED)
        run = ImportRun.objects.create(
            source=source, mapping=mapping.name, file_name=path.name[-255:], started_at=at, rows_total=found.rows
        )
        for batch in batches:
            _write(batch, run=run, mapping=mapping, counts=counts)
            _report(batch, watch, counts, found.rows)
        _join(path, run=run, mapping=mapping, watch=watch)
        run.end(ImportRun.State.FINISHED, at=database_now())
        if counts.created or counts.changed:
            measure(Event, Record, Ticket, mapping.process.model, ImportedCase)
    return counts


@dataclass
class Sorted:
    """The cases of a batch by what is to be done with them."""

    created: list[Case] = field(default_factory=list)
    changed: list[tuple[int, Case]] = field(default_factory=list)
    unchanged: int = 0


def sort_out(batch: Batch, *, source: str) -> Sorted:
    """This will compare the cases of a batch with what is there; those that must not be touched become faults of it."""
    numbers = [case.number for case in batch.cases]
    held = Ticket.objects.filter(source=source, source_number__in=numbers).values_list(
        "source_number", "pk", "imported__fingerprint"
    )
    known = {number: (key, mark) for number, key, mark in held}
    worked = _worked_on([known[case.number][0] for case in batch.cases if _differs(case, known)])
    result = Sorted()
    for case in batch.cases:
        if case.number not in known:
            result.created.append(case)
        elif not _differs(case, known):
            result.unchanged += 1
        elif known[case.number][1] is None or known[case.number][0] in worked:
            sentence = NOT_IMPORTED if known[case.number][1] is None else WORKED_ON
            batch.faults.append(Fault(case.lines[0].line, "", case.number, sentence))
        else:
            result.changed.append((known[case.number][0], case))
    return result


def _differs(case: Case, known: dict[str, tuple[int, str | None]]) -> bool:
    return case.number in known and known[case.number][1] != case.fingerprint


def _worked_on(keys: Sequence[int]) -> set[int]:
    if not keys:
        return set()
    own = Event.objects.filter(record__in=keys, imported=False).values_list("record", flat=True)
    said = Comment.objects.filter(ticket__in=keys).values_list("ticket", flat=True)
    return {*own, *said}


def _batches(groups: Iterator[list[Row]], *, parser: Parser) -> Iterator[Batch]:
    batch = Batch()
    for rows in groups:
        batch.records += 1
        batch.rows += len(rows)
        lines, faults = _parsed(rows, parser)
        if faults:
            batch.faults += faults
        else:
            batch.cases.append(tell(lines, mapping=parser.mapping))
        if batch.is_full():
            yield batch
            batch = Batch()
    if batch.records:
        yield batch


def _parsed(rows: list[Row], parser: Parser) -> tuple[list[Line], list[Fault]]:
    if len(rows) > MOST_ROWS:
        return [], [Fault(rows[0].line, "", "", TOO_MANY_ROWS, {"most": MOST_ROWS})]
    lines: list[Line] = []
    faults: list[Fault] = []
    for row in rows:
        read = parser.line(row)
        if isinstance(read, Line):
            lines.append(read)
        else:
            faults += read
    return lines, faults


def _write(batch: Batch, *, run: ImportRun, mapping: SourceMapping, counts: Counts) -> None:
    with transaction.atomic():
        todo = sort_out(batch, source=run.source)
        if todo.changed:
            keys, cases = [key for key, _ in todo.changed], [case for _, case in todo.changed]
            names = settle(cases, source=run.source, mapping=mapping)
            writing.change(cases, keys=keys, run=run, names=names, mapping=mapping)
        if todo.created:
            names = settle(todo.created, source=run.source, mapping=mapping)
            writing.create(todo.created, run=run, names=names, mapping=mapping)
        _keep_faults(batch.faults, run=run)
        _count(counts, batch, todo)
        ImportRun.objects.filter(pk=run.pk).update(**counts.as_json())


def _keep_faults(faults: Iterable[Fault], *, run: ImportRun) -> None:
    RejectedCell.objects.bulk_create(
        RejectedCell(
            run=run,
            line=bad.line,
            column=bad.column[:200],
            value=bad.value,
            sentence=bad.sentence,
            values=bad.values,
        )
        for bad in faults
    )


def _join(path: Path, *, run: ImportRun, mapping: SourceMapping, watch: Watch) -> None:
    """Write what stands between the records, and report what leads nowhere; no record is kept out by that."""
    faults = list(between.join(mapping, source=run.source, at=run.started_at))
    between.name_items(path, mapping=mapping, source=run.source, refused=faults.append)
    _keep_faults(faults, run=run)
    for bad in faults:
        watch.refused(bad)


def _count(counts: Counts, batch: Batch, todo: Sorted) -> None:
    counts.records += batch.records
    counts.rows += batch.rows
    counts.created += len(todo.created)
    counts.changed += len(todo.changed)
    counts.unchanged += todo.unchanged
    counts.rejected += batch.records - len(todo.created) - len(todo.changed) - todo.unchanged


def _report(batch: Batch, watch: Watch, counts: Counts, total: int) -> None:
    for bad in batch.faults:
        watch.refused(bad)
    watch.progress(counts.rows, total)


def _check_reasons(mapping: SourceMapping) -> None:
    wanted = {rule.hold_reason for rule in mapping.states.values() if rule.hold_reason}
    lacking = wanted - set(HoldReason.objects.values_list("code", flat=True))
    if lacking:
        raise BadMapping(gettext_noop("There is no hold reason “%(code)s”."), code=sorted(lacking)[0])


@contextmanager
def _alone(source: str) -> Iterator[None]:
    """Hold the source for this connection; the lock goes with it when the process is killed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", [LOCK_SPACE, source])
        if not cursor.fetchone()[0]:
            raise Running(gettext_noop("Another import of “%(source)s” is running."), source=source)
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [LOCK_SPACE, source])
