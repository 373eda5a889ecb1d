"""The third net under a known error's state, and the words by which it is found."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER problems_knownerror_legal_step BEFORE UPDATE OF state ON problems_knownerror FOR EACH ROW
    WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION records_legal_step('state', 'record_ptr_id');
CREATE FUNCTION known_error_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.words := search_tsv(concat_ws(E'\\n', NEW.title, NEW.symptoms, NEW.cause, NEW.workaround, NEW.component));
    RETURN NEW;
END $$;
CREATE TRIGGER known_error_words BEFORE INSERT OR UPDATE OF title, symptoms, cause, workaround, component
    ON problems_knownerror FOR EACH ROW EXECUTE FUNCTION known_error_words();
"""
BACKWARD = """
DROP FUNCTION known_error_words() CASCADE;
DROP TRIGGER problems_knownerror_legal_step ON problems_knownerror;
"""


class Migration(migrations.Migration):
    """The triggers."""

    dependencies = [("problems", "0002_process"), ("records", "0002_triggers"), ("search", "0003_notes_apart")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
