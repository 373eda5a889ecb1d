"""The third net under a deployment's state."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER releases_deployment_legal_step BEFORE UPDATE OF state ON releases_deployment FOR EACH ROW
    WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION records_legal_step('state', 'record_ptr_id');
"""
BACKWARD = "DROP TRIGGER releases_deployment_legal_step ON releases_deployment;"


class Migration(migrations.Migration):
    """The trigger."""

    dependencies = [("releases", "0001_the_release"), ("records", "0002_triggers")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
