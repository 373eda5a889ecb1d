"""What is counted: for each measure the statement that says what a record adds, where and how much.

Each statement reads only the tables as they are; a record's facts are a pure function of its rows. ``{keys}`` narrows it to
some records. The recount and the feed use the same statements, so that they can only differ when a change was missed.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings

COLUMNS = "measure, record, day, hour, kind, service, team, priority, outcome, amount"
_CASE = """r.kind, coalesce(t.service_id, 0), coalesce(t.team_id, 0), coalesce(t.priority, 0)"""
_FROM = "FROM tickets_ticket t JOIN records_record r ON r.id = t.record_ptr_id"


def _day(column: str) -> str:
    return f"({column} AT TIME ZONE %(zone)s)::date"


def _hour(column: str) -> str:
    return f"extract(hour FROM {column} AT TIME ZONE %(zone)s)::int"


STATEMENTS = {
    "received": f"""SELECT 'received', r.id, {_day("t.received_at")}, {_hour("t.received_at")}, {_CASE}, t.channel, 1
        {_FROM} WHERE {{keys}}""",
    "resolved": f"""SELECT 'resolved', r.id, {_day("t.resolved_at")}, NULL::int, {_CASE}, '', 1
        {_FROM} WHERE t.resolved_at IS NOT NULL AND {{keys}}""",
    "closed": f"""SELECT 'closed', r.id, {_day("t.closed_at")}, NULL::int, {_CASE},
            CASE WHEN t.state = 'closed' AND t.confirmation = 'timer' THEN 'silent' ELSE t.state END, 1
        {_FROM} WHERE t.closed_at IS NOT NULL AND t.phase = 'done' AND {{keys}}""",
    "open": f"""SELECT 'open', r.id, {_day("t.received_at")}, NULL::int, {_CASE}, t.phase, 1
        {_FROM} WHERE t.phase <> 'done' AND t.merged_into_id IS NULL AND {{keys}}""",
    "event": f"""SELECT CASE e.name WHEN 'reopen' THEN 'reopened' ELSE 'major' END, r.id, {_day("e.at")}, NULL::int, {_CASE}, '', 1
        {_FROM} JOIN records_event e ON e.record_id = r.id AND e.kind = 'move' AND e.name IN ('reopen', 'declare_major')
        WHERE {{keys}}""",
    "clock": f"""SELECT c.metric, r.id, {_day("t.closed_at")}, NULL::int, {_CASE},
            CASE WHEN c.state = 'met' THEN 'met' ELSE 'missed' END, 1
        {_FROM} JOIN sla_clock c ON c.record_id = r.id
        WHERE t.closed_at IS NOT NULL AND c.metric IN ('response', 'resolution', 'fulfilment') AND NOT c.is_deadline
            AND c.carried_to_id IS NULL
            AND (c.state IN ('met', 'missed') OR c.state = 'cancelled' AND c.breached_at IS NOT NULL) AND {{keys}}""",
    "change": f"""SELECT 'change', r.id, {_day("x.actual_end")}, NULL::int, {_CASE}, x.outcome, 1
        {_FROM} JOIN changes_change x ON x.ticket_ptr_id = r.id
        WHERE x.actual_end IS NOT NULL AND x.outcome IN ('successful', 'with_issues', 'failed', 'backed_out') AND {{keys}}""",
    "release": f"""SELECT 'release', r.id, {_day("t.closed_at")}, NULL::int, {_CASE}, x.outcome, 1
        {_FROM} JOIN releases_release x ON x.ticket_ptr_id = r.id
        WHERE t.closed_at IS NOT NULL AND t.state = 'closed' AND {{keys}}""",
}
#: The cells of days and of hours, by their dimensions; one of a slice keeps its own dimension and leaves the others out.
DAY = "slice, measure, day, kind, service, team, priority, outcome"
HOUR = "slice, measure, day, hour, kind, service, team, priority"
_KEPT = ", ".join(
    f"CASE WHEN slice IN ('full', '{name}') THEN {name} ELSE 0 END AS {name}"
    for name in ("service", "team", "priority")
)


def days_of(table: str) -> str:
    """Give the statement that sums facts to cells of days in every slice."""
    return _cells(table, DAY, "('full'), ('all'), ('service'), ('team'), ('priority')", "true")


def hours_of(table: str) -> str:
    """Give the statement that sums facts to cells of hours in the slices of one dimension at most."""
    return _cells(table, HOUR, "('all'), ('service'), ('team'), ('priority')", "hour IS NOT NULL")


def _cells(table: str, columns: str, slices: str, where: str) -> str:
    return f"""SELECT {columns}, sum(amount) AS amount FROM (
        SELECT slice, measure, day, hour, kind, {_KEPT}, outcome, amount FROM {table}, (VALUES {slices}) cut(slice) WHERE {where}) sliced
    GROUP BY {columns} HAVING sum(amount) <> 0"""  # noqa: S608  (made of the texts above)


#: The tables whose rows decide facts: the column of the record, and the columns that matter.
WATCHED = {
    "tickets_ticket": (
        "record_ptr_id",
        ("received_at", "resolved_at", "closed_at", "phase", "state", "confirmation", "channel", "service_id", "team_id", "priority",
         "merged_into_id"),
    ),
    "sla_clock": ("record_id", ("state", "metric", "breached_at", "carried_to_id", "is_deadline")),
    "changes_change": ("ticket_ptr_id", ("actual_end", "outcome")),
    "releases_release": ("ticket_ptr_id", ("outcome",)),
    "records_event": ("record_id", ("name",)),
}  # fmt: skip


def statement(*, some: bool) -> str:
    """Give the statement that reads all facts: of some records, whose keys are a parameter, or of all."""
    keys = "r.id = ANY(%(keys)s)" if some else "true"
    return "\nUNION ALL\n".join(one.format(keys=keys) for one in STATEMENTS.values())


def parameters(**more: Any) -> dict[str, Any]:
    """Give what the statements need: days and hours are those of the site."""
    return {"zone": settings.TIME_ZONE, **more}
