"""What was signed, or lies sealed before those who are asked to sign it, is altered by nobody: every column and every part."""

from django.db import migrations

#: Columns of an edition that its life after signing sets; one that is in force keeps the day from which it is.
EDITION = """
CREATE FUNCTION sla_edition_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    lives text[] := ARRAY['next_review_on', 'applied_at', 'ended_at', 'chain'];
BEGIN
    IF coalesce(current_setting('itsm.maintenance', true), '') <> '' OR (OLD.signed_at IS NULL AND OLD.sealed_at IS NULL) THEN
        IF TG_OP = 'DELETE' THEN
            RETURN OLD;
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.signed_at IS NULL THEN
        lives := lives || ARRAY['signed_at', 'sealed_at', 'digest'];
    END IF;
    IF OLD.applied_at IS NULL THEN
        lives := lives || ARRAY['valid_from'];
    END IF;
    IF TG_OP = 'DELETE' OR (to_jsonb(OLD) - lives) IS DISTINCT FROM (to_jsonb(NEW) - lives) THEN
        RAISE EXCEPTION 'What was signed is not altered.' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""
PARTS = """
CREATE OR REPLACE FUNCTION sla_signed_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    part jsonb;
    held bigint;
BEGIN
    IF coalesce(current_setting('itsm.maintenance', true), '') = '' THEN
        FOREACH part IN ARRAY ARRAY[
            CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END, CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END
        ] LOOP
            IF TG_TABLE_NAME IN ('sla_agreementitem', 'sla_promise', 'sla_maintenanceplan') THEN
                SELECT edition_id INTO held FROM sla_agreementrow WHERE id = (part ->> 'row_id')::bigint;
            ELSIF TG_TABLE_NAME = 'sla_agreementrow_offerings' THEN
                SELECT edition_id INTO held FROM sla_agreementrow WHERE id = (part ->> 'agreementrow_id')::bigint;
            ELSE
                held := (part ->> 'edition_id')::bigint;
            END IF;
            IF EXISTS (
                SELECT 1 FROM sla_agreementedition e WHERE e.id = held AND (
                    e.signed_at IS NOT NULL OR (e.sealed_at IS NOT NULL AND TG_TABLE_NAME NOT IN ('sla_signatory', 'sla_signaturerequest'))
                )
            ) THEN
                RAISE EXCEPTION 'What was signed is not altered.' USING ERRCODE = 'integrity_constraint_violation';
            END IF;
        END LOOP;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;
"""
BEFORE = """
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
    IF coalesce(current_setting('itsm.maintenance', true), '') = ''
        AND EXISTS (SELECT 1 FROM sla_agreementedition WHERE id = held AND signed_at IS NOT NULL) THEN
        RAISE EXCEPTION 'What was signed is not altered.' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;
"""
#: Whom a signed agreement is between.
HEAD = """
CREATE FUNCTION sla_parties_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(current_setting('itsm.maintenance', true), '') = '' AND EXISTS (
        SELECT 1 FROM sla_agreementedition WHERE agreement_id = OLD.record_ptr_id AND (signed_at IS NOT NULL OR sealed_at IS NOT NULL)
    ) THEN
        RAISE EXCEPTION 'The parties of what was signed are not altered.' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER sla_serviceagreement_parties BEFORE UPDATE ON sla_serviceagreement FOR EACH ROW WHEN (
    (OLD.type, OLD.level, OLD.provider_id, OLD.provider_team_id, OLD.consumer_id, OLD.consumer_team_id, OLD.under_id)
    IS DISTINCT FROM
    (NEW.type, NEW.level, NEW.provider_id, NEW.provider_team_id, NEW.consumer_id, NEW.consumer_team_id, NEW.under_id)
) EXECUTE FUNCTION sla_parties_stay();
"""
OLD_TABLES = (
    "sla_agreementrow", "sla_agreementitem", "sla_promise", "sla_maintenanceplan", "sla_exclusionclause", "sla_remedy",
)
NEW_TABLES = (*OLD_TABLES, "sla_agreementrow_offerings", "sla_signatory", "sla_signaturerequest")
STAYS = "CREATE TRIGGER {table}_stays BEFORE {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}();"
DROP = "DROP TRIGGER {table}_stays ON {table};"


def triggers(tables: tuple[str, ...], when: str) -> str:
    """Write the triggers of tables of parts."""
    return "".join(STAYS.format(table=table, when=when, function="sla_signed_stays") for table in tables)


def without(tables: tuple[str, ...]) -> str:
    """Drop the triggers of tables."""
    return "".join(DROP.format(table=table) for table in tables)


class Migration(migrations.Migration):
    """The triggers, for new, changed and removed rows."""

    dependencies = [("sla", "0013_agreement_signatures")]
    operations = [
        migrations.RunSQL(
            EDITION
            + STAYS.format(table="sla_agreementedition", when="UPDATE OR DELETE", function="sla_edition_stays"),
            DROP.format(table="sla_agreementedition") + "DROP FUNCTION sla_edition_stays();",
        ),
        migrations.RunSQL(
            PARTS + without(OLD_TABLES) + triggers(NEW_TABLES, "INSERT OR UPDATE OR DELETE"),
            without(NEW_TABLES) + BEFORE + triggers(OLD_TABLES, "UPDATE OR DELETE"),
        ),
        migrations.RunSQL(
            HEAD, "DROP TRIGGER sla_serviceagreement_parties ON sla_serviceagreement; DROP FUNCTION sla_parties_stay();"
        ),
    ]
