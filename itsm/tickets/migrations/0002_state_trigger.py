"""The third net under a ticket's state: no update walks an edge that its machine does not have."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER tickets_ticket_legal_step BEFORE UPDATE OF state ON tickets_ticket FOR EACH ROW
    WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION records_legal_step('state', 'record_ptr_id');
"""


class Migration(migrations.Migration):
    """The trigger on tickets."""

    dependencies = [("tickets", "0001_initial"), ("records", "0002_triggers")]
    operations = [migrations.RunSQL(FORWARD, "DROP TRIGGER tickets_ticket_legal_step ON tickets_ticket;")]
