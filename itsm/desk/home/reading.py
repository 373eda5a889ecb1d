"""What the first page reads: which cases need a person and why in one statement, their rows in another.

The first gives keys and reasons only. Whose case is counted or drawn was let through by ``visible_to``: the conditions
for counted cases are built into the statement, the rows that are drawn are read with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection

if TYPE_CHECKING:
    from itsm.people.models import Person
    from itsm.tickets.querysets import TicketQuerySet

MOST = 200
RUNNING_MAJOR = ("proposed", "declared", "restored")
#: What a line shows of its case; what its clock needs stands in the second line.
COLUMNS = (
    "pk", "number", "kind", "title", "state", "priority", "due_at", "warn_at", "due_metric", "clock_state", "hold_reason_id", "version",
    "service_id",
)  # fmt: skip
#: What the statement decides by; its names are those of the query that is built in as ``seen``.
DECIDING = ("pk", "phase", "due_at", "assignee_id", "requester_id", "requested_for_id", "follow_up_at")

STATEMENT = """
WITH seen AS NOT MATERIALIZED ({seen})
SELECT
  (SELECT json_agg(m) FROM (
     SELECT s.pk, s.phase, CASE WHEN s.phase = 'waiting' AND s.follow_up_at <= %s THEN s.follow_up_at END AS overdue_since,
       CASE WHEN c.author_id IN (s.requester_id, s.requested_for_id) THEN c.at END AS answered_at
     FROM seen s LEFT JOIN LATERAL (
       SELECT author_id, at FROM tickets_comment WHERE ticket_id = s.pk AND kind = 'public' ORDER BY at DESC, id DESC LIMIT 1) c ON true
     WHERE s.assignee_id = %s ORDER BY s.due_at, s.pk LIMIT %s) m),
  (SELECT json_agg(h) FROM (
     SELECT s.pk, a.assigned_at, a.note FROM tickets_assignment a JOIN seen s ON s.pk = a.ticket_id
     WHERE a.done_at IS NULL AND a.accepted_at IS NULL AND a.team_id = ANY(%s) AND (a.assignee_id IS NULL OR a.assignee_id = %s)
     ORDER BY a.assigned_at, s.pk LIMIT %s) h),
  (SELECT json_agg(d) FROM (
     SELECT ticket_id AS pk, kind, body, saved_at FROM tickets_draft WHERE person_id = %s ORDER BY saved_at DESC, id DESC LIMIT %s) d),
  (SELECT json_agg(j) FROM (
     SELECT ticket_ptr_id AS pk, major_status AS status, next_update_at FROM incidents_incident WHERE major_status = ANY(%s)
     ORDER BY major_declared_at DESC, ticket_ptr_id LIMIT %s) j)
"""

Reasons = list[dict[str, Any]]


def reasons(cases: TicketQuerySet, *, person: Person, at: datetime) -> tuple[Reasons, Reasons, Reasons, Reasons]:
    """Give the person's own cases, the hand-overs to accept, the drafts and the running majors, each with its ``pk``.

    ``cases`` are those that the person may see. Drafts and majors are not yet narrowed to them: draw only what ``rows`` gives.
    """
    seen, given = cases.standing().open().order_by().values_list(*DECIDING).query.sql_with_params()
    teams = list(person.team_ids)
    given = (*given, at, person.pk, MOST, teams, person.pk, MOST, person.pk, MOST, list(RUNNING_MAJOR), MOST)
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT.format(seen=seen), given)
        own, handed, drafts, majors = (found or [] for found in cursor.fetchone())
    return own, handed, drafts, majors


def rows(cases: TicketQuerySet, *, keys: Iterable[int]) -> dict[int, Any]:
    """Read those of ``cases`` that have one of the keys, by their key."""
    wanted = set(keys)
    if not wanted:
        return {}
    found = cases.filter(pk__in=wanted).order_by().values_list(*COLUMNS, named=True)
    return {row.pk: row for row in found}


def moment(text: str | None) -> datetime | None:
    """Read a time as PostgreSQL writes it into JSON."""
    return datetime.fromisoformat(text) if text else None
