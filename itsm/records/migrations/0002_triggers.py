"""What the database itself holds to: an append-only journal, numbers for all, legal steps only.

A setting of the transaction (itsm.maintenance) opens these for the removal of demo data and for imports.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION records_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(current_setting('itsm.maintenance', true), '') <> '' THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    RAISE EXCEPTION 'The journal is append-only.' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER records_event_append_only BEFORE UPDATE OR DELETE ON records_event
    FOR EACH ROW EXECUTE FUNCTION records_append_only();

CREATE FUNCTION records_number_given() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM records_record WHERE id = NEW.id AND number IS NULL) THEN
        RAISE EXCEPTION 'A record was left without a number.' USING ERRCODE = 'not_null_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER records_record_number_given AFTER INSERT ON records_record
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.number IS NULL) EXECUTE FUNCTION records_number_given();

-- arguments: the column of the state, the column of the record's key
CREATE FUNCTION records_legal_step() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before text; after text; record_id bigint;
BEGIN
    IF coalesce(current_setting('itsm.maintenance', true), '') <> '' THEN
        RETURN NEW;
    END IF;
    EXECUTE format('SELECT ($1).%1$I, ($2).%1$I, ($2).%2$I', TG_ARGV[0], TG_ARGV[1])
        INTO before, after, record_id USING OLD, NEW;
    IF NOT EXISTS (
        SELECT 1 FROM records_flowedge e JOIN records_record r ON r.kind = e.kind
        WHERE r.id = record_id AND e.field = TG_ARGV[0] AND e.source = before AND e.target = after
    ) THEN
        RAISE EXCEPTION 'No step leads from % to %.', before, after USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""
BACKWARD = """
DROP FUNCTION records_legal_step() CASCADE;
DROP FUNCTION records_number_given() CASCADE;
DROP FUNCTION records_append_only() CASCADE;
"""


class Migration(migrations.Migration):
    """Functions and triggers of the records."""

    dependencies = [("records", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
