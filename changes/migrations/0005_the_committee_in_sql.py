"""What the database itself holds to about the committee: legal steps of meetings, and nobody votes on an own change."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER changes_cabmeeting_legal_step BEFORE UPDATE OF state ON changes_cabmeeting FOR EACH ROW
    WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION records_legal_step('state', 'record_ptr_id');

-- who asked for a change, gets it, works on it or carries it out has an interest in it
CREATE FUNCTION changes_interested(change bigint, person bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1 FROM changes_change c JOIN tickets_ticket t ON t.record_ptr_id = c.ticket_ptr_id
        WHERE c.ticket_ptr_id = change
          AND person IN (t.requester_id, t.requested_for_id, t.assignee_id, c.asked_by_id, c.implementer_id)
    )
$$;

CREATE FUNCTION changes_vote_allowed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    about bigint; ended timestamptz; zone text;
BEGIN
    IF coalesce(current_setting('itsm.maintenance', true), '') <> '' THEN
        RETURN NULL;
    END IF;
    SELECT b.change_id, b.ended_at, d.zone INTO about, ended, zone
        FROM changes_ballot b JOIN changes_board d ON d.id = b.board_id WHERE b.id = NEW.ballot_id;
    IF ended IS NOT NULL THEN
        RAISE EXCEPTION 'A vote cannot be given or altered after its round has ended.' USING ERRCODE = 'check_violation';
    END IF;
    -- nobody becomes requester or implementer while this vote is being given
    PERFORM 1 FROM tickets_ticket WHERE record_ptr_id = about FOR SHARE;
    PERFORM 1 FROM changes_change WHERE ticket_ptr_id = about FOR SHARE;
    IF NEW.vote <> 'recused' AND (changes_interested(about, NEW.member_id) OR changes_interested(about, NEW.cast_by_id)) THEN
        RAISE EXCEPTION 'Nobody votes on an own change, nor through a proxy.' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.cast_by_id <> NEW.member_id AND NOT EXISTS (
        SELECT 1 FROM changes_proxy p JOIN changes_ballot b ON b.board_id = p.board_id
        WHERE p.id = NEW.proxy_id AND b.id = NEW.ballot_id AND p.member_id = NEW.member_id AND p.person_id = NEW.cast_by_id
          AND (NEW.at AT TIME ZONE zone)::date BETWEEN p.starts_on AND p.ends_on
    ) THEN
        RAISE EXCEPTION 'Only a proxy of that day votes for a member.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER changes_cabvote_allowed AFTER INSERT OR UPDATE ON changes_cabvote
    NOT DEFERRABLE FOR EACH ROW EXECUTE FUNCTION changes_vote_allowed();

CREATE FUNCTION changes_vote_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(current_setting('itsm.maintenance', true), '') = '' AND EXISTS (
        SELECT 1 FROM changes_ballot WHERE id = OLD.ballot_id AND ended_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'The votes of an ended round are kept.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER changes_cabvote_kept BEFORE DELETE ON changes_cabvote
    FOR EACH ROW EXECUTE FUNCTION changes_vote_kept();

-- an ended round stays ended; only its approval can be voided by a later edit
CREATE FUNCTION changes_ballot_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(current_setting('itsm.maintenance', true), '') = '' AND (
        NEW.ended_at IS DISTINCT FROM OLD.ended_at OR NEW.change_id <> OLD.change_id OR NEW.paper <> OLD.paper OR NEW.core <> OLD.core
        OR (NEW.outcome <> OLD.outcome AND NEW.outcome <> 'void')
    ) THEN
        RAISE EXCEPTION 'A round that has ended is not altered.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER changes_ballot_ended BEFORE UPDATE ON changes_ballot
    FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL) EXECUTE FUNCTION changes_ballot_ended();

-- who has voted on a change becomes neither its requester nor its implementer, unless the votes are void
CREATE FUNCTION changes_voter_apart() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    about bigint;
BEGIN
    about := CASE TG_TABLE_NAME WHEN 'changes_change' THEN (to_jsonb(NEW) ->> 'ticket_ptr_id')::bigint
                                ELSE (to_jsonb(NEW) ->> 'record_ptr_id')::bigint END;
    IF coalesce(current_setting('itsm.maintenance', true), '') = '' AND EXISTS (
        SELECT 1 FROM changes_ballot b JOIN changes_cabvote v ON v.ballot_id = b.id
            JOIN changes_change c ON c.ticket_ptr_id = b.change_id JOIN tickets_ticket t ON t.record_ptr_id = b.change_id
        WHERE b.change_id = about AND b.outcome IN ('', 'approved') AND v.vote <> 'recused'
          AND (v.member_id IN (t.requester_id, t.requested_for_id, c.asked_by_id, c.implementer_id)
               OR v.cast_by_id IN (t.requester_id, t.requested_for_id, c.asked_by_id, c.implementer_id))
    ) THEN
        RAISE EXCEPTION 'Who has voted on a change neither asks for it nor carries it out.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER changes_change_voter_apart AFTER UPDATE OF implementer_id, asked_by_id ON changes_change
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (OLD.implementer_id IS DISTINCT FROM NEW.implementer_id OR OLD.asked_by_id IS DISTINCT FROM NEW.asked_by_id)
    EXECUTE FUNCTION changes_voter_apart();
CREATE CONSTRAINT TRIGGER tickets_ticket_voter_apart AFTER UPDATE OF requester_id, requested_for_id ON tickets_ticket
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (OLD.requester_id IS DISTINCT FROM NEW.requester_id OR OLD.requested_for_id IS DISTINCT FROM NEW.requested_for_id)
    EXECUTE FUNCTION changes_voter_apart();

-- a proxy has no seat of their own, stands in alone, and stays who voted
CREATE FUNCTION changes_proxy_allowed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM changes_boardmember m WHERE m.board_id = NEW.board_id AND m.person_id = NEW.person_id
          AND coalesce(m.since, '-infinity') <= NEW.ends_on AND coalesce(m.until, 'infinity') >= NEW.starts_on
    ) THEN
        RAISE EXCEPTION 'A member votes for themselves; a proxy has no seat.' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT 1 FROM changes_proxy p WHERE p.board_id = NEW.board_id AND p.member_id = NEW.member_id AND p.id <> NEW.id
          AND p.starts_on <= NEW.ends_on AND p.ends_on >= NEW.starts_on
    ) THEN
        RAISE EXCEPTION 'One proxy stands in for a member on a day.' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT 1 FROM changes_cabvote v JOIN changes_board d ON d.id = NEW.board_id
        WHERE v.proxy_id = NEW.id AND (v.member_id <> NEW.member_id OR v.cast_by_id <> NEW.person_id
           OR NOT (v.at AT TIME ZONE d.zone)::date BETWEEN NEW.starts_on AND NEW.ends_on)
    ) THEN
        RAISE EXCEPTION 'A proxy who has voted stays as it was on that day.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER changes_proxy_allowed AFTER INSERT OR UPDATE ON changes_proxy
    NOT DEFERRABLE FOR EACH ROW EXECUTE FUNCTION changes_proxy_allowed();

CREATE FUNCTION changes_member_allowed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM changes_proxy p WHERE p.board_id = NEW.board_id AND p.person_id = NEW.person_id
          AND coalesce(NEW.since, '-infinity') <= p.ends_on AND coalesce(NEW.until, 'infinity') >= p.starts_on
    ) THEN
        RAISE EXCEPTION 'Who stands in for a member takes no seat in that time.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER changes_boardmember_allowed AFTER INSERT OR UPDATE ON changes_boardmember
    NOT DEFERRABLE FOR EACH ROW EXECUTE FUNCTION changes_member_allowed();
"""
BACKWARD = """
DROP FUNCTION changes_member_allowed() CASCADE;
DROP FUNCTION changes_proxy_allowed() CASCADE;
DROP FUNCTION changes_voter_apart() CASCADE;
DROP FUNCTION changes_ballot_ended() CASCADE;
DROP FUNCTION changes_vote_kept() CASCADE;
DROP FUNCTION changes_vote_allowed() CASCADE;
DROP FUNCTION changes_interested(bigint, bigint) CASCADE;
DROP TRIGGER changes_cabmeeting_legal_step ON changes_cabmeeting;
"""


class Migration(migrations.Migration):
    """Triggers of the committee."""

    dependencies = [("changes", "0004_the_committee"), ("records", "0002_triggers")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
