"""The words of records that are no cases: one index for all their tables, kept by one function that every table's trigger calls.

The triggers are made after every migration from what the processes register (``itsm.search.kept``).
"""

import django.db.models.deletion
from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models

import itsm.search.models

FORWARD = r"""
CREATE FUNCTION search_plain_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT search_is_later() THEN
        INSERT INTO search_plain (record_id, kind, words)
        SELECT NEW.record_ptr_id, TG_ARGV[0], search_tsv(string_agg(to_jsonb(NEW) ->> TG_ARGV[i], E'\n' ORDER BY i))
        FROM generate_series(1, TG_NARGS - 1) i
        ON CONFLICT (record_id) DO UPDATE SET words = EXCLUDED.words;
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    """The table and the function."""

    dependencies = [("search", "0003_notes_apart"), ("records", "0002_triggers")]
    operations = [
        migrations.CreateModel(
            name="PlainEntry",
            fields=[
                (
                    "record",
                    models.OneToOneField(
                        db_column="record_id", on_delete=django.db.models.deletion.CASCADE, primary_key=True,
                        related_name="+", serialize=False, to="records.record",
                    ),
                ),
                ("kind", models.CharField(max_length=32)),
                ("words", itsm.search.models.Vector()),
            ],
            options={"db_table": "search_plain", "indexes": [GinIndex(fields=["words"], name="search_plain_words")]},
        ),
        migrations.RunSQL(FORWARD, "DROP FUNCTION search_plain_changed() CASCADE"),
    ]
