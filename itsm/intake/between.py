"""What stands between imported records: links to others of the source, and the configuration items that they name.

Both are written after the records, because a row may speak of one that comes later; what leads nowhere is reported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from django.db import connection, transaction
from django.utils.translation import gettext_noop

from itsm.intake.faults import BadFile, Fault
from itsm.intake.mapping import LinkRule, NamedFile, SourceMapping
from itsm.intake.named_models import NamedItem
from itsm.intake.reading import Row, read
from itsm.records.models import Link
from itsm.tickets.models import Ticket

PAGE = 2000  # rows that are written together
LONGEST_NAME = 160
LONGEST_HOW = 80

NOWHERE = gettext_noop("No record of this source has this number, so there is no link to it.")
NO_RECORD = gettext_noop("No record of this source has this number, so what it names is not kept.")
NO_NAME = gettext_noop("A name of 1 to %(most)s characters is needed here.")

#: Pairs of the records of a source, by the number that one keeps of the other in a fact.
_PAIRS = """
SELECT near.record_ptr_id, far.record_ptr_id FROM tickets_ticket near
JOIN tickets_ticket far ON far.source = near.source AND far.source_number = near.facts->>%(fact)s
WHERE near.source = %(source)s AND near.record_ptr_id <> far.record_ptr_id ORDER BY 1, 2
"""

_LOST = """
SELECT near.source_number, near.facts->>%(fact)s FROM tickets_ticket near
WHERE near.source = %(source)s AND near.facts->>%(fact)s <> '' AND NOT EXISTS (
    SELECT 1 FROM tickets_ticket far WHERE far.source = near.source AND far.source_number = near.facts->>%(fact)s)
ORDER BY near.record_ptr_id
"""


def join(mapping: SourceMapping, *, source: str, at: datetime) -> Iterator[Fault]:
    """This will make the links that the mapping describes, drop those the source no longer tells, and report lost ends."""
    for rule in mapping.links:
        with transaction.atomic(), connection.cursor() as cursor:
            given = {"fact": rule.fact, "source": source}
            cursor.execute(_PAIRS, given)
            _link_all(
                {(far, near) if rule.reversed else (near, far) for near, far in cursor.fetchall()}, rule, source, at
            )
            cursor.execute(_LOST, given)
            lost = cursor.fetchall()
        column = mapping.facts[rule.fact]
        yield from (Fault(0, column, f"{near} → {far}", NOWHERE) for near, far in lost)


def _link_all(pairs: set[tuple[int, int]], rule: LinkRule, source: str, at: datetime) -> None:
    ours = Link.objects.filter(kind=rule.kind, auto=True, created_by=None, source__ticket__source=source)
    held = {(link.source_id, link.target_id): link.pk for link in ours.filter(target__ticket__source=source)}
    Link.objects.filter(pk__in=[key for pair, key in held.items() if pair not in pairs]).delete()
    Link.objects.bulk_create(
        [
            Link(source_id=near, target_id=far, kind=rule.kind, auto=True, created_at=at)
            for near, far in sorted(pairs - held.keys())
        ],
        batch_size=PAGE,
        ignore_conflicts=True,
    )


def named_rows(path: Path, *, mapping: SourceMapping) -> Iterator[Row]:
    """This will give the heading and the rows of the second file; nothing when the mapping names none.

    :raises BadFile: if it is not there or cannot be read
    """
    if mapping.named is None:
        return
    beside = path.parent / mapping.named.file
    if not beside.is_file():
        raise BadFile(
            gettext_noop("The mapping reads “%(file)s” beside the file, and it is not there."), file=mapping.named.file
        )
    yield from read(beside, mapping=_of_second(mapping, mapping.named))


def _of_second(mapping: SourceMapping, named: NamedFile) -> SourceMapping:
    columns = {"number": named.number, "name": named.name} | ({"how": named.how} if named.how else {})
    return replace(mapping, columns=columns, title=(), facts={}, last_facts={}, format="csv")


def name_items(path: Path, *, mapping: SourceMapping, source: str, refused: Callable[[Fault], None]) -> None:
    """This will keep what each record names of the configuration data, as the second file says, and nothing older."""
    rows = named_rows(path, mapping=mapping)
    header = next(rows, None)
    if header is None or mapping.named is None:
        return
    known = dict(Ticket.objects.filter(source=source, imported__isnull=False).values_list("source_number", "pk"))
    wanted: dict[tuple[int, str], str] = {}
    reader = _Reader(mapping.named, header.cells, known)
    for row in rows:
        read_row = reader.read(row)
        if isinstance(read_row, Fault):
            refused(read_row)
        else:
            wanted.setdefault(read_row[:2], read_row[2])
    _keep(wanted, known=known.values())


def _keep(wanted: dict[tuple[int, str], str], *, known: object) -> None:
    held = NamedItem.objects.filter(ticket__in=known)
    with transaction.atomic():
        there = {
            (ticket, name): (key, how) for key, ticket, name, how in held.values_list("pk", "ticket", "name", "how")
        }
        stale = [key for pair, (key, how) in there.items() if wanted.get(pair) != how]
        NamedItem.objects.filter(pk__in=stale).delete()
        fresh = [pair for pair, how in wanted.items() if there.get(pair, (0, None))[1] != how]
        NamedItem.objects.bulk_create(
            [NamedItem(ticket_id=ticket, name=name, how=wanted[ticket, name]) for ticket, name in fresh],
            batch_size=PAGE,
        )


class _Reader:
    """Reads the rows of the second file."""

    def __init__(self, named: NamedFile, header: list[str], known: dict[str | None, int]) -> None:
        self.named, self.known = named, known
        self.number, self.name = header.index(named.number), header.index(named.name)
        self.how = header.index(named.how) if named.how else None

    def read(self, row: Row) -> tuple[int, str, str] | Fault:
        """Give the record's key, the name and how it is meant; or what is wrong."""
        cells = [" ".join(cell.split()) for cell in row.cells] + [""] * 3
        number, name = cells[self.number], cells[self.name]
        if number not in self.known:
            return Fault(row.line, self.named.number, number[:LONGEST_NAME], NO_RECORD)
        if not 0 < len(name) <= LONGEST_NAME:
            return Fault(row.line, self.named.name, name[:LONGEST_NAME], NO_NAME, {"most": LONGEST_NAME})
        return self.known[number], name, cells[self.how][:LONGEST_HOW] if self.how is not None else ""
