"""The figures of imported changes: how many were backed out and how soon, and what they name of the configuration data."""

from __future__ import annotations

from typing import Any

from itsm.intake.asking import DECIMALS, Asked

MOST_ITEMS = 10

_EXECUTED = """
SELECT count(*), count(*) FILTER (WHERE outcome = 'backed_out')
FROM changes_change own JOIN shown ON shown.record_id = own.ticket_ptr_id WHERE own.outcome <> ''
"""

#: From the moment in which a change was carried out to that in which another one corrected it.
_HOURS = """
SELECT count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM cure.actual_end - own.actual_end)::float8 / 3600)
FROM changes_change own JOIN shown ON shown.record_id = own.ticket_ptr_id
JOIN records_link link ON link.source_id = own.ticket_ptr_id AND link.kind = 'corrected_by'
JOIN changes_change cure ON cure.ticket_ptr_id = link.target_id
WHERE own.actual_end IS NOT NULL AND cure.actual_end IS NOT NULL
"""

_NAMED = """
SELECT count(*), count(DISTINCT name), count(DISTINCT ticket_id), count(item_id)
FROM intake_nameditem JOIN shown ON shown.record_id = ticket_id
"""

_TOP = """
SELECT name, count(*) FROM intake_nameditem JOIN shown ON shown.record_id = ticket_id
GROUP BY name ORDER BY count(*) DESC, name LIMIT %(most)s
"""


def change_figures(asked: Asked) -> dict[str, Any]:
    """This will count the changes among the cases; ``executed`` 0 means that there are none."""
    executed, backed_out = asked.rows(_EXECUTED)[0]
    back_outs, median = asked.rows(_HOURS)[0]
    links, names, records, known = asked.rows(_NAMED)[0]
    return {
        "executed": executed,
        "backed_out": backed_out,
        "failure_rate": round(backed_out / max(executed, 1), DECIMALS),
        "hours_to_back_out": {"n": back_outs, "median": None if median is None else round(median, DECIMALS)},
        "item_links": links,
        "items_named": names,
        "records_with_items": records,
        "links_to_known_items": known,
        "top_items": dict(asked.rows(_TOP, most=MOST_ITEMS)),
    }
