"""Questions of SQL about a set of cases that somebody may see."""

from __future__ import annotations

from itertools import count
from re import sub
from typing import Any

from django.db import connection

from itsm.tickets.querysets import TicketQuerySet

DECIMALS = 4

#: What every question may read: ``shown``, the cases; ``lines``, the source's rows; ``hands``, every change of team.
#: A row is the state in which it left the case, and when; '' is no team. What a question does not name is not read.
#: Cases are joined once, to the journal's own table: of tables made on the way the planner knows no sizes.
_TABLES = """
lines AS (
    SELECT DISTINCT ON (event.record_id, (event.facts->>'row')::int)
           event.record_id, (event.facts->>'row')::int AS row, event.facts->>'state' AS state, event.at,
           shown.priority, shown.received_at
    FROM records_event event JOIN shown ON shown.record_id = event.record_id
    WHERE event.imported AND (event.facts->>'row')::int > 0),
hands AS (
    SELECT event.record_id, event.id, (event.facts->>'row')::int AS row,
           event.facts->'before'->>'team' AS before, event.facts->'after'->>'team' AS after
    FROM records_event event JOIN shown ON shown.record_id = event.record_id
    WHERE event.imported AND event.kind = 'assigned')
"""


class Asked:
    """Questions about the same cases: those that the query set gives, read once into a table of this connection."""

    def __init__(self, cases: TicketQuerySet) -> None:
        """This will compile the query set; what it may show is decided by whoever made it."""
        columns = cases.order_by().values_list("record_ptr", "priority", "team", "received_at")
        self.inner, self.given = columns.query.sql_with_params()

    def rows(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        """This will ask one question with the cases as ``shown``."""
        given = {f"shown_{place}": value for place, value in enumerate(self.given)}
        places = count()
        inner = sub("%s", lambda _: f"%(shown_{next(places)})s", self.inner)
        shown = f"shown (record_id, priority, team_id, received_at) AS MATERIALIZED ({inner})"
        with connection.cursor() as cursor:
            cursor.execute(f"WITH {shown}, {_TABLES} {statement}", given | values)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found
