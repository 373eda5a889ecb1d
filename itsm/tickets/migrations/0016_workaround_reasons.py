"""Waiting for a change or a problem stops the clock on a workaround, where an administrator has not decided otherwise."""

from typing import Any

from django.db import migrations

RULES = {"awaiting_change": "restored", "awaiting_problem": "accepted"}


def seed(apps: Any, schema_editor: Any) -> None:
    """Set what a workaround does for both reasons while they let the clock run."""
    reasons = apps.get_model("tickets", "HoldReason")
    for code, rule in RULES.items():
        reasons.objects.filter(code=code, pauses_resolution=False, workaround="").update(workaround=rule)


class Migration(migrations.Migration):
    """What a workaround does."""

    dependencies = [("tickets", "0015_hold_workaround")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
