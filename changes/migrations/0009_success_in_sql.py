"""Says to the catalogue's trigger which changes are closed with success."""

from django.db import migrations

FORWARD = """
CREATE OR REPLACE FUNCTION catalogue_change_succeeded(change_id bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1 FROM changes_change c JOIN tickets_ticket t ON t.record_ptr_id = c.ticket_ptr_id
        WHERE c.ticket_ptr_id = change_id AND t.state = 'closed' AND c.outcome IN ('successful', 'with_issues')
    )
$$;
"""
BACKWARD = """
CREATE OR REPLACE FUNCTION catalogue_change_succeeded(change_id bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1 FROM records_event e WHERE e.record_id = change_id AND e.machine = 'change' AND e.target = 'closed'
    )
$$;
"""


class Migration(migrations.Migration):
    """The answer."""

    dependencies = [("changes", "0008_waivers_in_sql"), ("catalogue", "0008_change_with_success")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
