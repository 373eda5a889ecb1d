"""The newest cases that hold some words, by their keys, a window at a time; who may see them is asked afterwards.

One statement for each window. It first reads the newest entries one by one, which fills a window at once for words that
many cases hold; only when that was not enough are the indexes of words asked, which is fast exactly for rare words. The
planner cannot choose between the two itself: it takes the pairs of a Chinese phrase for independent of each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection

from itsm.tickets.models import Ticket
from itsm.tickets.querysets import SEES_ALL

if TYPE_CHECKING:
    from itsm.people.models import Person

#: How many of the newest entries are read one by one before the indexes of words are asked (about 3 ms).
NEAR = 4000
#: How much larger each window is than the one before, for people who may see few of the hits.
GROWTH = 4
#: Among how many of their newest cases each hit is looked for, for people who see only a few cases.
OWN = 5
LONGEST_NAME, MOST_PEOPLE = 40, 20
#: Above every key.
TOP = 2**62

#: ``asked`` is no constant of the plan, so that the plan is the same for all words; OFFSET 0 keeps it from walking the
#: keys for what an index finds.
WORDS = """
WITH asked AS MATERIALIZED (SELECT search_query(%(text)s) AS words),
near AS MATERIALIZED (
    SELECT record_id, shown FROM (
        SELECT record_id, public_tsv @@ (SELECT words FROM asked) AS shown,
               %(notes)s AND notes_tsv @@ (SELECT words FROM asked) AS noted
        FROM search_entry WHERE record_id < %(before)s ORDER BY record_id DESC LIMIT %(near)s
    ) newest WHERE shown OR noted ORDER BY record_id DESC LIMIT %(size)s
),
enough AS MATERIALIZED (SELECT count(*) >= %(size)s AS are FROM near)
SELECT record_id, shown, false FROM near WHERE (SELECT are FROM enough)
UNION ALL
(SELECT record_id, public_tsv @@ (SELECT words FROM asked), false FROM (
    SELECT record_id, public_tsv FROM search_entry
    WHERE (public_tsv @@ (SELECT words FROM asked) OR (%(notes)s AND notes_tsv @@ (SELECT words FROM asked)))
        AND record_id < %(before)s AND NOT (SELECT are FROM enough)
    OFFSET 0
) found ORDER BY record_id DESC LIMIT %(size)s)
UNION ALL
(SELECT held.record_ptr_id, true, true FROM (
    SELECT id FROM people_person WHERE %(name)s <> '' AND strpos(upper(name), upper(%(name)s)) > 0 LIMIT %(people)s
) named CROSS JOIN LATERAL (
    SELECT record_ptr_id FROM tickets_ticket WHERE assignee_id = named.id AND record_ptr_id < %(before)s OFFSET 0
) held ORDER BY 1 DESC LIMIT %(size)s)
"""
#: The same among some keys: an assignee's name is asked of each case.
AMONG = """
WITH asked AS MATERIALIZED (SELECT search_query(%(text)s) AS words),
named AS MATERIALIZED (
    SELECT id FROM people_person WHERE %(name)s <> '' AND strpos(upper(name), upper(%(name)s)) > 0 LIMIT %(people)s
)
SELECT record_id, shown OR held, held FROM (
    SELECT e.record_id, e.public_tsv @@ (SELECT words FROM asked) AS shown,
           %(notes)s AND e.notes_tsv @@ (SELECT words FROM asked) AS noted,
           coalesce(t.assignee_id IN (SELECT id FROM named), false) AS held
    FROM search_entry e JOIN tickets_ticket t ON t.record_ptr_id = e.record_id
    WHERE e.record_id = ANY (%(keys)s) OFFSET 0
) own WHERE shown OR noted OR held ORDER BY record_id DESC LIMIT %(size)s
"""
#: A key, whether the words stand where its requester may read them (or it counts so), whether its assignee has the name.
Row = tuple[int, bool, bool]


@dataclass(frozen=True, slots=True)
class Window:
    """Keys that follow each other without a gap, from the newest down to ``floor`` (0: there are no further ones).

    ``shown`` are hits wherever the case may be seen, ``noted`` only where its internal notes may be read.
    """

    shown: list[int]
    noted: list[int]
    floor: int

    def below(self, key: int) -> Window:
        """Give the part of it that is older than ``key``."""
        return Window([pk for pk in self.shown if pk < key], [pk for pk in self.noted if pk < key], self.floor)

    def above(self, key: int) -> Window:
        """Give the part of it that is ``key`` or newer."""
        return Window([pk for pk in self.shown if pk >= key], [pk for pk in self.noted if pk >= key], self.floor)


def newest(person: Person, text: str, *, before: int = TOP, size: int) -> Window:
    """Find the ``size`` newest cases older than ``before`` that hold the words, or whose assignee's name holds the text.

    Internal notes and assignees count only for people who work cases.
    """
    rows = _asked(WORDS, person, text, before=before, near=max(NEAR, size), size=size)
    worded, held = ([key for key, _shown, is_held in rows if is_held is wanted] for wanted in (False, True))
    return _window(rows, max((min(keys) for keys in (worded, held) if len(keys) == size), default=0))


def older(person: Person, text: str, *, before: int, size: int) -> Iterator[Window]:
    """Go on below ``before``, a window after the other, until there is nothing more."""
    sees_most = bool(person.role_codes & SEES_ALL)
    while before:
        size *= GROWTH
        window = (newest if sees_most else _among_own)(person, text, before=before, size=size)
        yield window
        before = window.floor


def _among_own(person: Person, text: str, *, before: int, size: int) -> Window:
    """Look for words among the cases of somebody who sees few: a common word would lead to others' cases."""
    mine = Ticket.objects.visible_to(person).filter(pk__lt=before).order_by("-pk").values_list("pk", flat=True)
    keys = list(mine[: OWN * size])
    rows = _asked(AMONG, person, text, keys=keys, size=size) if keys else []
    return _window(rows, rows[-1][0] if len(rows) == size else keys[-1] if len(keys) == OWN * size else 0)


def _asked(statement: str, person: Person, text: str, **bounds: int | list[int]) -> list[Row]:
    name = text.strip() if person.is_worker else ""
    if len(name) > LONGEST_NAME:
        name = ""
    with connection.cursor() as cursor:
        cursor.execute(
            statement, {**bounds, "text": text, "notes": person.is_worker, "name": name, "people": MOST_PEOPLE}
        )
        rows: list[Row] = cursor.fetchall()
    return rows


def _window(rows: list[Row], floor: int) -> Window:
    shown = {key for key, is_shown, _held in rows if is_shown and key >= floor}
    noted = {key for key, is_shown, _held in rows if not is_shown and key >= floor}
    return Window(sorted(shown), sorted(noted - shown), floor)
