"""What came of a promise is counted from its clocks."""

from django.db import migrations

FORWARD = """
CREATE INDEX CONCURRENTLY IF NOT EXISTS clock_by_promise ON sla_clock ((terms -> 'promise')) WHERE terms ? 'promise';
"""


class Migration(migrations.Migration):
    """The index."""

    atomic = False
    dependencies = [("sla", "0008_simulator")]
    operations = [migrations.RunSQL(FORWARD, "DROP INDEX CONCURRENTLY IF EXISTS clock_by_promise;")]
