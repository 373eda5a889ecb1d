"""The three calendars that an empty installation needs before anybody has configured one."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils import timezone

from itsm.hours import taiwan


def seed(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """This will create the calendars that are missing."""
    calendar, version = apps.get_model("hours", "Calendar"), apps.get_model("hours", "CalendarVersion")
    taiwan.seed(calendar.objects, version.objects, at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("hours", "0001_initial")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
