"""The small things that hang on a case, read in one statement: files, watchers, drafts, moves, links, merges.

Written as SQL, because each of them as a query of its own costs the page more than reading the case itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection

from itsm.records.links import AtHand
from itsm.records.models import Record

if TYPE_CHECKING:
    from itsm.people.models import Person

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
  EXISTS (SELECT FROM tickets_task WHERE ticket_id = %(record)s),
  EXISTS (SELECT FROM tickets_outage WHERE ticket_id = %(record)s),
  EXISTS (SELECT FROM tickets_approvalrequest WHERE ticket_id = %(record)s),
  EXISTS (SELECT FROM incidents_incident WHERE parent_id = %(record)s)
    OR EXISTS (SELECT FROM tickets_ticket WHERE merged_into_id = %(record)s)
"""


def lay(case: Any, *, person: Person, machine: str) -> None:
    """Read what hangs on ``case`` and lay it on it: ``files_kept``, ``watched_by``, ``drafts_kept``, ``moves_made``,
    ``linked_by``, ``merges_in``, ``latest_said``, and whether it has tasks, outages, approvals and followers. Guards
    that ask for links find them there.
    """
    given = {
        "record": case.pk, "person": person.pk, "machine": machine, "files": MOST_FILES, "moves": MOST_MOVES, "links": MOST_LINKS,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, given)
        files, watchers, drafts, moves, links, merges, latest, *has = cursor.fetchone()
    case.files_kept, case.watched_by, case.drafts_kept, case.moves_made = (
        files or [],
        watchers or [],
        drafts or [],
        moves or [],
    )
    case.linked_by = links or []
    case.merges_in = {row["loser"]: row["pk"] for row in merges or []}
    case.latest_said = latest or 0
    case.has_tasks, case.has_outages, case.has_approvals, case.has_followers = has
    case.links_at_hand = [
        AtHand(row["kind"], row["out"], Record(pk=row["other"], kind=row["other_kind"], number=row["number"]))
        for row in case.linked_by
    ]
