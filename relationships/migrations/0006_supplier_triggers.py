"""The third net under the states of contracts, disputes and service reviews."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER {table}_legal_step BEFORE UPDATE OF state ON {table} FOR EACH ROW
    WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION records_legal_step('state', 'record_ptr_id');
"""
BACK = "DROP TRIGGER {table}_legal_step ON {table};"
TABLES = ("relationships_contract", "relationships_supplierdispute", "relationships_servicereview")


class Migration(migrations.Migration):
    """The triggers."""

    dependencies = [("relationships", "0005_suppliers"), ("records", "0002_triggers")]
    operations = [migrations.RunSQL(FORWARD.format(table=table), BACK.format(table=table)) for table in TABLES]
