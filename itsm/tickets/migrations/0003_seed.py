"""The default hold reasons and priority matrix (settings an administrator may change)."""

from typing import Any

from django.db import migrations

REASONS = [
    # code, zh, en, pauses, only requests, asks, ending, reminders, limit, calendar days
    ("awaiting_user", "等待使用者回覆", "Waiting for the requester", True, False, True, "propose", [1, 3], 5, False),
    ("appointment", "約定到場時間", "Appointment agreed", True, False, False, "resume", [], None, False),
    ("user_postponed", "使用者要求延後", "Postponed by the requester", True, False, False, "resume", [], None, False),
    ("awaiting_approval", "等待核准", "Waiting for approval", True, True, False, "remind", [1], 10, True),
    ("awaiting_supplier", "等待供應商", "Waiting for the supplier", False, False, False, "resume", [], None, False),
    ("awaiting_change", "等待變更時段", "Waiting for a change window", False, False, False, "resume", [], None, False),
    ("awaiting_problem", "等待問題處理", "Waiting for a problem", False, False, False, "resume", [], None, False),
    ("force_majeure", "不可抗力", "Force majeure", True, False, False, "resume", [], None, False),
    ("observing", "觀察中", "Under observation", True, False, False, "propose", [], 3, True),
]


def seed(apps: Any, schema_editor: Any) -> None:
    """Write the defaults where nothing is yet."""
    reasons, rules = apps.get_model("tickets", "HoldReason"), apps.get_model("tickets", "PriorityRule")
    names = (
        "name_zh",
        "name_en",
        "pauses_resolution",
        "only_requests",
        "asks_requester",
        "ending",
        "remind_days",
        "limit_days",
        "limit_is_calendar",
    )
    for order, (code, *values) in enumerate(REASONS):
        reasons.objects.get_or_create(code=code, defaults=dict(zip(names, values, strict=True)) | {"sort": order})
    for impact in (1, 2, 3):
        for urgency in (1, 2, 3):
            rules.objects.get_or_create(
                impact=impact, urgency=urgency, service=None, defaults={"priority": impact + urgency - 1}
            )


class Migration(migrations.Migration):
    """The seeds of tickets."""

    dependencies = [("tickets", "0002_state_trigger")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
