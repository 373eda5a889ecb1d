"""Records that are no cases, by their number and by words, as far as the person may see them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.utils.text import capfirst

from itsm.flow import State
from itsm.records.finding import plain_process_numbered, plain_processes
from itsm.search.numbers import whole_number

if TYPE_CHECKING:
    from itsm.people.models import Person

#: How many of the newest hits are looked at: of them the person may see some.
NEAR = 200
#: How many of each kind are shown.
EACH = 5
HITS = """
SELECT record_id, kind FROM search_plain WHERE words @@ search_query(%s) ORDER BY record_id DESC LIMIT %s
"""


@dataclass(frozen=True)
class Group:
    """The found records of one kind."""

    title: str
    rows: list[PlainRow]


@dataclass(frozen=True)
class PlainRow:
    """One found record."""

    number: str
    title: str
    state: State
    url: str


def by_whole_number(person: Person, text: str) -> str:
    """Give the number of the record that is no case whose whole number ``text`` is; empty when none is visible."""
    number = whole_number(text)
    process = plain_process_numbered(number) if number and person.is_worker else None
    if process is None or not process.model.objects.visible_to(person).filter(number=number).exists():
        return ""
    return number


def find(person: Person, text: str) -> list[Group]:
    """Find the newest records of every kind that hold every word of ``text``; only for those who work cases."""
    if not person.is_worker or not text:
        return []
    with connection.cursor() as cursor:
        cursor.execute(HITS, [text, NEAR])
        hits = cursor.fetchall()
    keys: dict[str, list[int]] = defaultdict(list)
    for key, kind in hits:
        keys[kind].append(key)
    groups = []
    for process in plain_processes():
        if not keys[process.key]:
            continue
        seen = process.model.objects.visible_to(person).filter(pk__in=keys[process.key], number__isnull=False)
        rows = [_row(process, record) for record in seen.order_by("-pk")[:EACH]]
        if rows:
            groups.append(Group(str(capfirst(process.model._meta.verbose_name_plural)), rows))
    return groups


def _row(process: Any, record: Any) -> PlainRow:
    url = f"/{process.section}/{record.number}/"
    return PlainRow(record.number, record.title, process.flow.states[record.state], url)
