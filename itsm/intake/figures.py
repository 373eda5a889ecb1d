"""The figures of an imported history, counted by the database from the cases and their journal.

Hours are calendar hours from opening; medians and percentiles interpolate. A row is a row of the source's file; the
journal keeps its place, because the source's order is the truth where times run backwards.
"""

from __future__ import annotations

from typing import Any

from itsm.intake.asking import DECIMALS, Asked
from itsm.intake.change_figures import change_figures
from itsm.intake.processes import PROCESSES
from itsm.tickets.querysets import TicketQuerySet

ANSWERED = sorted({process.answered for process in PROCESSES.values()})
ENDED = sorted({state for process in PROCESSES.values() for state in process.ended})
FINAL = sorted(set(ENDED) - set(ANSWERED))
MOST_GROUPS = 10

_BY_PRIORITY = "SELECT priority, count(*) FROM shown WHERE priority IS NOT NULL GROUP BY priority ORDER BY priority"

_REASSIGNED = "SELECT count(*) FROM hands WHERE row > 1 AND before IS DISTINCT FROM after"

_REOPENED = """
SELECT count(DISTINCT event.record_id), count(*)
FROM records_event event JOIN shown ON shown.record_id = event.record_id
WHERE event.imported AND event.kind = 'move' AND event.source = ANY(%(ended)s) AND NOT event.target = ANY(%(ended)s)
"""

#: To the last row in which the answer stood to be confirmed; or to the last row of all, when that is final.
_HOURS = """
, last AS (
    SELECT DISTINCT ON (record_id) * FROM lines
    WHERE %(final)s OR state = ANY(%(states)s) ORDER BY record_id, row DESC),
hours AS (
    SELECT priority, extract(epoch FROM at - received_at)::float8 / 3600 AS hours FROM last WHERE state = ANY(%(states)s))
SELECT coalesce(priority::text, 'all'), count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY hours), avg(hours),
       percentile_cont(0.9) WITHIN GROUP (ORDER BY hours)
FROM hours GROUP BY GROUPING SETS ((), (priority)) HAVING GROUPING(priority) = 1 OR priority IS NOT NULL
ORDER BY GROUPING(priority) DESC, priority
"""

#: The teams that a case passed through, without stays in nobody's hands and without going from a team to the same.
_PATHS = """
, held AS (
    SELECT *, lag(after) OVER (PARTITION BY record_id ORDER BY row, id) AS former FROM hands WHERE after <> ''),
path AS (SELECT record_id, row, id, after AS team FROM held WHERE former IS DISTINCT FROM after),
turns AS (
    SELECT record_id, team, lag(team, 2) OVER (PARTITION BY record_id ORDER BY row, id) AS before_last FROM path)
SELECT count(DISTINCT record_id) FILTER (WHERE team = before_last),
       (SELECT count(*) FROM (SELECT record_id FROM path GROUP BY record_id HAVING count(DISTINCT team) > 1) AS several)
FROM turns
"""

_TOP_GROUPS = """
SELECT team.name_zh, count(*) FROM shown JOIN people_team team ON team.id = shown.team_id
GROUP BY team.id ORDER BY count(*) DESC, team.name_zh LIMIT %(most)s
"""

_SLA = """
SELECT count(*) FILTER (WHERE met), count(*) FILTER (WHERE NOT met), count(*) FILTER (WHERE met = source_met)
FROM intake_importedcase origin JOIN shown ON shown.record_id = origin.ticket_id
"""


def figures(cases: TicketQuerySet) -> dict[str, Any]:
    """This will compute every figure of ``cases``, which should be the imported cases of one source."""
    asked = Asked(cases)
    by_priority = {str(priority): number for priority, number in asked.rows(_BY_PRIORITY)}
    reopened, times = asked.rows(_REOPENED, ended=ENDED)[0]
    ping_pong, multi_group = asked.rows(_PATHS)[0]
    met, missed, agree = asked.rows(_SLA)[0]
    changes = change_figures(asked)
    return {
        "records": asked.rows("SELECT count(*) FROM shown")[0][0],
        "history_rows": asked.rows("SELECT count(*) FROM lines")[0][0],
        "by_priority": by_priority,
        "reassignments": asked.rows(_REASSIGNED)[0][0],
        "reopened": {"records": reopened, "times": times},
        "resolution_hours": _hours(asked.rows(_HOURS, states=ANSWERED, final=False)),
        "closure_hours": _hours(asked.rows(_HOURS, states=FINAL, final=True)),
        "ping_pong_records": ping_pong,
        "multi_group_records": multi_group,
        "top_groups": dict(asked.rows(_TOP_GROUPS, most=MOST_GROUPS)),
        "sla": {"met": met, "missed": missed, "agree_with_source": agree},
    } | ({"changes": changes} if changes["executed"] else {})


def _hours(rows: list[tuple[Any, ...]]) -> dict[str, dict[str, Any]]:
    def cut(value: float | None) -> float | None:
        return None if value is None else round(value, DECIMALS)

    return {
        name: {"n": n, "median": cut(median), "mean": cut(mean), "p90": cut(p90)} for name, n, median, mean, p90 in rows
    }
