"""An import authorises only by a batch that is being written: of the command line, read by a second person, or under a change."""

from django.db import migrations

WRITTEN = """
CREATE OR REPLACE FUNCTION configuration_authority_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.xact := pg_current_xact_id()::text::bigint;
    IF configuration_open() THEN
        RETURN NEW;
    END IF;
    IF NEW.kind = 'change' AND NOT configuration_change_stands(NEW.record_id) THEN
        PERFORM configuration_refuse();
    ELSIF NEW.kind = 'correction' AND NOT EXISTS (
        SELECT 1 FROM configuration_correction c
         WHERE c.id = NEW.correction_id AND c.verified_at IS NOT NULL AND c.refused_at IS NULL AND c.applied_at IS NULL
           AND c.verified_by_id IS NOT NULL AND c.verified_by_id IS DISTINCT FROM c.raised_by_id
    ) THEN
        PERFORM configuration_refuse();
    {import}END IF;
    RETURN NEW;
END $$;
"""
IMPORT = """ELSIF NEW.kind = 'import' AND NOT EXISTS (
        SELECT 1 FROM configuration_importbatch b
         WHERE b.id = NEW.batch_id AND b.applied_at IS NOT NULL
           AND (b.state = 'undoing' OR b.state IN ('queued', 'applying') AND (b.channel = 'command'
                OR b.verified_by_id IS NOT NULL AND b.verified_by_id IS DISTINCT FROM b.made_by_id
                OR configuration_change_stands(b.change_id)))
    ) THEN
        PERFORM configuration_refuse();
    """
FORWARD, BACKWARD = WRITTEN.replace("{import}", IMPORT), WRITTEN.replace("{import}", "")


class Migration(migrations.Migration):
    """The function that verifies an authority when it is written."""

    dependencies = [("configuration", "0009_authority_of_imports")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
