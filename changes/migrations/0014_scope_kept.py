"""Services and marks of a change's scope stand as they were decided on, as the links to its items do."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION changes_scope_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT configuration_open() THEN
        IF TG_OP <> 'INSERT' AND configuration_scope_closed(OLD.change_id)
           OR TG_OP <> 'DELETE' AND configuration_scope_closed(NEW.change_id) THEN
            RAISE EXCEPTION 'What this work names was decided on as it is.' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER changes_notaffected_scope_kept BEFORE INSERT OR UPDATE OR DELETE ON changes_notaffected
    FOR EACH ROW EXECUTE FUNCTION changes_scope_kept();
"""
BACKWARD = "DROP FUNCTION changes_scope_kept() CASCADE;"


class Migration(migrations.Migration):
    """The trigger on marks of items that are not affected."""

    dependencies = [("changes", "0013_not_affected"), ("configuration", "0015_scope_kept")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
