"""A change is scheduled, carried out and closed only with somebody's name under it, also in raw SQL.

Checked when the transaction ends, because a move writes the case and the change in two statements. Rows that come in as
they were elsewhere (imports) are inserted, not moved, and keep their state.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION change_is_signed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    signed changes_change%ROWTYPE;
    now_in text;
BEGIN
    SELECT state INTO now_in FROM tickets_ticket WHERE record_ptr_id = NEW.record_ptr_id;
    SELECT * INTO signed FROM changes_change WHERE ticket_ptr_id = NEW.record_ptr_id;
    IF NOT FOUND OR now_in IS NULL THEN
        RETURN NULL;
    END IF;
    IF now_in IN ('scheduled', 'implementing', 'emergency_implementing') AND signed.authoriser_id IS NULL AND signed.template_id IS NULL THEN
        RAISE EXCEPTION 'change % is not authorised by anybody', NEW.record_ptr_id USING ERRCODE = 'check_violation';
    END IF;
    IF now_in = 'closed' AND signed.closer_id IS NULL THEN
        RAISE EXCEPTION 'change % is closed by nobody', NEW.record_ptr_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER change_is_signed AFTER UPDATE OF state ON tickets_ticket DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.state IN ('scheduled', 'implementing', 'emergency_implementing', 'closed') AND OLD.state IS DISTINCT FROM NEW.state)
    EXECUTE FUNCTION change_is_signed();
"""
BACKWARD = "DROP TRIGGER change_is_signed ON tickets_ticket; DROP FUNCTION change_is_signed();"


class Migration(migrations.Migration):
    dependencies = [("changes", "0002_the_work"), ("tickets", "0005_open_by_priority")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
