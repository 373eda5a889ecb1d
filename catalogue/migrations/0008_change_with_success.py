"""A service becomes live or retired only by a change that is closed with success, in the database too.

What success is, the changes themselves know: their own migration puts its words into ``catalogue_change_succeeded``.
"""

from django.db import migrations

SUCCEEDED = """
CREATE FUNCTION catalogue_change_succeeded(change_id bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1 FROM records_event e WHERE e.record_id = change_id AND e.machine = 'change' AND e.target = 'closed'
    )
$$;
"""
LIFE = """
CREATE OR REPLACE FUNCTION catalogue_service_life() RETURNS trigger LANGUAGE plpgsql AS $$
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
              AND (NOT closed OR catalogue_change_succeeded(c.id))
          )
    ) THEN
        RAISE EXCEPTION 'The service % becomes % only by a change that is closed with success and a service transition of the right kind.', OLD.code, NEW.lifecycle
            USING ERRCODE = 'check_violation', CONSTRAINT = 'service_life_by_transition';
    END IF;
    RETURN NEW;
END $$;
"""
BEFORE = """
CREATE OR REPLACE FUNCTION catalogue_service_life() RETURNS trigger LANGUAGE plpgsql AS $$
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
"""


class Migration(migrations.Migration):
    """The question that the trigger asks."""

    dependencies = [("catalogue", "0007_request_items")]
    operations = [
        migrations.RunSQL(SUCCEEDED, "DROP FUNCTION catalogue_change_succeeded(bigint);"),
        migrations.RunSQL(LIFE, BEFORE),
    ]
