"""What the database keeps itself: the life of a service, and editions that do not change once they are approved."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION catalogue_service_life() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    kinds text[];
    states text[] := ARRAY['transitioning', 'reviewing'];
    closed boolean := true;
BEGIN
    IF coalesce(current_setting('itsm.maintenance', true), '') <> '' THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE' THEN
        IF OLD.lifecycle IN ('live', 'retiring') THEN
            RAISE EXCEPTION 'The service % is live: it is retired by a service transition, never deleted.', OLD.code
                USING ERRCODE = 'check_violation', CONSTRAINT = 'service_live_not_deleted';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.lifecycle IN ('live', 'retiring') AND OLD.is_active AND NOT NEW.is_active THEN
        RAISE EXCEPTION 'The service % is live: it is retired by a service transition.', OLD.code
            USING ERRCODE = 'check_violation', CONSTRAINT = 'service_live_is_active';
    END IF;
    IF NEW.lifecycle = OLD.lifecycle OR (OLD.lifecycle = 'retired' AND NEW.lifecycle = 'design') THEN
        RETURN NEW;
    END IF;
    CASE NEW.lifecycle
        WHEN 'live' THEN
            IF OLD.lifecycle = 'retiring' THEN
                kinds := ARRAY['remove', 'transfer'];
                closed := false;
            ELSE
                kinds := ARRAY['new', 'change', 'transfer'];
            END IF;
        WHEN 'retiring' THEN
            kinds := ARRAY['remove', 'transfer'];
            states := ARRAY['ready_for_live', 'transitioning'];
            closed := false;
        WHEN 'retired' THEN
            kinds := ARRAY['remove', 'transfer'];
        ELSE
            kinds := ARRAY[]::text[];
    END CASE;
    IF NOT EXISTS (
        SELECT 1 FROM catalogue_servicetransition t
        WHERE t.service_id = NEW.id AND t.transition_kind = ANY (kinds) AND t.state = ANY (states)
          AND EXISTS (
            SELECT 1 FROM records_link l JOIN records_record c ON c.id = l.source_id
            WHERE l.target_id = t.record_ptr_id AND l.kind = 'designed_by' AND c.kind = 'change'
              AND (NOT closed OR EXISTS (
                SELECT 1 FROM records_event e WHERE e.record_id = c.id AND e.machine = 'change' AND e.target = 'closed'
              ))
          )
    ) THEN
        RAISE EXCEPTION 'The service % becomes % only by a closed change with a service transition of the right kind.', OLD.code, NEW.lifecycle
            USING ERRCODE = 'check_violation', CONSTRAINT = 'service_life_by_transition';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER catalogue_service_life BEFORE DELETE OR UPDATE OF lifecycle, is_active ON catalogue_service FOR EACH ROW
    EXECUTE FUNCTION catalogue_service_life();

CREATE FUNCTION catalogue_edition_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(current_setting('itsm.maintenance', true), '') <> '' THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF OLD.approved_at IS NOT NULL AND (
        TG_OP = 'DELETE'
        OR (to_jsonb(OLD) - ARRAY['effective_on', 'applied_at', 'ended_at'])
            IS DISTINCT FROM (to_jsonb(NEW) - ARRAY['effective_on', 'applied_at', 'ended_at'])
        OR (OLD.effective_on IS NOT NULL AND OLD.effective_on IS DISTINCT FROM NEW.effective_on)
        OR (OLD.applied_at IS NOT NULL AND OLD.applied_at IS DISTINCT FROM NEW.applied_at)
        OR (OLD.ended_at IS NOT NULL AND OLD.ended_at IS DISTINCT FROM NEW.ended_at)
    ) THEN
        RAISE EXCEPTION 'An approved edition does not change.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'edition_kept';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF NEW.approved_by_id IS NOT NULL AND NEW.authors @> to_jsonb(NEW.approved_by_id) THEN
        RAISE EXCEPTION 'An edition is approved by somebody who did not write it.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'edition_approver_not_author';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER catalogue_edition_kept BEFORE DELETE OR UPDATE ON catalogue_serviceedition FOR EACH ROW
    EXECUTE FUNCTION catalogue_edition_kept();
"""
BACKWARD = """
DROP FUNCTION catalogue_edition_kept() CASCADE;
DROP FUNCTION catalogue_service_life() CASCADE;
"""


class Migration(migrations.Migration):
    """The triggers."""

    dependencies = [("catalogue", "0005_editions"), ("records", "0002_triggers")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
