"""The default targets and the default ladder."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from sla import defaults


def seed(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Write the defaults where nothing is yet."""
    defaults.seed(apps)


class Migration(migrations.Migration):
    """The seeds of service levels."""

    dependencies = [("sla", "0002_append_only"), ("hours", "0002_seed")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
