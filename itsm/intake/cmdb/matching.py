"""What imported changes named of the configuration data, joined with the items once those are known."""

from __future__ import annotations

from django.db import connection, transaction

from itsm.intake.writing import MAINTENANCE

#: A name is known when exactly one item in use has it as its name or host name, or as the first part of its host name.
_MATCH = """
WITH wanted AS (SELECT DISTINCT lower(name) AS name FROM intake_nameditem WHERE item_id IS NULL),
known AS (
    SELECT w.name, min(i.record_ptr_id) AS item FROM wanted w JOIN configuration_configurationitem i
      ON lower(i.title) = w.name OR lower(i.hostname) = w.name OR split_part(lower(i.hostname), '.', 1) = w.name
     WHERE i.state NOT IN ('retired', 'disposed') GROUP BY w.name HAVING count(DISTINCT i.record_ptr_id) = 1),
met AS (
    UPDATE intake_nameditem n SET item_id = known.item FROM known WHERE n.item_id IS NULL AND lower(n.name) = known.name
    RETURNING n.ticket_id, n.item_id)
INSERT INTO records_link (source_id, target_id, kind, auto, created_at)
SELECT DISTINCT ticket_id, item_id, 'affects', true, now() FROM met ON CONFLICT DO NOTHING
"""


def match_named() -> int:
    """This will link imported records to the items that they name, also those that are over; gives how many links are new."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(MAINTENANCE)
        cursor.execute(_MATCH)
        made = int(cursor.rowcount)
        cursor.execute("SELECT set_config('itsm.maintenance', '', true)")
    return made
