"""The third net under a service transition's state."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER catalogue_servicetransition_legal_step BEFORE UPDATE OF state ON catalogue_servicetransition FOR EACH ROW
    WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION records_legal_step('state', 'record_ptr_id');
"""


class Migration(migrations.Migration):
    """The trigger."""

    dependencies = [("catalogue", "0003_service_transition"), ("records", "0002_triggers")]
    operations = [
        migrations.RunSQL(FORWARD, "DROP TRIGGER catalogue_servicetransition_legal_step ON catalogue_servicetransition;")
    ]
