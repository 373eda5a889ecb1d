"""The removal of demo data may take out what was signed, as it may the journal."""

from django.db import migrations

BODY = """
CREATE OR REPLACE FUNCTION sla_signed_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held bigint;
    old_row jsonb := to_jsonb(OLD);
BEGIN
    IF TG_TABLE_NAME IN ('sla_agreementitem', 'sla_promise', 'sla_maintenanceplan') THEN
        SELECT edition_id INTO held FROM sla_agreementrow WHERE id = (old_row ->> 'row_id')::bigint;
    ELSE
        held := (old_row ->> 'edition_id')::bigint;
    END IF;
    IF {open} EXISTS (SELECT 1 FROM sla_agreementedition WHERE id = held AND signed_at IS NOT NULL) THEN
        RAISE EXCEPTION 'What was signed is not altered.' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;
"""
OPENS = "coalesce(current_setting('itsm.maintenance', true), '') = '' AND"


class Migration(migrations.Migration):
    """The function of the triggers."""

    dependencies = [("sla", "0010_promise_stops")]
    operations = [migrations.RunSQL(BODY.format(open=OPENS), BODY.format(open=""))]
