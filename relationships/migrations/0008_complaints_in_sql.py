"""What the database itself holds of complaints: an independent handler, and no end without consent or a named decision."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION relationships_complaint_handler() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(current_setting('itsm.maintenance', true), '') <> ''
        OR NOT EXISTS (SELECT 1 FROM relationships_complaint WHERE ticket_ptr_id = NEW.record_ptr_id) THEN
        RETURN NEW;
    END IF;
    IF NEW.assignee_id = NEW.requester_id OR EXISTS (
        SELECT 1 FROM records_link l JOIN tickets_ticket t ON t.record_ptr_id = l.target_id
        WHERE l.source_id = NEW.record_ptr_id AND l.kind = 'about' AND t.assignee_id = NEW.assignee_id
    ) THEN
        RAISE EXCEPTION 'The handler of a complaint must be independent of the matter.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'complaint_handler_independent';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER relationships_complaint_handler BEFORE UPDATE OF assignee_id ON tickets_ticket FOR EACH ROW
    WHEN (NEW.assignee_id IS NOT NULL AND NEW.assignee_id IS DISTINCT FROM OLD.assignee_id)
    EXECUTE FUNCTION relationships_complaint_handler();

CREATE FUNCTION relationships_complaint_consent() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found relationships_complaint%ROWTYPE;
    ticket tickets_ticket%ROWTYPE;
BEGIN
    SELECT * INTO found FROM relationships_complaint WHERE ticket_ptr_id = NEW.record_ptr_id;
    SELECT * INTO ticket FROM tickets_ticket WHERE record_ptr_id = NEW.record_ptr_id;
    IF found.ticket_ptr_id IS NULL OR ticket.state <> 'closed'
        OR coalesce(current_setting('itsm.maintenance', true), '') <> '' THEN
        RETURN NULL;
    END IF;
    IF found.consent_at IS NOT NULL AND found.consent_by_id IS NOT NULL
        AND (found.consent_by_id = ticket.requester_id OR found.consent_evidence <> '') THEN
        RETURN NULL;
    END IF;
    IF found.decided_by_id IS NOT NULL AND found.decision_reason <> ''
        AND found.decided_by_id IS DISTINCT FROM ticket.kept_from_id AND found.decided_by_id <> ticket.requester_id
        AND (SELECT count(*) FROM relationships_contactattempt a WHERE a.complaint_id = found.ticket_ptr_id) >= 3 THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'A complaint ends by the consent of who complained, or by a named decision after three attempts.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'complaint_closed_with_consent';
END $$;
CREATE CONSTRAINT TRIGGER relationships_complaint_consent AFTER UPDATE OF state ON tickets_ticket
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.state = 'closed' AND OLD.state IS DISTINCT FROM NEW.state)
    EXECUTE FUNCTION relationships_complaint_consent();
"""
BACKWARD = """
DROP FUNCTION relationships_complaint_consent() CASCADE;
DROP FUNCTION relationships_complaint_handler() CASCADE;
"""


class Migration(migrations.Migration):
    """The triggers."""

    dependencies = [("relationships", "0007_mailed_questions"), ("tickets", "0001_initial"), ("records", "0002_triggers")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
