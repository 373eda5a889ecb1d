"""What the work of a change or a release did is written down in its review, for the items that it names; nothing moves."""

from django.db import migrations

FORWARD = """
-- the work is over, its review is not: the states of the milestone in_review
CREATE FUNCTION configuration_in_review(work bigint) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (
        SELECT 1 FROM tickets_ticket t JOIN records_record r ON r.id = t.record_ptr_id
         WHERE r.id = work AND r.kind IN ('change', 'release') AND t.state = 'post_review'
    );
END $$;
"""
WRITTEN = """
CREATE OR REPLACE FUNCTION configuration_authority_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.xact := pg_current_xact_id()::text::bigint;
    IF configuration_open() THEN
        RETURN NEW;
    END IF;
    IF NEW.kind = 'change' AND NOT configuration_change_stands(NEW.record_id){review} THEN
        PERFORM configuration_refuse();
    ELSIF NEW.kind = 'correction' AND NOT EXISTS (
        SELECT 1 FROM configuration_correction c
         WHERE c.id = NEW.correction_id AND c.verified_at IS NOT NULL AND c.refused_at IS NULL AND c.applied_at IS NULL
           AND c.verified_by_id IS NOT NULL AND c.verified_by_id IS DISTINCT FROM c.raised_by_id
    ) THEN
        PERFORM configuration_refuse();
    ELSIF NEW.kind = 'import' AND NOT EXISTS (
        SELECT 1 FROM configuration_importbatch b
         WHERE b.id = NEW.batch_id AND b.applied_at IS NOT NULL
           AND (b.state = 'undoing' OR b.state IN ('queued', 'applying') AND (b.channel = 'command'
                OR b.verified_by_id IS NOT NULL AND b.verified_by_id IS DISTINCT FROM b.made_by_id
                OR configuration_change_stands(b.change_id)))
    ) THEN
        PERFORM configuration_refuse();
    END IF;
    RETURN NEW;
END $$;
"""
REACHES = """
CREATE OR REPLACE FUNCTION configuration_reaches(a configuration_authority, item bigint, class bigint, is_new boolean)
RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN CASE a.kind
        WHEN 'change' THEN is_new{new} OR EXISTS (
            SELECT 1 FROM records_link l WHERE l.source_id = a.record_id AND l.target_id = item AND l.kind = 'affects')
        WHEN 'correction' THEN EXISTS (
            SELECT 1 FROM configuration_correction c
             WHERE c.id = a.correction_id AND (c.item_id = item OR (c.item_id IS NULL AND is_new)))
        WHEN 'light' THEN EXISTS (
            SELECT 1 FROM configuration_ciclass k WHERE k.id = class AND k.control = 'light')
        WHEN 'import' THEN true
        ELSE false END;
END $$;
"""
LOCKED = """
CREATE OR REPLACE FUNCTION configuration_item_locked() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    controlled boolean := true;
    moved boolean := false;
    named configuration_authority;
BEGIN
    IF configuration_open() THEN
        RETURN coalesce(NEW, OLD);
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM configuration_refuse();
    ELSIF TG_OP = 'UPDATE' THEN
        moved := OLD.state IS DISTINCT FROM NEW.state AND NEW.state IN ('live', 'under_change', 'retired')
            AND NOT (OLD.state = 'missing' AND NEW.state = 'live');
        controlled := moved OR configuration_controlled(OLD) IS DISTINCT FROM configuration_controlled(NEW);
    END IF;
    IF controlled THEN
        named := configuration_authority_now();
        IF NOT coalesce(configuration_reaches(named, NEW.record_ptr_id, NEW.ci_class_id, TG_OP = 'INSERT'), false){moved} THEN
            PERFORM configuration_refuse();
        END IF;
    END IF;
    RETURN NEW;
END $$;
"""


def written(**parts: str) -> str:
    """Give the three functions with or without what a review may write."""
    review, new, moved = parts["review"], parts["new"], parts["moved"]
    return WRITTEN.replace("{review}", review) + REACHES.replace("{new}", new) + LOCKED.replace("{moved}", moved)


REVIEWED = written(
    review=" AND NOT configuration_in_review(NEW.record_id)",
    new=" AND configuration_change_stands(a.record_id)",
    moved="\n           OR moved AND named.kind = 'change' AND NOT configuration_change_stands(named.record_id)",
)
BEFORE = written(review="", new="", moved="") + "DROP FUNCTION configuration_in_review(bigint);"


class Migration(migrations.Migration):
    """The functions that verify an authority and hold each row to it."""

    dependencies = [("configuration", "0012_photo_of_an_audit_line")]
    operations = [migrations.RunSQL(FORWARD + REVIEWED, BEFORE)]
