"""The third net under an agreement's state, and what was signed is never altered."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER sla_serviceagreement_legal_step BEFORE UPDATE OF state ON sla_serviceagreement FOR EACH ROW
    WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION records_legal_step('state', 'record_ptr_id');
"""
BACK = "DROP TRIGGER sla_serviceagreement_legal_step ON sla_serviceagreement;"

SIGNED = """
CREATE FUNCTION sla_signed_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held bigint;
    old_row jsonb := to_jsonb(OLD);
BEGIN
    IF TG_TABLE_NAME IN ('sla_agreementitem', 'sla_promise', 'sla_maintenanceplan') THEN
        SELECT edition_id INTO held FROM sla_agreementrow WHERE id = (old_row ->> 'row_id')::bigint;
    ELSE
        held := (old_row ->> 'edition_id')::bigint;
    END IF;
    IF EXISTS (SELECT 1 FROM sla_agreementedition WHERE id = held AND signed_at IS NOT NULL) THEN
        RAISE EXCEPTION 'What was signed is not altered.' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;
"""
TABLES = (
    "sla_agreementrow", "sla_agreementitem", "sla_promise", "sla_maintenanceplan", "sla_exclusionclause", "sla_remedy",
)
STAYS = "CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION sla_signed_stays();"


class Migration(migrations.Migration):
    """The triggers."""

    dependencies = [("sla", "0005_agreements"), ("records", "0002_triggers")]
    operations = [
        migrations.RunSQL(FORWARD, BACK),
        migrations.RunSQL(SIGNED, "DROP FUNCTION sla_signed_stays();"),
        *(
            migrations.RunSQL(STAYS.format(table=table), f"DROP TRIGGER {table}_stays ON {table};")
            for table in TABLES
        ),
    ]
