"""A freeze is waived for an emergency change by somebody who neither asked for it nor carries it out, in the database too."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION changes_waiver_apart() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    asked bigint; doer bigint; class text;
BEGIN
    SELECT asked_by_id, implementer_id, change_class INTO asked, doer, class FROM changes_change
        WHERE ticket_ptr_id = NEW.change_id;
    IF NEW.approved_by_id = asked OR NEW.approved_by_id = doer THEN
        RAISE EXCEPTION 'Who waives a freeze must not have asked for the change or carry it out.' USING ERRCODE = 'check_violation';
    END IF;
    IF class IS DISTINCT FROM 'emergency' THEN
        RAISE EXCEPTION 'A freeze is waived for an emergency change only.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER changes_waiver_apart BEFORE INSERT OR UPDATE ON changes_freezewaiver
    FOR EACH ROW EXECUTE FUNCTION changes_waiver_apart();
"""
BACKWARD = "DROP FUNCTION changes_waiver_apart() CASCADE;"


class Migration(migrations.Migration):
    """The trigger."""

    dependencies = [("changes", "0007_the_calendar")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
