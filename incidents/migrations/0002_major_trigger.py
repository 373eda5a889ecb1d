"""The third net under the major incident's status."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER incidents_incident_legal_step BEFORE UPDATE OF major_status ON incidents_incident FOR EACH ROW
    WHEN (OLD.major_status IS DISTINCT FROM NEW.major_status)
    EXECUTE FUNCTION records_legal_step('major_status', 'ticket_ptr_id');
"""


class Migration(migrations.Migration):
    """The trigger on incidents."""

    dependencies = [("incidents", "0001_initial"), ("records", "0002_triggers")]
    operations = [migrations.RunSQL(FORWARD, "DROP TRIGGER incidents_incident_legal_step ON incidents_incident;")]
