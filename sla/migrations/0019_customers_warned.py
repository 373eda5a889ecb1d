"""The shipped ladder warns the customer, too, before a target is missed (domain 6.3)."""

from typing import Any

from django.db import migrations

SHIPPED = ["incident_manager", "service_owner"]


def warn(apps: Any, schema_editor: Any) -> None:
    """This will add the requester where the shipped ladder still tells exactly those whom it was shipped with."""
    steps = apps.get_model("sla", "EscalationStep").objects.filter(policy__code="default", level=2)
    for step in steps.filter(metric__in=("resolution", "fulfilment")):
        if step.notify == SHIPPED:
            step.notify = [*SHIPPED, "requester"]
            step.save(update_fields=["notify"])


class Migration(migrations.Migration):
    dependencies = [("sla", "0018_promise_events")]
    operations = [migrations.RunPython(warn, migrations.RunPython.noop)]
