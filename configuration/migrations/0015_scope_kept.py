"""What a change or a release names stands as it was decided on: once it is authorised, and in its review and after.

An emergency names items while it is carried out, and an item that an authorised change makes is named as it is made.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION configuration_scope_closed(work bigint) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (
        SELECT 1 FROM tickets_ticket t JOIN records_record r ON r.id = t.record_ptr_id
         WHERE r.id = work AND (
            r.kind = 'change' AND t.state IN ('scheduled', 'implementing', 'post_review', 'closed', 'rejected', 'cancelled')
            OR r.kind = 'release' AND t.state IN ('post_review', 'closed', 'rejected', 'cancelled'))
    );
END $$;

CREATE FUNCTION configuration_hold_scope(work bigint, item bigint, is_new boolean) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    named configuration_authority;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM records_record WHERE id = item AND kind = 'ci') THEN
        RETURN;
    END IF;
    -- nobody authorises it while what it names is being altered
    PERFORM 1 FROM tickets_ticket WHERE record_ptr_id = work FOR SHARE;
    IF NOT configuration_scope_closed(work) THEN
        RETURN;
    END IF;
    named := configuration_authority_now();
    IF is_new AND named.kind = 'change' AND named.record_id = work
       AND EXISTS (SELECT 1 FROM records_record WHERE id = item AND created_at >= named.at) THEN
        RETURN;
    END IF;
    RAISE EXCEPTION 'What this work names was decided on as it is.' USING ERRCODE = 'check_violation';
END $$;

CREATE FUNCTION configuration_scope_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF configuration_open() THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    IF TG_OP <> 'INSERT' AND OLD.kind = 'affects' THEN
        PERFORM configuration_hold_scope(OLD.source_id, OLD.target_id, false);
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.kind = 'affects' THEN
        PERFORM configuration_hold_scope(NEW.source_id, NEW.target_id, TG_OP = 'INSERT');
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER records_link_scope_kept BEFORE INSERT OR UPDATE OR DELETE ON records_link
    FOR EACH ROW EXECUTE FUNCTION configuration_scope_kept();
"""
BACKWARD = """
DROP FUNCTION configuration_scope_kept() CASCADE;
DROP FUNCTION configuration_hold_scope(bigint, bigint, boolean);
DROP FUNCTION configuration_scope_closed(bigint);
"""


class Migration(migrations.Migration):
    """The trigger on the links of what work affects."""

    dependencies = [("configuration", "0014_sensitive_attributes"), ("records", "0002_triggers")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
