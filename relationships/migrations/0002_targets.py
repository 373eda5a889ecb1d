"""Within how long complaints are acknowledged and answered, where nothing is promised yet."""

from typing import Any

from django.db import migrations

DAY = 8 * 3600  # of business time
PROMISED = {"response": DAY, "resolution": 5 * DAY}


def seed(apps: Any, schema_editor: Any) -> None:
    """Write the two targets; twice does no harm."""
    target, calendar = apps.get_model("sla", "Target"), apps.get_model("hours", "Calendar")
    office = calendar.objects.get(code="taiwan-office")
    for metric, seconds in PROMISED.items():
        key = {"metric": metric, "process": "complaint", "priority": None, "service": None, "request_item": None}
        target.objects.get_or_create(**key, defaults={"seconds": seconds, "calendar": office})


class Migration(migrations.Migration):
    """The promises of complaints."""

    dependencies = [("relationships", "0001_complaints"), ("sla", "0003_seed"), ("hours", "0002_seed")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
