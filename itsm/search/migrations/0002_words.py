"""How words are made of text, and the triggers that keep them.

Every run of Chinese characters becomes its overlapping pairs and its last character alone, so that a word of two or
more characters is found exactly as a phrase of pairs, and one of one character by prefix. Latin words are stemmed as
English. Text is first made compatible (NFKC) and lower case. Inserts are handled a statement at a time, so that imports
pay little; a comment is appended to what is there; only a changed subject or description is read anew with everything.
"""

from django.db import migrations

FORWARD = r"""
CREATE FUNCTION search_runs(txt text) RETURNS TABLE (run text, chinese boolean, base integer)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN QUERY
    SELECT w.word, w.zh, (sum(w.size + 1) OVER (ORDER BY w.n ROWS UNBOUNDED PRECEDING) - w.size)::integer
    FROM (
        SELECT m.found[1] AS word, ascii(m.found[1]) >= 11904 AS zh, m.n,
               CASE WHEN ascii(m.found[1]) >= 11904 THEN char_length(m.found[1]) ELSE 1 END AS size
        FROM regexp_matches(
            lower(normalize(left(coalesce(txt, ''), 60000), NFKC)),
            '([㐀-䶿一-鿿豈-﫿ぁ-ヿ가-힣𠀀-𳿿]{1,200}|[a-z0-9_à-öø-ɏͰ-ӿ]{1,64})', 'g'
        ) WITH ORDINALITY AS m (found, n)
    ) w;
END $$;

CREATE FUNCTION search_stem(word text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce((ts_lexize('pg_catalog.english_stem', word))[1], word)
$$;

CREATE FUNCTION search_tsv(txt text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN coalesce((
        SELECT string_agg(
            '''' || CASE WHEN r.chinese THEN substr(r.run, i, 2) ELSE search_stem(r.run) END || ''':' || least(r.base + i - 1, 16383), ' '
        )
        FROM search_runs(txt) r, generate_series(1, CASE WHEN r.chinese THEN char_length(r.run) ELSE 1 END) i
    ), '')::tsvector;
END $$;

-- all words of the text: Chinese runs as phrases of pairs, a single character and the last Latin word by prefix
CREATE FUNCTION search_query(txt text) RETURNS tsquery LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN coalesce((
        SELECT string_agg(
            CASE
                WHEN NOT r.chinese AND r.base = r.last_base
                    THEN '(''' || search_stem(r.run) || ''' | ''' || r.run || ''':*)'
                WHEN NOT r.chinese THEN '''' || search_stem(r.run) || ''''
                WHEN char_length(r.run) = 1 THEN '''' || r.run || ''':*'
                ELSE (SELECT '(' || string_agg('''' || substr(r.run, i, 2) || '''', ' <-> ' ORDER BY i) || ')'
                      FROM generate_series(1, char_length(r.run) - 1) i)
            END, ' & ')
        FROM (
            SELECT w.*, max(w.base) OVER () AS last_base FROM (SELECT * FROM search_runs(left(txt, 200)) LIMIT 12) w
        ) r
    ), '')::tsquery;
END $$;

-- a vector holds a megabyte; words beyond that are not found, but nothing is refused for them
CREATE FUNCTION search_append(one tsvector, other tsvector) RETURNS tsvector LANGUAGE plpgsql AS $$
BEGIN
    RETURN one || other;
EXCEPTION WHEN program_limit_exceeded THEN
    RETURN one;
END $$;

CREATE FUNCTION search_name(person bigint) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT name FROM people_person WHERE id = person
$$;

-- reads some cases anew, with all their comments
CREATE FUNCTION search_refresh(tickets bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO search_entry (record_id, public_tsv, all_tsv)
    SELECT d.id, d.shown, search_append(d.shown, search_tsv(concat_ws(E'\n', d.assignee, d.hidden)))
    FROM (
        SELECT t.record_ptr_id AS id, search_name(t.assignee_id) AS assignee,
            search_tsv(concat_ws(E'\n', t.title, t.source_number, search_name(t.requester_id), search_name(t.requested_for_id),
                t.description, (SELECT string_agg(c.body, E'\n' ORDER BY c.id) FROM tickets_comment c
                                WHERE c.ticket_id = t.record_ptr_id AND c.kind = 'public'))) AS shown,
            (SELECT string_agg(c.body, E'\n' ORDER BY c.id) FROM tickets_comment c
             WHERE c.ticket_id = t.record_ptr_id AND c.kind <> 'public') AS hidden
        FROM tickets_ticket t WHERE t.record_ptr_id = ANY (tickets)
        OFFSET 0
    ) d
    ON CONFLICT (record_id) DO UPDATE SET public_tsv = EXCLUDED.public_tsv, all_tsv = EXCLUDED.all_tsv;
END $$;

CREATE FUNCTION search_ticket_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO search_entry (record_id, public_tsv, all_tsv)
    SELECT d.id, d.shown, CASE WHEN d.assignee IS NULL THEN d.shown ELSE d.shown || search_tsv(d.assignee) END
    FROM (
        SELECT t.record_ptr_id AS id, search_name(t.assignee_id) AS assignee, search_tsv(concat_ws(E'\n', t.title, t.source_number,
            search_name(t.requester_id), search_name(t.requested_for_id), t.description)) AS shown
        FROM added t OFFSET 0
    ) d
    ON CONFLICT (record_id) DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER search_ticket_added AFTER INSERT ON tickets_ticket REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION search_ticket_added();

CREATE FUNCTION search_ticket_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM search_refresh(ARRAY[NEW.record_ptr_id]);
    RETURN NULL;
END $$;
CREATE TRIGGER search_ticket_changed AFTER UPDATE OF title, description, source_number ON tickets_ticket FOR EACH ROW
    WHEN (OLD.title IS DISTINCT FROM NEW.title OR OLD.description IS DISTINCT FROM NEW.description
          OR OLD.source_number IS DISTINCT FROM NEW.source_number)
    EXECUTE FUNCTION search_ticket_changed();

-- names are added as they come; whoever had the case before still finds it
CREATE FUNCTION search_people_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    shown text := concat_ws(E'\n',
        CASE WHEN OLD.requester_id IS DISTINCT FROM NEW.requester_id THEN search_name(NEW.requester_id) END,
        CASE WHEN OLD.requested_for_id IS DISTINCT FROM NEW.requested_for_id THEN search_name(NEW.requested_for_id) END);
    hidden text := CASE WHEN OLD.assignee_id IS DISTINCT FROM NEW.assignee_id THEN search_name(NEW.assignee_id) END;
BEGIN
    IF shown <> '' THEN
        UPDATE search_entry SET public_tsv = search_append(public_tsv, search_tsv(shown)), all_tsv = search_append(all_tsv, search_tsv(shown))
        WHERE record_id = NEW.record_ptr_id;
    END IF;
    IF hidden <> '' THEN
        UPDATE search_entry SET all_tsv = search_append(all_tsv, search_tsv(hidden))
        WHERE record_id = NEW.record_ptr_id AND NOT all_tsv @@ search_query(hidden);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER search_people_changed AFTER UPDATE OF requester_id, requested_for_id, assignee_id ON tickets_ticket FOR EACH ROW
    WHEN (OLD.requester_id IS DISTINCT FROM NEW.requester_id OR OLD.requested_for_id IS DISTINCT FROM NEW.requested_for_id
          OR OLD.assignee_id IS DISTINCT FROM NEW.assignee_id)
    EXECUTE FUNCTION search_people_changed();

CREATE FUNCTION search_comment_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE search_entry e
    SET all_tsv = search_append(e.all_tsv, a.said),
        public_tsv = CASE WHEN a.shown IS NULL THEN e.public_tsv ELSE search_append(e.public_tsv, search_tsv(a.shown)) END
    FROM (
        SELECT c.ticket_id, search_tsv(string_agg(c.body, E'\n' ORDER BY c.id)) AS said,
               string_agg(c.body, E'\n' ORDER BY c.id) FILTER (WHERE c.kind = 'public') AS shown
        FROM added c GROUP BY c.ticket_id OFFSET 0
    ) a
    WHERE e.record_id = a.ticket_id;
    RETURN NULL;
END $$;
CREATE TRIGGER search_comment_added AFTER INSERT ON tickets_comment REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION search_comment_added();

CREATE FUNCTION search_comment_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM search_refresh(ARRAY[OLD.ticket_id]);
    ELSE
        PERFORM search_refresh(ARRAY[OLD.ticket_id, NEW.ticket_id]);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER search_comment_changed AFTER UPDATE OF body, kind, ticket_id ON tickets_comment FOR EACH ROW
    WHEN (OLD.body IS DISTINCT FROM NEW.body OR OLD.kind IS DISTINCT FROM NEW.kind OR OLD.ticket_id IS DISTINCT FROM NEW.ticket_id)
    EXECUTE FUNCTION search_comment_changed();
CREATE TRIGGER search_comment_removed AFTER DELETE ON tickets_comment FOR EACH ROW EXECUTE FUNCTION search_comment_changed();

ALTER TABLE search_entry ADD CONSTRAINT search_entry_of_ticket
    FOREIGN KEY (record_id) REFERENCES tickets_ticket (record_ptr_id) ON DELETE CASCADE;
-- without detailed statistics a rare word is looked for by walking the key from the newest case
ALTER TABLE search_entry ALTER COLUMN public_tsv SET STATISTICS 1000;
ALTER TABLE search_entry ALTER COLUMN all_tsv SET STATISTICS 1000;
SELECT search_refresh(coalesce(array_agg(record_ptr_id), '{}')) FROM tickets_ticket;
"""
BACKWARD = """
DROP FUNCTION search_comment_changed() CASCADE;
DROP FUNCTION search_comment_added() CASCADE;
DROP FUNCTION search_people_changed() CASCADE;
DROP FUNCTION search_ticket_changed() CASCADE;
DROP FUNCTION search_ticket_added() CASCADE;
DROP FUNCTION search_refresh(bigint[]);
DROP FUNCTION search_name(bigint);
DROP FUNCTION search_append(tsvector, tsvector);
DROP FUNCTION search_query(text);
DROP FUNCTION search_tsv(text);
DROP FUNCTION search_stem(text);
DROP FUNCTION search_runs(text);
ALTER TABLE search_entry DROP CONSTRAINT search_entry_of_ticket;
"""


class Migration(migrations.Migration):
    """Functions and triggers of the index of words."""

    dependencies = [("search", "0001_initial"), ("tickets", "0004_merged_into")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
