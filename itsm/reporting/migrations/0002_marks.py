"""Triggers that note which records are to be counted again, in the transaction that changes them."""

from django.db import migrations

from itsm.reporting.facts import WATCHED

NAMED = {"records_event": "NEW.kind = 'move' AND NEW.name IN ('reopen', 'declare_major')"}


def forward() -> str:
    """This will write one function and its trigger for each watched table; the body names columns, so none depends on it."""
    return "\n".join(_watch(table, key, columns) for table, (key, columns) in WATCHED.items())


def _watch(table: str, key: str, columns: tuple[str, ...]) -> str:
    before, after = (", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW"))
    wanted = f"NOT ({NAMED[table]})" if table in NAMED else "false"
    return f"""
CREATE FUNCTION reporting_mark_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        INSERT INTO reporting_stale (record) VALUES (OLD.{key});
        RETURN NULL;
    END IF;
    IF {wanted} THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'UPDATE' AND ({before}) IS NOT DISTINCT FROM ({after}) THEN
        RETURN NULL;
    END IF;
    INSERT INTO reporting_stale (record) VALUES (NEW.{key});
    RETURN NULL;
END $$;
CREATE TRIGGER reporting_mark AFTER INSERT OR UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION reporting_mark_{table}();
"""  # noqa: S608  (names of ours, no values)


def backward() -> str:
    """This will take both away."""
    return "\n".join(f"DROP FUNCTION reporting_mark_{table}() CASCADE;" for table in WATCHED)


class Migration(migrations.Migration):
    dependencies = [
        ("reporting", "0001_rollups"),
        ("records", "0002_triggers"),
        ("tickets", "0007_task_plans"),
        ("sla", "0004_leaner_indexes"),
        ("changes", "0002_the_work"),
        ("releases", "0001_the_release"),
    ]

    operations = [migrations.RunSQL(forward(), backward())]
