"""What the page of a case reads as SQL: the small things that hang on it in one statement, its messages, its events.

Written so, because building these queries anew for each page costs more than running them. What the reader may see is
decided before: ``visible_to`` found the case, ``shows_notes`` says whether notes and facts may be read.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connection

from itsm.people.models import Organisation, Person
from itsm.records.links import AtHand
from itsm.records.models import Event, Record
from itsm.tickets.lines import Happening

#: Whom a case names, and what the page tells of them.
PEOPLE = ("requester", "requested_for", "assignee", "reporter", "lead", "comms_owner")
TOLD = ("id", "name", "unit_id", "phone", "language", "is_vip")

MOST_FILES, MOST_MOVES, MOST_LINKS = 100, 400, 100

STATEMENT = """
SELECT
  (SELECT json_agg(f) FROM (
     SELECT id AS pk, name, size, media_type AS type, is_internal AS internal
     FROM records_attachment WHERE record_id = %(record)s ORDER BY id DESC LIMIT %(files)s) f),
  (SELECT json_agg(w) FROM (
     SELECT p.id AS pk, p.name FROM records_watcher w JOIN people_person p ON p.id = w.person_id
     WHERE w.record_id = %(record)s ORDER BY p.name, p.id) w),
  (SELECT json_agg(d) FROM (
     SELECT kind, body FROM tickets_draft WHERE ticket_id = %(record)s AND person_id = %(person)s) d),
  (SELECT json_agg(m ORDER BY m.at, m.id) FROM (
     SELECT id, name, target, at FROM records_event
     WHERE record_id = %(record)s AND kind = 'move' AND machine = %(machine)s ORDER BY at DESC, id DESC LIMIT %(moves)s) m),
  (SELECT json_agg(l) FROM (
     SELECT l.id AS pk, l.kind, l.auto, l.source_id = %(record)s AS out, o.id AS other, o.kind AS other_kind, o.number
     FROM records_link l JOIN records_record o ON o.id = CASE WHEN l.source_id = %(record)s THEN l.target_id ELSE l.source_id END
     WHERE l.source_id = %(record)s OR l.target_id = %(record)s ORDER BY l.id LIMIT %(links)s) l),
  (SELECT json_agg(g) FROM (
     SELECT id AS pk, loser_id AS loser FROM tickets_merge WHERE survivor_id = %(record)s AND undone_at IS NULL) g),
  (SELECT max(id) FROM tickets_comment WHERE ticket_id = %(record)s AND kind = 'public'),
  (SELECT json_agg(p) FROM (
     SELECT p.id, p.name, p.unit_id, p.phone, p.language, p.is_vip, u.name_zh, u.name_en
     FROM people_person p LEFT JOIN people_organisation u ON u.id = p.unit_id WHERE p.id = ANY(%(people)s)) p),
  EXISTS (SELECT FROM tickets_task WHERE ticket_id = %(record)s),
  EXISTS (SELECT FROM tickets_outage WHERE ticket_id = %(record)s),
  EXISTS (SELECT FROM tickets_approvalrequest WHERE ticket_id = %(record)s),
  EXISTS (SELECT FROM incidents_incident WHERE parent_id = %(record)s)
    OR EXISTS (SELECT FROM tickets_ticket WHERE merged_into_id = %(record)s)
"""


MESSAGES = """
SELECT c.id, c.kind, c.author_id, p.name, c.body, c.at, c.channel, c.is_resolution, r.number, count(*) OVER ()
FROM tickets_comment c LEFT JOIN people_person p ON p.id = c.author_id LEFT JOIN records_record r ON r.id = c.merged_from_id
WHERE c.ticket_id = %(record)s AND c.kind = ANY(%(kinds)s) ORDER BY c.at DESC, c.id DESC LIMIT %(most)s
"""

HAPPENED = """
SELECT e.id, e.kind, e.name, e.machine, e.source, e.target, a.name, o.name, e.channel, e.at, e.reason, e.facts::text, e.is_public
FROM records_event e LEFT JOIN people_person a ON a.id = e.actor_id LEFT JOIN people_person o ON o.id = e.on_behalf_of_id
WHERE e.record_id = %(record)s AND e.kind <> ALL(%(apart)s) AND (e.is_public OR %(all)s)
  AND e.at >= coalesce(%(since)s, '-infinity'::timestamptz)
ORDER BY e.at DESC, e.id DESC LIMIT %(most)s
"""
#: Events that the conversation shows as messages, not as lines.
SAID = (Event.Kind.COMMENT.value, Event.Kind.OPENED.value)


class Message(NamedTuple):
    """One reply or note; ``total`` counts those of its kinds."""

    pk: int
    kind: str
    author_id: int | None
    author: str | None
    body: str
    at: datetime
    channel: str
    is_resolution: bool
    merged_from: str | None
    total: int


def messages(case: Any, *, kinds: Sequence[str], most: int) -> list[Message]:
    """Read the last messages of some kinds, the newest first."""
    with connection.cursor() as cursor:
        cursor.execute(MESSAGES, {"record": case.pk, "kinds": [str(kind) for kind in kinds], "most": most})
        return [Message(*row) for row in cursor.fetchall()]


def happened(case: Any, *, since: datetime | None, most: int, all_of_them: bool) -> list[Happening]:
    """Read the last events that are no messages, the newest first; without ``all_of_them`` only public ones."""
    given = {"record": case.pk, "apart": list(SAID), "all": bool(all_of_them), "since": since, "most": most}
    with connection.cursor() as cursor:
        cursor.execute(HAPPENED, given)
        return [Happening._make((*row[:11], json.loads(row[11]), row[12])) for row in cursor.fetchall()]


def lay(case: Any, *, person: Person, machine: str) -> None:
    """Read what hangs on ``case`` and lay it on it: ``files_kept``, ``watched_by``, ``drafts_kept``, ``moves_made``,
    ``linked_by``, ``merges_in``, ``latest_said``, the people it names, and whether it has tasks, outages, approvals
    and followers. Guards that ask for links find them there.
    """
    named = {role: getattr(case, f"{role}_id") for role in PEOPLE if hasattr(case, f"{role}_id")}
    given = {
        "record": case.pk, "person": person.pk, "machine": machine, "people": [pk for pk in named.values() if pk],
        "files": MOST_FILES, "moves": MOST_MOVES, "links": MOST_LINKS,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, given)
        files, watchers, drafts, moves, links, merges, latest, people, *has = cursor.fetchone()
    case.files_kept, case.watched_by, case.drafts_kept = files or [], watchers or [], drafts or []
    case.moves_made, case.linked_by = moves or [], links or []
    case.merges_in = {row["loser"]: row["pk"] for row in merges or []}
    case.latest_said = latest or 0
    case.has_tasks, case.has_outages, case.has_approvals, case.has_followers = has
    case.links_at_hand = [
        AtHand(row["kind"], row["out"], Record(pk=row["other"], kind=row["other_kind"], number=row["number"]))
        for row in case.linked_by
    ]
    known = {row["id"]: _met(row) for row in people or []}
    for role, pk in named.items():
        setattr(case, role, known.get(pk))


def _met(row: dict[str, Any]) -> Person:
    """Make a person of what was read; anything else of them is read when it is asked for."""
    person = Person.from_db(DEFAULT_DB_ALIAS, TOLD, [row[name] for name in TOLD])
    if person.unit_id is not None:
        words = [row["unit_id"], row["name_zh"], row["name_en"]]
        person.unit = Organisation.from_db(DEFAULT_DB_ALIAS, ("id", "name_zh", "name_en"), words)
    return person
