"""The events of a clock and the fact that a level fired are never rewritten.

A setting of the transaction (itsm.maintenance) opens this for the removal of demo data, as it does for the journal.
"""

from django.db import migrations

FORWARD = """
CREATE TRIGGER sla_clockevent_append_only BEFORE UPDATE OR DELETE ON sla_clockevent
    FOR EACH ROW EXECUTE FUNCTION records_append_only();
CREATE TRIGGER sla_escalation_kept BEFORE DELETE ON sla_escalation
    FOR EACH ROW EXECUTE FUNCTION records_append_only();
CREATE TRIGGER sla_escalation_facts BEFORE UPDATE OF clock_id, record_id, cycle, level, due_at, fired_at ON sla_escalation
    FOR EACH ROW EXECUTE FUNCTION records_append_only();
"""
BACKWARD = """
DROP TRIGGER sla_escalation_facts ON sla_escalation;
DROP TRIGGER sla_escalation_kept ON sla_escalation;
DROP TRIGGER sla_clockevent_append_only ON sla_clockevent;
"""


class Migration(migrations.Migration):
    """Triggers of the clocks."""

    dependencies = [("sla", "0001_initial"), ("records", "0002_triggers")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
