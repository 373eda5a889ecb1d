"""What the database itself holds to: data changes only by a verified authority, and every change leaves its version.

A transaction names its authority in the setting itsm.ci_authority: the key of a row that was written in the same
transaction, whose grounds are verified when it is written. The change that authorises is asked for by the name of its
table, as its process stands in a layer above. itsm.maintenance opens the locks, as for the journal.
"""

from django.db import migrations

FORWARD = """
CREATE TRIGGER configuration_ci_legal_step BEFORE UPDATE OF state ON configuration_configurationitem FOR EACH ROW
    WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION records_legal_step('state', 'record_ptr_id');

CREATE FUNCTION configuration_open() RETURNS boolean LANGUAGE sql STABLE AS
$$ SELECT coalesce(current_setting('itsm.maintenance', true), '') <> '' $$;

CREATE FUNCTION configuration_refuse() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'CI data may change only through an authorised change.' USING ERRCODE = 'insufficient_privilege';
END $$;

-- the change stands authorised: the states of its milestone
CREATE FUNCTION configuration_change_stands(change bigint) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (
        SELECT 1 FROM tickets_ticket t JOIN records_record r ON r.id = t.record_ptr_id
         WHERE r.id = change AND r.kind = 'change'
           AND t.state IN ('scheduled', 'implementing', 'emergency_implementing')
    );
END $$;

-- an authority is written with grounds that hold at that moment, stamped with its transaction, and never altered
CREATE FUNCTION configuration_authority_written() RETURNS trigger LANGUAGE plpgsql AS $$
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
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER configuration_authority_written BEFORE INSERT ON configuration_authority
    FOR EACH ROW EXECUTE FUNCTION configuration_authority_written();
CREATE TRIGGER configuration_authority_append_only BEFORE UPDATE OR DELETE ON configuration_authority
    FOR EACH ROW EXECUTE FUNCTION records_append_only();

-- the authority of this transaction, if any
CREATE FUNCTION configuration_authority_now() RETURNS configuration_authority LANGUAGE plpgsql STABLE AS $$
DECLARE
    named text := coalesce(current_setting('itsm.ci_authority', true), '');
    found configuration_authority;
BEGIN
    IF named ~ '^[0-9]{1,18}$' THEN
        SELECT * INTO found FROM configuration_authority a
         WHERE a.id = named::bigint AND a.xact = pg_current_xact_id()::text::bigint;
    END IF;
    RETURN found;
END $$;

-- it reaches this item: named by the change, the item of the correction, of a class under light control, or an import's
CREATE FUNCTION configuration_reaches(a configuration_authority, item bigint, class bigint, is_new boolean)
RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN CASE a.kind
        WHEN 'change' THEN is_new OR EXISTS (
            SELECT 1 FROM records_link l WHERE l.source_id = a.record_id AND l.target_id = item AND l.kind = 'affects')
        WHEN 'correction' THEN EXISTS (
            SELECT 1 FROM configuration_correction c
             WHERE c.id = a.correction_id AND (c.item_id = item OR (c.item_id IS NULL AND is_new)))
        WHEN 'light' THEN EXISTS (
            SELECT 1 FROM configuration_ciclass k WHERE k.id = class AND k.control = 'light')
        WHEN 'import' THEN true
        ELSE false END;
END $$;

CREATE FUNCTION configuration_controlled(item configuration_configurationitem) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT to_jsonb(item) - ARRAY['state', 'phase', 'version', 'changed_at', 'live_since', 'provenance',
        'last_verified_at', 'last_verified_by_id', 'last_seen_at', 'last_seen_source']
$$;

CREATE FUNCTION configuration_item_locked() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    controlled boolean := true;
BEGIN
    IF configuration_open() THEN
        RETURN coalesce(NEW, OLD);
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM configuration_refuse();
    ELSIF TG_OP = 'UPDATE' THEN
        controlled := configuration_controlled(OLD) IS DISTINCT FROM configuration_controlled(NEW)
            OR (OLD.state IS DISTINCT FROM NEW.state AND NEW.state IN ('live', 'under_change', 'retired')
                AND NOT (OLD.state = 'missing' AND NEW.state = 'live'));
    END IF;
    IF controlled AND NOT coalesce(configuration_reaches(
        configuration_authority_now(), NEW.record_ptr_id, NEW.ci_class_id, TG_OP = 'INSERT'), false) THEN
        PERFORM configuration_refuse();
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER configuration_item_locked BEFORE INSERT OR UPDATE OR DELETE ON configuration_configurationitem
    FOR EACH ROW EXECUTE FUNCTION configuration_item_locked();

CREATE FUNCTION configuration_snapshot(item configuration_configurationitem) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT to_jsonb(item) - ARRAY['record_ptr_id', 'phase', 'version', 'changed_at', 'provenance',
        'last_verified_at', 'last_verified_by_id', 'last_seen_at', 'last_seen_source']
$$;

CREATE FUNCTION configuration_item_versioned() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moment timestamptz := NEW.changed_at;
    number integer := 0;
    before timestamptz;
BEGIN
    IF TG_OP = 'UPDATE' AND configuration_snapshot(OLD) = configuration_snapshot(NEW) THEN
        RETURN NULL;
    END IF;
    SELECT sequence, valid_from INTO number, before FROM configuration_civersion
     WHERE item_id = NEW.record_ptr_id AND valid_to IS NULL FOR UPDATE;
    moment := greatest(moment, before);
    UPDATE configuration_civersion SET valid_to = moment WHERE item_id = NEW.record_ptr_id AND valid_to IS NULL;
    INSERT INTO configuration_civersion (item_id, sequence, data, valid_from, recorded_at, authority_id)
    VALUES (NEW.record_ptr_id, coalesce(number, 0) + 1, configuration_snapshot(NEW), moment, clock_timestamp(),
            (configuration_authority_now()).id);
    RETURN NULL;
END $$;
CREATE TRIGGER configuration_item_versioned AFTER INSERT OR UPDATE ON configuration_configurationitem
    FOR EACH ROW EXECUTE FUNCTION configuration_item_versioned();

-- rows of the past are never altered; only the end of a range of time is set, and set once
CREATE FUNCTION configuration_ends_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ends text[] := ARRAY['valid_to', 'ended_by_id', 'ended_recorded_at'];
BEGIN
    IF configuration_open() THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.valid_to IS NULL AND NEW.valid_to >= OLD.valid_from
       AND to_jsonb(OLD) - ends = to_jsonb(NEW) - ends THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'The history of configuration data is append-only.' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER configuration_civersion_append_only BEFORE UPDATE OR DELETE ON configuration_civersion
    FOR EACH ROW EXECUTE FUNCTION configuration_ends_once();
CREATE TRIGGER configuration_cirelation_append_only BEFORE UPDATE OR DELETE ON configuration_cirelation
    FOR EACH ROW EXECUTE FUNCTION configuration_ends_once();

CREATE FUNCTION configuration_relation_reached(a configuration_authority, source bigint, target bigint)
RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(bool_or(configuration_reaches(a, i.record_ptr_id, i.ci_class_id, false)), false)
      FROM configuration_configurationitem i WHERE i.record_ptr_id IN (source, target)
$$;

CREATE FUNCTION configuration_pair_allowed(kind bigint, source bigint, target bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    WITH RECURSIVE above AS (
        SELECT i.record_ptr_id AS item, i.ci_class_id AS class FROM configuration_configurationitem i
         WHERE i.record_ptr_id IN (source, target)
        UNION
        SELECT a.item, c.parent_id FROM above a JOIN configuration_ciclass c ON c.id = a.class WHERE c.parent_id IS NOT NULL
    )
    SELECT EXISTS (
        SELECT 1 FROM configuration_allowedpair p JOIN above s ON s.class = p.source_class_id AND s.item = source
          JOIN above t ON t.class = p.target_class_id AND t.item = target WHERE p.type_id = kind)
$$;

-- volatile, so that it sees the rows that the same statement has inserted before
CREATE FUNCTION configuration_circle(kind bigint, source bigint, target bigint) RETURNS boolean LANGUAGE sql VOLATILE AS $$
    WITH RECURSIVE onward AS (
        SELECT target AS item
        UNION
        SELECT r.target_id FROM onward o JOIN configuration_cirelation r
            ON r.source_id = o.item AND r.type_id = kind AND r.valid_to IS NULL
    )
    SELECT EXISTS (SELECT 1 FROM onward WHERE item = source)
$$;

CREATE FUNCTION configuration_relation_locked() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    kind configuration_relationtype;
    named configuration_authority;
BEGIN
    IF NOT configuration_open() THEN
        named := configuration_authority_now();
        IF NOT configuration_relation_reached(named, NEW.source_id, NEW.target_id) THEN
            PERFORM configuration_refuse();
        END IF;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        NEW.ended_by_id := named.id;
        NEW.ended_recorded_at := clock_timestamp();
        RETURN NEW;
    END IF;
    SELECT * INTO kind FROM configuration_relationtype t WHERE t.id = NEW.type_id;
    NEW.cause_id := CASE kind.impact WHEN 'to_source' THEN NEW.target_id WHEN 'to_target' THEN NEW.source_id END;
    NEW.effect_id := CASE kind.impact WHEN 'to_source' THEN NEW.source_id WHEN 'to_target' THEN NEW.target_id END;
    NEW.began_by_id := named.id;
    NEW.recorded_at := clock_timestamp();
    IF NOT configuration_pair_allowed(NEW.type_id, NEW.source_id, NEW.target_id) THEN
        RAISE EXCEPTION 'This kind of relationship does not join these classes.' USING ERRCODE = 'check_violation';
    END IF;
    IF kind.is_acyclic AND NEW.valid_to IS NULL THEN
        PERFORM pg_advisory_xact_lock(20000, kind.id::int);
        IF configuration_circle(NEW.type_id, NEW.source_id, NEW.target_id) THEN
            RAISE EXCEPTION 'This relationship would make a circle.' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER configuration_relation_locked BEFORE INSERT OR UPDATE ON configuration_cirelation
    FOR EACH ROW EXECUTE FUNCTION configuration_relation_locked();
"""
BACKWARD = """
DROP FUNCTION configuration_relation_locked() CASCADE;
DROP FUNCTION configuration_circle(bigint, bigint, bigint);
DROP FUNCTION configuration_pair_allowed(bigint, bigint, bigint);
DROP FUNCTION configuration_relation_reached(configuration_authority, bigint, bigint);
DROP FUNCTION configuration_ends_once() CASCADE;
DROP FUNCTION configuration_item_versioned() CASCADE;
DROP FUNCTION configuration_snapshot(configuration_configurationitem);
DROP FUNCTION configuration_item_locked() CASCADE;
DROP FUNCTION configuration_controlled(configuration_configurationitem);
DROP FUNCTION configuration_reaches(configuration_authority, bigint, bigint, boolean);
DROP FUNCTION configuration_authority_now();
DROP FUNCTION configuration_authority_written() CASCADE;
DROP FUNCTION configuration_change_stands(bigint);
DROP FUNCTION configuration_refuse();
DROP FUNCTION configuration_open();
DROP TRIGGER configuration_ci_legal_step ON configuration_configurationitem;
DROP TRIGGER configuration_authority_append_only ON configuration_authority;
"""


class Migration(migrations.Migration):
    """Functions and triggers of configuration items."""

    dependencies = [("configuration", "0001_the_item"), ("records", "0002_triggers")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
